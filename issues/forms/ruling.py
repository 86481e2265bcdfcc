"""Forms of a moderator's rulings, of the NGO's appeal, and of its review."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from issues.forms.base import FieldGroup, MoveForm, line, one_of, prose
from issues.merging import ruling_in_force
from issues.models import ScopeCode


class MergeForm(MoveForm):
    into = line(_("Number of the older issue"), _("To the same body, and not answered yet."))


class OutOfScopeForm(MoveForm):
    code = one_of(_("Why it is out of scope"), ScopeCode.choices)
    reason = prose(_("What you want to add"), _("It is published."), rows=4, optional=True)


class AppealForm(MoveForm):
    reason = prose(
        _("Reason"), _("Why the decision is wrong. Another moderator reads it and decides; you can appeal once.")
    )


class ReviewForm(MoveForm):
    """Another moderator's decision: what the NGO says against the ruling stands above."""

    def groups(self) -> list[FieldGroup]:
        ruling = ruling_in_force(self.act.issue)
        said = gettext("The NGO says: %(reason)s") % {"reason": ruling.appeal_reason} if ruling else ""
        return [FieldGroup(self.visible_fields(), note=said)]


class AppealDismissForm(ReviewForm):
    reason = prose(_("Reason"), _("It is published, and the decision is then final."))


class RestoreForm(ReviewForm):
    reason = prose(_("Reason"), _("It is published. The body gets a new receipt and new dates."))
