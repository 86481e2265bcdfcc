"""Whether an organisation may act: the registrar's decision."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Invalid
from backend.organisations.models import Organisation, Standing


@transaction.atomic
def set_standing(
    *, organisation: Organisation, standing: Standing, reason: str, at: datetime | None = None
) -> Organisation:
    """Verify, suspend or restore, with a public reason. Locks the organisation. Raises Invalid without a reason."""
    if not reason.strip():
        raise Invalid({"standing_reason": _("Give the public reason for this decision.")})
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    locked.standing, locked.standing_reason, locked.standing_at = standing, reason.strip(), at or timezone.now()
    locked.save(update_fields=["standing", "standing_reason", "standing_at"])
    return locked
