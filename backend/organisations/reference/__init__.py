"""Reference data: state bodies with validity, and public councils. Loaded after each migrate; what is there stays as it is."""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

PLATFORM = {
    "platform": {"kk": "Бірге", "ru": "Бирге", "en": "Birge"},
    "recorded-elsewhere": {"kk": "Басқа жерде тіркелген", "ru": "Учтено в другом реестре", "en": "Recorded elsewhere"},
}
"""The platform itself, and the party that raised whatever was taken over from another register."""


def load_reference(**kwargs: Any) -> None:
    """Insert what is missing, by slug; never overwrite what the admin has changed since. A dozen queries."""
    from backend.organisations.models import Kind, Organisation, Standing

    bodies = json.loads((HERE / "bodies.json").read_text(encoding="utf-8"))
    councils = json.loads((HERE / "councils.json").read_text(encoding="utf-8"))
    present = dict(Organisation.objects.values_list("slug", "pk"))
    missing = [row for row in bodies if row["slug"] not in present]
    Organisation.objects.bulk_create(
        Organisation(
            kind=Kind.STATE_BODY, slug=row["slug"], body_type=row["kind"], standing=Standing.VERIFIED,
            valid_from=row["valid_from"], valid_to=row["valid_to"], **_names(row),
        )
        for row in missing
    )  # fmt: skip
    by_slug = Organisation.objects.in_bulk(field_name="slug")
    for row in missing:
        if row["parent"] or row["successor"]:
            Organisation.objects.filter(slug=row["slug"]).update(
                parent=by_slug.get(row["parent"]), successor=by_slug.get(row["successor"])
            )
    Organisation.objects.bulk_create(
        Organisation(
            kind=Kind.COUNCIL, slug=row["slug"], standing=Standing.VERIFIED, attached_to=by_slug[row["attached_to"]],
            is_default_council=row["default"], **_names(row),
        )
        for row in councils
        if row["slug"] not in present
    )  # fmt: skip
    Organisation.objects.bulk_create(
        Organisation(kind=Kind.PLATFORM, slug=slug, standing=Standing.VERIFIED, **_names({"names": names}))
        for slug, names in PLATFORM.items()
        if slug not in present
    )


def _names(row: dict[str, Any]) -> dict[str, str]:
    return {f"name_{language}": row["names"][language] for language in ("kk", "ru", "en")}
