"""Forms of a moderator's rulings, of the NGO's appeal, and of its review."""

import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator, format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.core.words import fill
from issues.actions.checks import issue_called
from issues.actions.engine import Act
from issues.actions.moderating import going_on, same_words, unanswered, why_not_into
from issues.forms.base import FieldGroup, MoveForm, from_list, line, one_of, prose, quoted
from issues.merging import ruling_in_force
from issues.models import Issue, ScopeCode

CARRY = "carry"
CANDIDATES = 10
LOOKED_AT = 500


class MergeForm(MoveForm):
    """First the older issue, then its asks beside those that come in: which is the same as which, and what is carried over.

    Once an issue is named that can be merged into, the second step's fields are there; until they were sent, nothing is
    checked.
    """

    def __init__(self, act: Act, typed: QueryDict | None = None, *, checked: bool = True) -> None:
        self.older = _named(act, typed)
        self.sent = typed is not None and any(name.startswith("matches.") for name in typed)
        is_whole = self.sent or self.older is None or "confirmed" in (typed or ())
        super().__init__(act, typed, checked=checked and is_whole)

    def build(self, typed: QueryDict) -> None:
        if self.older is None:
            choices = [
                (each.number or "", format_html("{} {}", each.number, quoted(each.title, each.language)))
                for each in candidates(self.act)
            ]
            if choices:
                self.fields["candidate"] = one_of(_("Older issues to the same body"), choices, optional=True)
            self.fields["into"] = line(
                _("Number of the older issue"), _("To the same body, and not answered yet."), optional=bool(choices)
            )
            return
        self.fields["into"] = forms.CharField(required=False, widget=forms.HiddenInput, initial=self.older.number)
        theirs = [
            (
                str(ask.n),
                gettext("The same as ask %(n)s: %(text)s") % {"n": ask.n, "text": Truncator(ask.text).chars(80)},
            )
            for ask in unanswered(self.older)
        ]
        same = same_words(self.act.issue, self.older)
        for ask in going_on(self.act.issue):
            field = from_list(_("In the older issue"), theirs, initial=str(same.get(ask.n, CARRY)))
            field.choices = [(CARRY, _("Carry it over, as an ask of its own")), *theirs]
            self.fields[f"matches.{ask.n}.to"] = field

    def typed_before(self, typed: QueryDict) -> dict[str, Any]:
        before = super().typed_before(typed)
        found = {name: value for name, value in before.items() if value is not None}
        return found | ({"into": self.older.number} if self.older else {})

    def groups(self) -> list[FieldGroup]:
        if self.older is None:
            return [FieldGroup(self.visible_fields())]
        language = self.older.language
        whole = gettext("Older issue: %(number)s") % {"number": self.older.number}
        told = [self.older.title, *unanswered(self.older)]
        asks = format_html_join("\n", "{}", ((quoted(each, language),) for each in told))
        titles = {ask.n: gettext("Ask %(n)s") % {"n": ask.n} for ask in going_on(self.act.issue)}
        own = [
            FieldGroup([self[f"matches.{ask.n}.to"]], title=titles[ask.n], note=quoted(ask.text, ask.language))
            for ask in going_on(self.act.issue)
        ]
        return [FieldGroup([], title=whole, note=asks, groups=own)]

    def field_at(self, path: str) -> str | None:
        """Once the number is chosen its field is hidden: what is wrong with it stands in the summary."""
        return None if path == "into" and self.older is not None else super().field_at(path)

    def values(self) -> dict[str, Any]:
        if self.older is None:
            return {"into": self.cleaned_data.get("into") or self.cleaned_data.get("candidate")}
        if not self.sent:
            return {"into": self.older}  # published straight away: the action's own choice
        sent = {ask.n: self.cleaned_data.get(f"matches.{ask.n}.to") for ask in going_on(self.act.issue)}
        return {"into": self.older, "matches": [{"n": n, "to": to} for n, to in sent.items() if to and to != CARRY]}


def _named(act: Act, typed: QueryDict | None) -> Issue | None:
    """The issue whose number was typed or chosen, if this one can be merged into it. A query for each kind of part."""
    number = (typed.get("into") or typed.get("candidate") or "") if typed is not None else ""
    found = issue_called(number)
    kept = Issue.objects.with_parts().get(pk=found.pk) if found else None
    return kept if kept is not None and why_not_into(kept, act) is None else None


def candidates(act: Act) -> list[Issue]:
    """Older issues to the same body before their answer: first those whose titles share most words with this one's, among
    them the newest. One query.
    """
    older = Issue.objects.before_answer().filter(
        body_addressed__in=[act.addressed, act.body], raised_at__lt=act.issue.raised_at
    )
    newest = older.order_by("-raised_at", "-id").only("number", "title", "raised_at")[:LOOKED_AT]
    ours = _stems(act.issue.title)
    return sorted(newest, key=lambda each: -len(ours & _stems(each.title)))[:CANDIDATES]


def _stems(title: str) -> set[str]:
    """Words cut to five letters: near enough in Kazakh and Russian, where endings change."""
    return {word[:5] for word in re.findall(r"\w{3,}", title.casefold())}


_EXPLAINED: dict[str, Words] = {
    ScopeCode.NOT_THE_STATE: _("For example, a quarrel between private organisations."),
    ScopeCode.PRIVATE_CASE: _("For example, one person's pension; the same trouble of many people is an issue."),
    ScopeCode.COURT: _("A judgment is contested in court, not here."),
    ScopeCode.OTHER_PROCEDURE: _("The writer is told where to turn."),
    ScopeCode.NO_ASK: _("An opinion or news alone, without anything to act on."),
    ScopeCode.ADVERTISING: _("It sells something, or asks for votes."),
    ScopeCode.UNLAWFUL: _("State which law in what you add."),
}


class OutOfScopeForm(MoveForm):
    code = one_of(
        _("Why it is out of scope"),
        [(code, format_lazy("{}. {}", label, _EXPLAINED[code])) for code, label in ScopeCode.choices],
    )
    reason = prose(_("What you want to add"), _("It is published."), rows=4, optional=True)


class AppealForm(MoveForm):
    reason = prose(
        _("Reason"), _("Why the decision is wrong. Another moderator reads it and decides; you can appeal once.")
    )


class ReviewForm(MoveForm):
    """Another moderator's decision: what the NGO says against the ruling stands above."""

    def groups(self) -> list[FieldGroup]:
        ruling = ruling_in_force(self.act.issue)
        said = fill(gettext("The NGO says: %(reason)s"), reason=self.quoted(ruling.appeal_reason)) if ruling else ""
        return [FieldGroup(self.visible_fields(), note=said)]


class AppealDismissForm(ReviewForm):
    reason = prose(_("Reason"), _("It is published, and the decision is then final."))


class RestoreForm(ReviewForm):
    reason = prose(_("Reason"), _("It is published. The body gets a new receipt and new dates."))
