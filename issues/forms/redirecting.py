"""Forms of a redirect and of the replies to a proposed one; and of assigning the issue of a body that has ended."""

from datetime import datetime

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from backend.core.words import fill
from backend.organisations.models import Organisation
from issues import clock
from issues.facts import open_proposal
from issues.forms.base import FieldGroup, MoveForm, ask_choices, from_list, prose, several
from issues.lifecycle import Need


class RedirectForm(MoveForm):
    """Where to, which asks, why. Late, or a further time, it is only proposed, and the form says so."""

    def build(self, typed: QueryDict) -> None:
        self.fields["body"] = from_list(
            _("Competent body"),
            bodies_today(self.act.at, without=self.act.body),
            _("It gets a new receipt and new dates. The NGO's whole wait stays visible."),
        )
        unanswered = [ask for ask in self.act.issue.asks.all() if ask.n in self.act.facts.unanswered]
        waiting = ask_choices(unanswered)
        if len(waiting) > 1:
            self.fields["asks"] = several(
                _("Which asks go there"),
                waiting,
                _("If some stay, the others become an issue of their own, linked with this one."),
                initial=[n for n, _text in waiting],
            )
        self.fields["reason"] = prose(_("Reason"), _("Why this body is the competent one. It is published."))

    def groups(self) -> list[FieldGroup]:
        return [FieldGroup(self.visible_fields(), note=self._only_proposed())]

    def _only_proposed(self) -> str:
        if self.act.row.need is not Need.LATER_HOP:
            return ""
        due = clock.due(clock.REDIRECT_PROPOSAL, clock.local_day(self.act.at), clock.current_calendar())
        who = (
            gettext("That body decides within three working days.")
            if self.act.tenure.hop == 0
            else gettext("It has been redirected before, so a moderator decides within three working days.")
        )
        runs = gettext("Meanwhile your time to answer runs on.")
        until = gettext("Until: %(date)s.") % {"date": date_format(due.due_on, "DATE_FORMAT")}
        return " ".join((gettext("This is only proposed."), who, runs, until))


def bodies_today(at: datetime, without: Organisation | None = None) -> list[tuple[str, str]]:
    """Slug and name of each state body that exists today, by name in the language of the page. One query."""
    found = Organisation.objects.addressable_on(clock.local_day(at))
    return [
        (body.slug, body.name) for body in found.by_name((get_language() or "kk")[:2]) if not without or body != without
    ]


class ProposalForm(MoveForm):
    """A reply to the open proposal, which is told again."""

    def groups(self) -> list[FieldGroup]:
        return [FieldGroup(self.visible_fields(), note=self._proposed())]

    def _proposed(self) -> str:
        proposal = open_proposal(self.act.issue)
        if proposal is None:
            return ""
        lines = [
            gettext("Body now: %(body)s.") % {"body": self.act.body},
            gettext("Proposed body: %(body)s.") % {"body": proposal.to_body},
            fill(gettext("Reason: %(reason)s"), reason=self.quoted(proposal.reason)),
        ]
        if proposal.asks is not None:
            lines.insert(2, gettext("Asks: %(asks)s.") % {"asks": ", ".join(map(str, proposal.asks))})
        return format_html_join("\n\n", "{}", ((each,) for each in lines))


class RedirectAgreeForm(ProposalForm):
    reason = prose(_("Reason"), _("Why it is rightly there. It is published."), rows=4)


class RedirectDeclineForm(ProposalForm):
    reason = prose(_("Reason"), _("Why it stays where it is. It is published."), rows=4)


class ReassignForm(MoveForm):
    def build(self, typed: QueryDict) -> None:
        self.fields["body"] = from_list(
            _("Competent body"),
            bodies_today(self.act.at, without=self.act.body),
            _(
                "Where nothing was answered yet it gets a new receipt and new dates; else it goes on where the old body stood."
            ),
        )
        self.fields["reason"] = prose(_("Reason"), _("It is published."), rows=4)
