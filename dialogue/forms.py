"""What a reader tells the moderators."""

from django.utils.translation import gettext_lazy as _

from issues.forms.base import ActForm, one_of, prose
from issues.models import HideReason


class ReportForm(ActForm):
    code = one_of(_("Reason"), HideReason.choices)
    words = prose(_("Note"), _("Only the moderators read it."), rows=3, optional=True)
