"""Bodies that are known from another register alone."""

from itertools import count
from typing import Any

from backend.organisations.models import LEGACY_BODY, SLUG_LENGTH, Kind, Organisation, Standing


def legacy_body(*, name: str, slug: str) -> Organisation:
    """The body of this name that is known from another register alone; made under this slug where it is not there yet, under
    the next free one where the slug is another's. Two that make it at once get the same one; three queries.
    """
    fields: dict[str, Any] = {f"name_{language}": name for language in ("kk", "ru", "en")}
    for n in count(1):
        free = slug if n == 1 else f"{slug[: SLUG_LENGTH - len(str(n)) - 1]}-{n}"
        wanted = Organisation(
            kind=Kind.STATE_BODY, slug=free, body_type=LEGACY_BODY, standing=Standing.VERIFIED, **fields
        )
        Organisation.objects.bulk_create([wanted], ignore_conflicts=True)
        found = Organisation.objects.get(slug=free)
        if found.is_legacy_body and found.name_en == name:
            return found
    raise AssertionError  # counting has no end
