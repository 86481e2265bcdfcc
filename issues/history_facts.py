"""What an event's facts and texts are called, and what the codes in them stand for, in words."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Words
from backend.core.words import number, time_tag
from backend.organisations.models import Organisation
from issues.models import (
    Basis,
    BlankReason,
    Commitment,
    Ground,
    HideReason,
    Issue,
    IssueEvent,
    Progress,
    Region,
    RelationKind,
    ScopeCode,
    Topic,
    Verdict,
)
from issues.models.ask import Concluded
from issues.models.legacy import RECORDED, RECORDED_AGAIN
from issues.official import BY_LAW
from issues.personal_data import Kind
from issues.sentences import OPENINGS

_RECORDED = (RECORDED, RECORDED_AGAIN)


@dataclass(slots=True)
class Names:
    """What the codes in facts stand for, fetched once for all events."""

    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    commitments: Mapping[int, Commitment] = field(default_factory=dict)
    people: Mapping[str, User] = field(default_factory=dict)
    others: Mapping[str, Topic | Region] = field(default_factory=dict)
    language: str = ""

    @classmethod
    def of(cls, issue: Issue, events: Sequence[IssueEvent]) -> "Names":
        """Two queries; one more where a deputy signed, two of an issue that was taken over from another register."""
        slugs = {slug for event in events for key in _SLUGS if isinstance(slug := event.facts.get(key), str)}
        names = cls(
            Organisation.objects.in_bulk(slugs, field_name="slug"),
            {each.pk: each for each in issue.commitments.all()},
            signatories(events),
            language=issue.language,
        )
        if any(event.move in _RECORDED for event in events):
            names.others = {topic.slug: topic for topic in Topic.objects.all()} | {
                region.code: region for region in Region.objects.all()
            }
        return names

    def organisation(self, slug: str) -> str:
        return str(self.organisations.get(slug, slug))

    def commitment(self, key: int) -> SafeString:
        """Its words, in the language in which they were written."""
        found = self.commitments.get(key)
        return format_html('<span lang="{}">{}</span>', self.language, found.text) if found else format_html("{}", key)


def signatories(events: Iterable[IssueEvent]) -> dict[str, User]:
    """Those for whom deputies signed these events, as `facts["for"]` names them. One query, none where no deputy did."""
    named = {each.facts["for"] for each in events if "for" in each.facts}
    return {str(person.uuid): person for person in User.objects.filter(uuid__in=named)} if named else {}


def facts_of(event: IssueEvent, names: Names) -> Iterator[tuple[Words, Any]]:
    told = _FACTS | _LEGACY_FACTS if event.move in _RECORDED else _FACTS
    for key, value in event.facts.items():
        if key in told and value not in (None, "", []):
            label, render = told[key]
            yield label, render(value, names)


def _day(value: Any, names: Names) -> SafeString | str:
    """A date; `from` is a body's slug in a redirect, and a date in a moved commitment."""
    try:
        return time_tag(date.fromisoformat(value))
    except ValueError:
        return names.organisation(value)


def _asks(value: Any, names: Names) -> str:
    """Numbers of asks; in an answer each with its verdict and ground."""
    return "; ".join(_ask(each) for each in value)


def _ask(each: Any) -> str:
    if not isinstance(each, dict):
        return str(each)
    verdict, ground = Verdict(each["verdict"]).label, Ground(each["ground"]).label
    return f"{each['n']}: {verdict} ({ground})"


def _votes(value: Any, names: Names) -> str:
    words = {True: gettext("done, or the refusal stands"), False: gettext("not done")}
    return "; ".join(f"{each['n']}: {words[bool(each['done'])]}" for each in value)


def _promises(value: Any, names: Names) -> SafeString:
    return format_html_join("; ", "{}", ((names.commitment(each["id"]),) for each in value))


def _commitment(value: Any, names: Names) -> SafeString:
    return names.commitment(value)


def _measures(value: Any, names: Names) -> SafeString:
    return format_html_join("; ", "{}", ((names.commitment(each),) for each in value))


def _files(value: Any, names: Names) -> str:
    """Type, size and digest of each published file; their names stand among the texts."""
    return "; ".join(f"{each['type']}, {filesizeformat(each['size'])}, SHA-256 {each['sha256']}" for each in value)


def _organisation(value: Any, names: Names) -> str:
    return names.organisation(value)


def _blanked(value: Any, names: Names) -> str:
    words = gettext("Event %(n)s: %(text)s")
    return "; ".join(words % {"n": each["event"], "text": text_label(each["key"])} for each in value)


def _person(value: Any, names: Names) -> str:
    return str(names.people.get(value, value))


def _other(value: Any, names: Names) -> str:
    return str(names.others.get(value, value))


def _emptied(value: Any, names: Names) -> str:
    return "; ".join(text_label(key) for key in value)


def _plain(value: Any, names: Names) -> str:
    return str(value)


def _counted(value: Any, names: Names) -> str:
    return "; ".join(f"{kind.label}: {number(value[kind])}" for kind in Kind if kind in value)


def _issue(value: Any, names: Names) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("issue", args=[value]), value)


def _across(value: Any, names: Names) -> str:
    """The numbers of asks in the one issue and in the other."""
    return "; ".join(f"{each['n']} → {each['to']}" for each in value)


def _relations(value: Any, names: Names) -> SafeString:
    """What an issue named when it was raised: each number, and what that issue is to it."""
    kinds = dict(RelationKind.choices)
    rows = ((_issue(each["other"], names), kinds[each["relation"]]) for each in value)
    return format_html_join("; ", "{} ({})", rows)


def _labelled(words: Mapping[str, Words]) -> Callable[[Any, Names], str]:
    return lambda value, names: str(words.get(value, value))


_SLUGS = ("body", "from", "proposed", "council", "raised_by", "held_by")
"""Facts that name an organisation."""

# Facts that a reader is told, in the order in which the record holds them; the others only serve programs.
_FACTS: dict[str, tuple[Words, Callable[[Any, Names], Any]]] = {
    "body": (_("Body"), _organisation),
    "from": (_("Before"), _day),
    "proposed": (_("Proposed body"), _organisation),
    "raised_by": (_("Raised by"), _organisation),
    "held_by": (_("NGO that holds it now"), _organisation),
    "linked": (_("Linked issue"), _issue),
    "split_from": (_("Its first issue"), _issue),
    "into": (_("Merged into"), _issue),
    "merged": (_("Merged issue"), _issue),
    "restored": (_("Restored issue"), _issue),
    "relations": (_("Related issues"), _relations),
    "other": (_("The other issue"), _issue),
    "relation": (_("How they belong together"), _labelled(dict(RelationKind.choices))),
    "matched": (_("Asks that are the same"), _across),
    "carried": (_("Asks carried over"), _across),
    "appeal_by": (_("The NGO may appeal until"), _day),
    "registered_on": (_("Registered"), _day),
    "due_on": (_("Due"), _day),
    "due": (_("Date"), _day),
    "until": (_("Until"), _day),
    "original_due_on": (_("Was due"), _day),
    "tell_by": (_("The NGO is told by"), _day),
    "asks": (_("Asks"), _asks),
    "done": (_("Found done"), _asks),
    "n": (_("Ask"), _plain),
    "answer": (_("Answer number"), _plain),
    "wait_days": (_("Working days to answer"), _plain),
    "opinions": (_("Votes"), _votes),
    "commitments": (_("Commitments"), _promises),
    "commitment": (_("Commitment"), _commitment),
    "measures": (_("Joint measures offered to it now"), _measures),
    "progress": (_("Progress"), _labelled(dict(Progress.choices))),
    "opening": (_("What opened it"), _labelled(OPENINGS)),
    "basis": (_("On whose word"), _labelled(dict(Basis.choices))),
    "concluded": (_("Concluded"), _labelled(dict(Concluded.choices))),
    "council": (_("Council"), _organisation),
    "cosigners": (_("Co-signing NGOs now"), _plain),
    "addendum": (_("Addition number"), _plain),
    "message": (_("Message"), _plain),
    "for": (_("Signed by a deputy for"), _person),
    "blanked": (_("Text removed"), _blanked),
    "code": (_("Reason"), _labelled(dict(HideReason.choices) | dict(BlankReason.choices) | dict(ScopeCode.choices))),
    "files": (_("Files"), _files),
    "kept": (_("Personal data kept knowingly"), _counted),
    "answered_on": (_("Answered"), _day),
    "entered_on": (_("Entered here"), _day),
    "said_on": (_("Written"), _day),
    "emptied": (_("No longer said"), _emptied),
    "official_date": (_("Date of the official appeal"), _day),
    "by_law": (_("By law"), _labelled({BY_LAW: _("no answer in time counts as a refusal (APPC art. 91(2))")})),
}
_LEGACY_FACTS: dict[str, tuple[Words, Callable[[Any, Names], Any]]] = {
    "register": (_("Register"), _plain),
    "topic": (_("Topic"), _other),
    "region": (_("Region"), _other),
    "language": (_("Written in"), _plain),
}

_TEXTS: dict[str, Words] = {
    "title": _("Title"),
    "body": _("Text"),
    "text": _("Text"),
    "place": _("Place"),
    "official_number": _("Number of the official appeal"),
    "question": _("Question"),
    "reason": _("Reason"),
    "note": _("Note"),
    "author": _("Author"),
    "unit": _("Unit"),
    "shows": _("What will show it"),
    "source_status": _("State in its register"),
    "url": _("Link"),
    "kept": _("Kept from its register"),
}


def text_label(key: str) -> str:
    """What a text of an event is: its key (`ask.2`, `commitment.7.shows`) in words."""
    first, __, rest = key.partition(".")
    if first == "ask" and rest:
        return gettext("Ask %(n)s") % {"n": rest}
    if first == "body" and rest:
        return gettext("Event %(n)s: %(text)s") % {"n": rest, "text": _TEXTS[first]}
    if first == "evidence":
        return gettext("Evidence for ask %(n)s") % {"n": rest}
    if first == "file":
        return gettext("Name of a file")
    if first == "commitment":
        part = rest.rpartition(".")[2]
        commitment = gettext("Commitment")
        return f"{commitment}: {_TEXTS.get(part, part)}"
    return str(_TEXTS.get(key, key))
