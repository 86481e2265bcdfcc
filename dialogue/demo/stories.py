"""Reading the stories: one TOML file per issue."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

STORIES = Path(__file__).parent / "stories"
TEXTS = {
    "title",
    "language",
    "topic",
    "region",
    "place",
    "body",
    "asks",
    "relations",
    "official_number",
    "official_date",
}
"""The fields of the draft; `to` names the body addressed, `by` who writes it, `written` the day; `relations` name stories."""


@dataclass(frozen=True, slots=True)
class Act:
    """What one person did on one day: a `move` with its fields (also `cosign`, `uncosign`, `hide`, `show`, `blank`,
    `upload`, `attach`, `add`, `link`, `prepare`, `return`), or a message (`say`, in answer to message `re`).
    """

    story: str
    index: int
    day: int
    by: str
    move: str = ""
    say: str = ""
    re: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.story}, act {self.index + 1} ({self.move or 'message'} by {self.by}, day {self.day})"


@dataclass(frozen=True, slots=True)
class Story:
    """An issue: what its draft says, who wrote it when, and all that followed."""

    name: str
    by: str
    written: int
    to: str
    draft: Mapping[str, Any]
    acts: tuple[Act, ...]


@cache
def all_stories() -> tuple[Story, ...]:
    """Every story, by the name of its file. Raises ValueError for a key that no story has."""
    return tuple(_story(path) for path in sorted(STORIES.glob("*.toml")))


def _story(path: Path) -> Story:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    acts = tuple(_act(path.stem, index, row) for index, row in enumerate(data.pop("acts", [])))
    story = Story(path.stem, data.pop("by"), data.pop("written"), data.pop("to", ""), data, acts)
    if unknown := data.keys() - TEXTS:
        raise ValueError(f"{path.name}: unknown keys {sorted(unknown)}.")
    days = [story.written, *(act.day for act in acts)]
    if days != sorted(days) or days[-1] >= 0:
        raise ValueError(f"{path.name}: its days must rise, and end before today.")
    return story


def _act(story: str, index: int, row: dict[str, Any]) -> Act:
    known = {key: row.pop(key) for key in ("day", "by", "move", "say", "re") if key in row}
    if ("move" in known) == ("say" in known):
        raise ValueError(f"{story}, act {index + 1}: either a move or something said.")
    return Act(story, index, **known, fields=row)
