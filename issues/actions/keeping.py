"""The bytes of files: they go once their row is gone for good, and what nobody published goes after a day."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction

from backend.core.uploads import limits
from backend.core.uploads.storage import PrivateFiles, keys_of
from issues.models import Attachment

SWEPT_DAYS = 7  # whoever runs a worker at least once a week has no strays

logger = logging.getLogger(__name__)


def forget_files(keys: Iterable[str]) -> None:
    """Their bytes go; a store that does not answer now is told again by the sweep."""
    for key in keys:
        try:
            default_storage.delete(key)
        except OSError:
            logger.warning("An attached file could not be removed and waits for the next sweep: %s", key)


def forget_on_commit(keys: Iterable[str]) -> None:
    """Only what is no longer in the database, for good, goes from the store."""
    gone = list(keys)
    transaction.on_commit(lambda: forget_files(gone), robust=True)


@transaction.atomic
def remove_abandoned(at: datetime) -> int:
    """Files that waited in a form for a day and were not published; how many. Those that a move holds are left to it."""
    old = Attachment.objects.abandoned(at, limits.PENDING_HOURS).select_for_update(skip_locked=True)
    keys = {each.pk: each.storage_key for each in old}
    Attachment.objects.filter(pk__in=keys).delete()
    forget_on_commit(keys.values())
    return len(keys)


def remove_strays(at: datetime) -> int:
    """Stored files without a row, which a crash between the two leaves: those of the last days, not of the last one."""
    strays: set[str] = set()
    for days in range(2, 2 + SWEPT_DAYS):
        keys = keys_of(at - timedelta(days))
        strays |= keys - set(Attachment.objects.filter(storage_key__in=keys).values_list("storage_key", flat=True))
    forget_files(strays)
    left = default_storage.forget_unfinished(at - timedelta(days=1)) if isinstance(default_storage, PrivateFiles) else 0
    return len(strays) + left
