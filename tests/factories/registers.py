"""Files of another register, small and made up, and taking them over."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from issues.actions.recording import BodyNames
from issues.imports.mapping import Meaning, read_meaning
from issues.imports.readers import Source
from issues.imports.run import Reject, Report, import_file
from issues.models import Issue
from tests.factories.stories import almaty

NOW = almaty(2026, 2, 2)
REGISTER = "Old register"


def row(source_id: str = "7", **fields: Any) -> dict[str, Any]:
    """One row in our own words; a field given as None is left out."""
    whole = {
        "id": source_id, "title": "The road is broken", "body": "It has been **broken** for years.", "language": "en",
        "raised_at": "2019-05-06", "body_addressed": "labour", "topic": "ecology", "region": "KZ-15",
        "source_status": "Closed",
    } | fields  # fmt: skip
    return {name: value for name, value in whole.items() if value is not None}


ANSWERED = {"answer": "It will be mended.", "answered_at": "2019-06-03"}


def jsonl(folder: Path, rows: Iterable[Mapping[str, Any]], name: str = "register.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows), encoding="utf-8")
    return path


def table(folder: Path, rows: list[Mapping[str, Any]], name: str = "register.csv", **how: Any) -> Path:
    path = folder / name
    with path.open("w", encoding=how.pop("encoding", "utf-8"), newline="") as out:
        writer = csv.DictWriter(out, list(dict.fromkeys(key for each in rows for key in each)), **how)
        writer.writeheader()
        writer.writerows(rows)
    return path


def mapping(folder: Path, text: str, **options: Any) -> Meaning:
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    return read_meaning(path, **options)


@dataclass
class Taken:
    """What an import told. `why`: place of each rejected row to its reasons."""

    report: Report
    rejects: list[Reject]

    @property
    def why(self) -> dict[int, str]:
        return {reject.place: " ".join(reject.reasons) for reject in self.rejects}

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Added, updated, unchanged, rejected."""
        return self.report.added, self.report.updated, self.report.unchanged, self.report.rejected


def take(path: Path, meaning: Meaning | None = None, *, at: datetime = NOW, **options: Any) -> Taken:
    rejects: list[Reject] = []
    create = options.pop("create_bodies", False)
    meaning = meaning or Meaning(register=REGISTER, bodies=BodyNames(create=create))
    with Source(path, meaning.shape) as source:
        report = import_file(source, meaning, at=at, told=rejects.append, **options)
    return Taken(report, rejects)


def taken_issue(source_id: str = "7", register: str = REGISTER) -> Issue:
    return Issue.objects.with_parts().get(source__register=register, source__source_id=source_id)
