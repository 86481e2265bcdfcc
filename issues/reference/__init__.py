"""Reference data: the 20 regions and the country, and the topics with their default bodies."""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def load_reference(**kwargs: Any) -> None:
    """Insert what is missing, by code and slug; never overwrite what the admin has changed since. Five queries."""
    from backend.organisations.models import Organisation
    from issues.models import Region, Topic

    def rows(name: str) -> list[dict[str, Any]]:
        return list(json.loads((HERE / name).read_text(encoding="utf-8")))

    def names(row: dict[str, Any]) -> dict[str, str]:
        return {f"name_{language}": row["names"][language] for language in ("kk", "ru", "en")}

    Region.objects.bulk_create(
        (Region(code=row["code"], position=index, **names(row)) for index, row in enumerate(rows("regions.json"))),
        ignore_conflicts=True,
    )
    bodies = Organisation.objects.bodies().in_bulk(field_name="slug")
    Topic.objects.bulk_create(
        (
            Topic(slug=row["slug"], position=row["order"], default_body=bodies.get(row["default_body"]), **names(row))
            for row in rows("topics.json")
        ),
        ignore_conflicts=True,
    )
