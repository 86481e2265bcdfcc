"""`manage.py describe_api`: the committed description of the API, and the list of its promises, made anew from the code."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.api import promises


class Command(BaseCommand):
    help = (
        "Write backend/api/openapi.yaml, and add what is new to backend/api/promises.txt. Refused, with each broken promise "
        "named, where something promised would be taken away or changed: what must go is first announced for a year "
        "(Deprecation, Sunset, CHANGELOG); then its line is taken out of promises.txt by hand."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        schema = promises.generated()
        if lost := promises.broken(promises.promised(), schema):
            raise CommandError("Nothing was written. Broken promises:\n" + "\n".join(lost))
        promises.SCHEMA.write_text(promises.as_text(schema))
        kept = promises.promises_of(schema)
        added = len(kept - promises.promised())
        promises.PROMISES.write_text("\n".join(sorted(kept)) + "\n")
        self.stdout.write(f"{len(schema['paths'])} addresses, {len(kept)} promises, {added} of them new.")
