"""Discussions of another register, small and made up, and taking them over."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dialogue.imports.meaning import ThreadMeaning, read_thread_meaning
from dialogue.imports.run import ThreadReport, import_messages
from dialogue.models import Message
from issues.imports.readers import Source
from issues.imports.rows import Reject
from tests.factories.registers import NOW, REGISTER, jsonl, row, take, taken_issue

MAP = f"""
register = "{REGISTER}"
author = "{{who}}"
[fields]
id = "id"
issue = "about"
parent = "to"
at = "at"
body = "words"
[values.parent]
"-1" = ""
[defaults]
language = "en"
"""


def said(source_id: str, to: str = "-1", minute: int = 0, **fields: Any) -> dict[str, Any]:
    """A row: message `source_id` answers `to`, so many minutes after ten."""
    whole = {"id": source_id, "about": "7", "to": to, "at": f"2019-05-07T10:{minute:02}", "who": f"Writer {source_id}"}
    return whole | {"words": f"Words of {source_id}."} | fields


def meaning(folder: Path, text: str = MAP) -> ThreadMeaning:
    path = folder / "threads.toml"
    path.write_text(text, encoding="utf-8")
    return read_thread_meaning(path)


class Heard:
    """What an import of messages told. `why`: place of each rejected row to its reasons."""

    def __init__(self, report: ThreadReport, rejects: Iterable[Reject]) -> None:
        self.report = report
        self.why = {reject.place: " ".join(reject.reasons) for reject in rejects}

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Added, unchanged, rejected, orphans."""
        return self.report.added, self.report.unchanged, self.report.rejected, self.report.orphans


def hear(folder: Path, rows: Iterable[Mapping[str, Any]], **options: Any) -> Heard:
    """The issues 7 and 8 are there first."""
    take(jsonl(folder, [row("7"), row("8")], "issues.jsonl"))
    return hear_file(jsonl(folder, rows, "messages.jsonl"), meaning(folder), **options)


def hear_file(path: Path, means: ThreadMeaning, **options: Any) -> Heard:
    rejects: list[Reject] = []
    with Source(path, means.shape) as source:
        return Heard(import_messages(source, means, at=NOW, told=rejects.append, **options), rejects)


def thread(source_id: str = "7") -> list[tuple[str, str, str]]:
    """Of each message its register's id, that of the top-level one it stands under, and that of another it names."""
    found = Message.objects.for_thread().filter(issue=taken_issue(source_id))
    return [
        (each.source_id, each.parent.source_id if each.parent else "", each.reply_to.source_id if each.reply_to else "")
        for each in found
    ]
