"""Forms of the moderators: a public reason code, and words beside it that everybody reads."""

from django.utils.translation import gettext_lazy as _

from issues.forms.base import ActForm, one_of, prose
from issues.models import BlankReason, HideReason

_PUBLIC = _("Everybody can read it. Do not repeat what you remove.")


class HideForm(ActForm):
    code = one_of(_("Reason"), HideReason.choices, _("Personal data is blanked in the record too, for good."))
    note = prose(_("Note"), _PUBLIC, rows=3, optional=True)


class ShowForm(ActForm):
    reason = prose(_("Reason"), _("Why it was wrong to remove it. Everybody can read it."), rows=3)


class BlankForm(ActForm):
    code = one_of(_("Reason"), BlankReason.choices)
