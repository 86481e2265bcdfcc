"""Forms of report, confirmation, disagreement, and of the council's votes and conclusion."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Conflict
from issues import clock, councils, policies
from issues.actions.concluding import is_about_the_verdict, tally
from issues.conditions import openings
from issues.forms.base import Choices, FieldGroup, MoveForm, ask_choices, day, one_of, prose, quoted, several
from issues.forms.files import FilesField
from issues.lifecycle import Move
from issues.models import Ask, DisputedAsk
from issues.sentences import OPENINGS


class ReportDoneForm(MoveForm):
    """Evidence for each supported ask that is not settled; where some stands already, it may stay."""

    has_files = True

    def build(self, typed: QueryDict) -> None:
        self.asks = [ask for ask in self.act.issue.asks.all() if ask.is_supported and not ask.is_settled]
        self.standing = {each.n for each in self.act.facts.asks if each.evidence}
        waiting = self.waiting()
        for ask in self.asks:
            hint = _("Leave it empty to let the evidence given before stand.") if ask.n in self.standing else ""
            self.fields[f"evidence.{ask.n}.text"] = prose(_("What was done, and what shows it"), hint)
            self.fields[f"evidence.{ask.n}.files"] = FilesField(waiting, _("Files that show it"))

    def values(self) -> dict[str, Any]:
        rows = [
            {"n": ask.n, "text": self.cleaned_data.get(f"evidence.{ask.n}.text") or "",
             "files": self.cleaned_data.get(f"evidence.{ask.n}.files") or []}
            for ask in self.asks
        ]  # fmt: skip
        return {"evidence": [row for row in rows if row["text"] or row["files"] or row["n"] not in self.standing]}

    def groups(self) -> list[FieldGroup]:
        return [
            FieldGroup(
                [self[f"evidence.{ask.n}.text"], self[f"evidence.{ask.n}.files"]], _ask_title(ask), self._promised(ask)
            )
            for ask in self.asks
        ]

    def _promised(self, ask: Ask) -> str:
        shows = [
            each.shows for each in self.act.issue.commitments.all() if each.ask_id == ask.pk and not each.dropped_on
        ]
        promised = [format_html("{} {}", gettext("To be shown, as promised:"), self.quoted(each)) for each in shows]
        return format_html_join("\n\n", "{}", ((each,) for each in [quoted(ask.text, ask.language), *promised]))


def _ask_title(ask: Ask) -> str:
    return gettext("Ask %(n)s") % {"n": ask.n}


def own_asks(form: MoveForm) -> dict[int, Ask]:
    party = form.act.party
    return {ask.n: ask for ask in form.act.issue.asks.all() if ask.owner_id == party.pk and not ask.moved_to_id}


class ConfirmForm(MoveForm):
    def build(self, typed: QueryDict) -> None:
        mine = own_asks(self)
        able = ask_choices([mine[n] for n in self.act.facts.to_confirm if n in mine])
        if not able:
            raise Conflict(_("None of your asks is left to confirm."))
        self.fields["asks"] = several(
            _("What is done"),
            able,
            _("Confirm only what you have seen done. To disagree over the others is a separate act."),
            initial=[value for value, _label in able],
        )


class DisputeForm(MoveForm):
    def build(self, typed: QueryDict) -> None:
        mine = {ask.n: ask for ask in policies.asks_disputable_by(self.act.party, self.act.issue)}
        self.openings = [each for each in openings(self.act.facts) if mine.keys() & set(each.asks)]
        named = {n for each in self.openings for n in each.asks if n in mine}
        able = ask_choices([ask for n, ask in mine.items() if n in named])
        only = [value for value, _label in able] if len(able) == 1 else []
        self.fields["asks"] = several(_("With which asks it is not done, or not right"), able, initial=only)
        self.fields["reason"] = prose(
            _("Reason"), _("What is missing, and how one can see it. The public council reads it and concludes.")
        )

    def groups(self) -> list[FieldGroup]:
        reasons = dict.fromkeys(str(OPENINGS[each.kind]) for each in self.openings)
        why = gettext("What opens a disagreement now: %(reasons)s.") % {"reasons": "; ".join(reasons)}
        return [FieldGroup(self.visible_fields(), note=why)]


class RetractForm(MoveForm):
    reason = prose(_("Reason"), _("It is published. The same event cannot be disputed again."), rows=4)


class VoteForm(MoveForm):
    """The member's own opinion on each ask in dispute; an earlier vote is shown and can be changed."""

    def build(self, typed: QueryDict) -> None:
        dispute = self.act.dispute
        before = {each.ask.n: each.done for each in dispute.opinions.all() if each.member_id == self.act.signer.pk}
        self.named = list(dispute.asks.all())
        for each in self.named:
            cast = before.get(each.ask.n)
            self.fields[f"opinions.{each.ask.n}.done"] = one_of(
                _("Your vote"), _votes(self, each), initial=None if cast is None else _SAID[cast]
            )

    def values(self) -> dict[str, Any]:
        given = {each.ask.n: self.cleaned_data.get(f"opinions.{each.ask.n}.done") for each in self.named}
        return {"opinions": [{"n": n, "done": vote == _SAID[True]} if vote else {"n": n} for n, vote in given.items()]}

    def groups(self) -> list[FieldGroup]:
        return [
            FieldGroup(
                [self[f"opinions.{each.ask.n}.done"]], _ask_title(each.ask), quoted(each.ask.text, each.ask.language)
            )
            for each in self.named
        ]


_SAID = {True: "done", False: "not_done"}


def _votes(form: MoveForm, named: DisputedAsk) -> Choices:
    if is_about_the_verdict(form.act.dispute, named.ask):
        return [("done", _("The refusal stands")), ("not_done", _("The refusal does not stand"))]
    return [("done", _("Done")), ("not_done", _("Not done"))]


class ConcludeForm(MoveForm):
    """The chair publishes what the votes carry: done (or the refusal stands), or not done by a new date."""

    def build(self, typed: QueryDict) -> None:
        carried = all(tally(self.act.dispute, self.act).values())
        today = clock.local_day(self.act.at)
        cap = clock.conclusion_cap(today, clock.current_calendar())
        self.fields["outcome"] = one_of(
            _("Conclusion"),
            self._outcomes(),
            self._counted(),
            initial=_SAID[carried],
        )
        self.fields["text"] = prose(_("Text of the conclusion"), _("What the council saw, and what follows."))
        self.fields["until"] = day(
            _("Date for the body"),
            _("Only if it is not done: within 15 working days. Latest possible date: %(cap)s.")
            % {"cap": date_format(cap, "DATE_FORMAT")},
            optional=True,
            min=today.isoformat(),
            max=cap.isoformat(),
        )

    def _outcomes(self) -> Choices:
        """In the words of the votes; in those of both kinds where some are over refusals and others are not."""
        first, *more = [_votes(self, each) for each in self.act.dispute.asks.all()]
        if all(each == first for each in more):
            return first
        return [("done", Move.CONCLUDE_DONE.label), ("not_done", Move.CONCLUDE_NOT_DONE.label)]

    @property
    def move(self) -> Move:
        sent = self.data.get("outcome") if self.is_bound else None
        return {"done": Move.CONCLUDE_DONE, "not_done": Move.CONCLUDE_NOT_DONE}.get(str(sent), self.act.move)

    def clean_outcome(self) -> str:
        chosen: str = self.cleaned_data["outcome"]
        if chosen not in ("done", "not_done"):
            raise ValidationError(_("Choose one of the options."))
        return chosen

    def values(self) -> dict[str, Any]:
        said = {"text": self.cleaned_data.get("text"), "until": self.cleaned_data.get("until")}
        return said if self.move == Move.CONCLUDE_NOT_DONE else {"text": said["text"]}

    def _counted(self) -> Promise | str:
        """ "Ask 1: done 1, not done 2", for each ask, and how many votes were needed."""
        act = self.act
        seized = councils.seized_of(act.dispute, act.at)
        able = {member.user_id for member in councils.members_able(act.issue, seized, act.at)}
        counts = []
        for each in act.dispute.asks.all():
            cast = [
                one.done for one in act.dispute.opinions.all() if one.ask_id == each.ask_id and one.member_id in able
            ]
            counts.append(
                gettext("Ask %(n)s: for %(done)s, against %(not_done)s.")
                % {"n": each.ask.n, "done": sum(cast), "not_done": len(cast) - sum(cast)}
            )
        needed = gettext("Votes needed: %(quorum)s. A tie is not done.") % {"quorum": councils.quorum(len(able))}
        return " ".join([*counts, needed])
