"""The lifecycle as a Mermaid diagram, from the table: `python -m issues.diagram` prints it, the README holds it.

A test compares the README with this; `python -m issues.diagram --write` brings it up to date.
"""

import sys
from collections import defaultdict
from pathlib import Path

from issues.lifecycle import BEFORE_ANSWER, OPEN, TRANSITIONS, Capacity, Row, Target

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- lifecycle: made by `python -m issues.diagram --write` -->", "<!-- end of lifecycle -->"


def diagram() -> str:
    """One edge for each pair of statuses with all the moves between them.

    Moves that change no status, and the returns to "the status before", are listed under it instead.
    """
    edges: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in TRANSITIONS:
        for source in _sources(row):
            for target in row.targets:
                if target in (Target.UNCHANGED, Target.BEFORE) or source == target:
                    continue
                end = "[*]" if target == Target.DELETED else str(target)
                if _label(row) not in edges[source, end]:
                    edges[source, end].append(_label(row))
    lines = ["stateDiagram-v2", "    [*] --> draft", *_boxes()]
    lines += [f"    {source} --> {target}: {', '.join(labels)}" for (source, target), labels in edges.items()]
    return "\n".join(["```mermaid", *lines, "```", "", _staying()])


def _sources(row: Row) -> list[str]:
    """The statuses a row starts from; a whole group is named as one box."""
    for name, group in (("open", OPEN), ("before_answer", BEFORE_ANSWER)):
        if group <= row.sources:
            return [name, *sorted(row.sources - group)]
    return sorted(row.sources)


def _boxes() -> list[str]:
    """`open` holds `before_answer`, which holds the three statuses before an answer."""
    inner = [f"            {status}" for status in sorted(BEFORE_ANSWER)]
    outer = [f"        {status}" for status in sorted(OPEN - BEFORE_ANSWER)]
    return ["    state open {", "        state before_answer {", *inner, "        }", *outer, "    }"]


def _label(row: Row) -> str:
    return str(row.move)


def _staying() -> str:
    """Sentences for the moves that an arrow cannot show."""
    staying = [_label(row) for row in TRANSITIONS if row.targets == (Target.UNCHANGED,)]
    back = [_label(row) for row in TRANSITIONS if Target.BEFORE in row.targets]
    by_clock = [_label(row) for row in TRANSITIONS if row.who == {Capacity.SYSTEM}]
    return "\n".join(
        f"{words}: {', '.join(f'`{label}`' for label in dict.fromkeys(labels))}."
        for words, labels in (
            ("Without changing the status", staying),
            ("Back to the status before", back),
            ("By the clock alone", by_clock),
        )
    )


def written(readme: str) -> str:
    """The README with the present diagram between its two marks. Raises ValueError where a mark is missing."""
    before, rest = readme.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n{diagram()}\n{END}{after}"


if __name__ == "__main__":
    if "--write" in sys.argv:
        README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print(diagram())
