"""The public record of an issue in words: each event as who, for whom, when, what, with its facts and texts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Words
from backend.core.words import number, time_tag
from backend.organisations.models import Organisation
from issues.headings import what
from issues.lifecycle import Status
from issues.models import (
    Basis,
    BlankReason,
    Commitment,
    EventText,
    Ground,
    HideReason,
    Issue,
    IssueEvent,
    Progress,
    ScopeCode,
    Verdict,
)
from issues.models.ask import Concluded
from issues.personal_data import Kind
from issues.record.removed import MESSAGE_TEXTS, hidden_messages
from issues.sentences import OPENINGS


@dataclass(frozen=True, slots=True)
class Said:
    """A text of an event: `text` is empty where it was blanked, or is that of a hidden message (its number)."""

    key: str
    label: str
    text: str
    blanked_at: datetime | None
    hidden: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the history shows it. `change`: (from, to) where the status changed."""

    event: IssueEvent
    what: Words
    change: tuple[Words, Words] | None
    facts: list[tuple[Words, Any]]
    texts: list[Said]
    hash: str


@dataclass(slots=True)
class Names:
    """What the codes in facts stand for, fetched once for all events."""

    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    commitments: Mapping[int, Commitment] = field(default_factory=dict)
    people: Mapping[str, User] = field(default_factory=dict)

    def organisation(self, slug: str) -> str:
        return str(self.organisations.get(slug, slug))

    def commitment(self, key: int) -> str:
        found = self.commitments.get(key)
        return found.text if found else str(key)


def entries(issue: Issue) -> list[Entry]:
    """The whole record of an issue, oldest first. Four queries, however long it is; one more where a deputy signed."""
    events = list(issue.events.order_by("seq").select_related("actor", "organisation").prefetch_related("texts"))
    slugs = {slug for event in events for key in _SLUGS if isinstance(slug := event.facts.get(key), str)}
    names = Names(
        Organisation.objects.in_bulk(slugs, field_name="slug"),
        {each.pk: each for each in issue.commitments.all()},
        signatories(events),
    )
    hidden = hidden_messages(events)
    return [_entry(event, names, hidden) for event in events]


def signatories(events: Iterable[IssueEvent]) -> dict[str, User]:
    """Those for whom deputies signed these events, as `facts["for"]` names them. One query, none where no deputy did."""
    named = {each.facts["for"] for each in events if "for" in each.facts}
    return {str(person.uuid): person for person in User.objects.filter(uuid__in=named)} if named else {}


def _entry(event: IssueEvent, names: Names, hidden: set[int]) -> Entry:
    changed = event.from_status != event.to_status
    return Entry(
        event,
        what(event),
        (Status(event.from_status).label, Status(event.to_status).label) if changed else None,
        list(_facts(event, names)),
        [_said(text, event, hidden) for text in event.texts.all()],
        bytes(event.hash).hex(),
    )


def _said(text: EventText, event: IssueEvent, hidden: set[int]) -> Said:
    of_message = event.facts["message"] if event.move in MESSAGE_TEXTS else None
    under = of_message if of_message in hidden else None
    return Said(text.key, text_label(text.key), "" if under else text.text, text.blanked_at, under)


def _facts(event: IssueEvent, names: Names) -> Iterator[tuple[Words, Any]]:
    for key, value in event.facts.items():
        if key in _FACTS and value not in (None, "", []):
            label, render = _FACTS[key]
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


def _promises(value: Any, names: Names) -> str:
    return "; ".join(names.commitment(each["id"]) for each in value)


def _commitment(value: Any, names: Names) -> str:
    return names.commitment(value)


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


def _plain(value: Any, names: Names) -> str:
    return str(value)


def _counted(value: Any, names: Names) -> str:
    return "; ".join(f"{kind.label}: {number(value[kind])}" for kind in Kind if kind in value)


def _issue(value: Any, names: Names) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("issue", args=[value]), value)


def _across(value: Any, names: Names) -> str:
    """The numbers of asks in the one issue and in the other."""
    return "; ".join(f"{each['n']} → {each['to']}" for each in value)


def _labelled(words: Mapping[str, Words]) -> Callable[[Any, Names], str]:
    return lambda value, names: str(words.get(value, value))


_SLUGS = ("body", "from", "proposed", "council", "held_by")
"""Facts that name an organisation."""

# Facts that a reader is told, in the order in which the record holds them; the others only serve programs.
_FACTS: dict[str, tuple[Words, Callable[[Any, Names], Any]]] = {
    "body": (_("Body"), _organisation),
    "from": (_("Before"), _day),
    "proposed": (_("Proposed body"), _organisation),
    "held_by": (_("NGO that holds it now"), _organisation),
    "linked": (_("Linked issue"), _issue),
    "split_from": (_("Its first issue"), _issue),
    "into": (_("Merged into"), _issue),
    "merged": (_("Merged issue"), _issue),
    "restored": (_("Restored issue"), _issue),
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
    "progress": (_("Progress"), _labelled(dict(Progress.choices))),
    "opening": (_("What opened it"), _labelled(OPENINGS)),
    "basis": (_("On whose word"), _labelled(dict(Basis.choices))),
    "concluded": (_("Concluded"), _labelled(dict(Concluded.choices))),
    "council": (_("Council"), _organisation),
    "cosigners": (_("Co-signing NGOs now"), _plain),
    "message": (_("Message"), _plain),
    "for": (_("Signed by a deputy for"), _person),
    "blanked": (_("Text removed"), _blanked),
    "code": (_("Reason"), _labelled(dict(HideReason.choices) | dict(BlankReason.choices) | dict(ScopeCode.choices))),
    "files": (_("Files"), _files),
    "kept": (_("Personal data kept knowingly"), _counted),
}

_TEXTS: dict[str, Words] = {
    "title": _("Title"),
    "body": _("Text"),
    "text": _("Text"),
    "place": _("Place"),
    "question": _("Question"),
    "reason": _("Reason"),
    "note": _("Note"),
    "unit": _("Unit"),
    "shows": _("What will show it"),
}


def text_label(key: str) -> str:
    """What a text of an event is: its key (`ask.2`, `commitment.7.shows`) in words."""
    first, __, rest = key.partition(".")
    if first == "ask" and rest:
        return gettext("Ask %(n)s") % {"n": rest}
    if first == "evidence":
        return gettext("Evidence for ask %(n)s") % {"n": rest}
    if first == "file":
        return gettext("Name of a file")
    if first == "commitment":
        part = rest.rpartition(".")[2]
        return f"{gettext('Commitment')}: {_TEXTS.get(part, part)}"
    return str(_TEXTS.get(key, key))
