"""Forms of withdrawing, and of taking over what another NGO withdraws."""

from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.core.words import fill
from issues import clock
from issues.forms.base import FieldGroup, MoveForm, prose
from issues.lifecycle import Move
from issues.models import EventText


class WithdrawForm(MoveForm):
    reason = prose(_("Reason"), _("It is published. A withdrawn issue stays readable and cannot be opened again."))

    def groups(self) -> list[FieldGroup]:
        return [FieldGroup(self.visible_fields(), note=self._window())]

    def _window(self) -> str:
        """What co-signers may do before it is withdrawn."""
        supporters = self.act.issue.supporters
        if not supporters:
            return ""
        due = clock.due(clock.WITHDRAW_WINDOW, clock.local_day(self.act.at), clock.current_calendar())
        words = gettext(
            "Other NGOs co-signed this issue: %(ngos)s.\n\nFor five working days each of them may take it over, with your "
            "asks; all goes on meanwhile. Until: %(date)s. If none does, the issue is withdrawn."
        )
        names = "; ".join(str(each.organisation) for each in supporters)
        return words % {"ngos": names, "date": date_format(due.due_on, "DATE_FORMAT")}


class TakeOverForm(MoveForm):
    """Nothing to fill in: what was said on withdrawing, and what passes."""

    def groups(self) -> list[FieldGroup]:
        issue = self.act.issue
        asks = [ask for ask in issue.asks.all() if ask.owner_id == issue.held_by_id and not ask.moved_to_id]
        passing = gettext("Asks that become yours: %(asks)s.") % {"asks": ", ".join(str(ask.n) for ask in asks)}
        stays = gettext("Raised by: %(ngo)s. Both NGOs stay visible.") % {"ngo": issue.raised_by}
        note = format_html_join("\n\n", "{}", ((each,) for each in [self._reason(), passing, stays]))
        return [FieldGroup([], note=note)]

    def _reason(self) -> str:
        """Why the NGO withdraws. One query."""
        said = EventText.objects.filter(event__issue=self.act.issue, event__move=Move.WITHDRAW, key="reason")
        words = said.order_by("-event__seq").values_list("text", flat=True).first()
        return fill(gettext("Why the NGO withdraws: %(reason)s"), reason=self.quoted(words)) if words else ""
