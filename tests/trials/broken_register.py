"""Registers made up from a seed: one of a thousand rows, every third broken in a known way; one as large as one likes.

`python -m tests.trials.broken_register FOLDER` writes the broken one and takes it over in a database of its own, gone
afterwards; prints what was refused and why.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SEED = 20260202
ROWS = 1000
BODIES = ("labour", "ecology", "finance", "Ministry of Healthcare", "Министерство транспорта")
TOPICS = ("ecology", "health", "education", "land", "transport-roads", "animals")
REGIONS = ("KZ", "KZ-10", "KZ-15", "KZ-61", "KZ-75")
WORDS = (
    "дорога", "мектеп", "су", "жарық", "автобус", "балалар", "аурухана", "құқық", "өтініш", "шешім", "посёлок", "школа",
    "река", "воздух", "парк", "остановка", "тротуар", "пандус", "пенсия", "road", "school", "water", "river", "clinic",
)  # fmt: skip

type Row = dict[str, Any]


def sound(rng: random.Random, n: int) -> Row:
    """A row that goes in: our own fields."""
    year, month, day = rng.randint(2010, 2024), rng.randint(1, 12), rng.randint(1, 28)
    row: Row = {
        "id": f"R-{n:07}", "title": " ".join(rng.choices(WORDS, k=6)).capitalize(), "language": rng.choice(["kk", "ru", "en"]),
        "body": "\n\n".join(" ".join(rng.choices(WORDS, k=60)) for _ in range(3)),
        "raised_at": f"{year}-{month:02}-{day:02}", "body_addressed": rng.choice(BODIES), "topic": rng.choice(TOPICS),
        "region": rng.choice(REGIONS), "source_status": rng.choice(["Open", "Закрыто", "Жабық"]),
    }  # fmt: skip
    if n % 5 == 0:
        row |= {"answer": " ".join(rng.choices(WORDS, k=120)), "answered_at": f"{year + 1}-{month:02}-{day:02}"}
    return row


# What is done to a row, and a beginning of what is then said of it. `text`: the line itself is broken.
BREAKS: dict[str, tuple[Callable[[Row], Any], str]] = {
    "id: It is missing.": (lambda row: row.pop("id"), "id: It is missing."),
    "title: It is missing.": (lambda row: row.pop("title"), "title: It is missing."),
    "raised_at: It is missing": (lambda row: row.pop("raised_at"), "raised_at: It is missing"),
    "topic: It is missing": (lambda row: row.pop("topic"), "topic: It is missing"),
    "no such day": (lambda row: row.update(raised_at="2019-02-30"), "raised_at: This is no date"),
    "another way to write a day": (lambda row: row.update(raised_at="01/02/2019"), "raised_at: This is no date"),
    "the future": (lambda row: row.update(raised_at="2999-01-01"), "raised_at: It lies in the future"),
    "long ago": (lambda row: row.update(raised_at="1970-01-01"), "raised_at: It lies before 1990"),
    "an endless title": (lambda row: row.update(title="т" * 201), "title: This is too long."),
    "an endless body": (lambda row: row.update(body="т" * 20_001), "body: This is too long."),
    "a body that is a list": (lambda row: row.update(body=[1, [2]]), "body: This must be text."),
    "an unknown body": (lambda row: row.update(body_addressed="Ministry of Magic"), "body_addressed: No state body"),
    "no body": (lambda row: row.pop("body_addressed"), "body_addressed: It is missing"),
    "an unknown topic": (lambda row: row.update(topic="weather"), "topic: There is none called"),
    "an unknown region": (lambda row: row.update(region="KZ-99"), "region: There is none called"),
    "a language in words": (lambda row: row.update(language="по-казахски"), "language: Give the language as a tag"),
    "an answer without a date": (lambda row: _answered(row, None), "answered_at: It is missing"),
    "an answer before the issue": (lambda row: _answered(row, "1999-01-01"), "answered_at: The answer"),
    "an address that is none": (lambda row: row.update(url="ftp://x.example/1"), "url: This is no web address"),
    "the id of another row": (lambda row: row.update(id="R-0000001"), "id: It stood in the file before, in line 1."),
    "no JSON": (lambda row: row.update(text='{"id": "broken'), "This is no JSON"),
    "a list": (lambda row: row.update(text='["a", "b"]'), "This is no object but"),
    "bytes that are no UTF-8": (lambda row: row.update(text="Закрыто".encode("cp1251")), "These bytes are no text"),
}


def _answered(row: Row, day: str | None) -> None:
    row.pop("answered_at", None)
    row.update({"answer": "Yes."} | ({"answered_at": day} if day else {}))


def write_broken(path: Path, rows: int = ROWS, seed: int = SEED) -> dict[int, str]:
    """Writes the file; answers each broken line and the beginning of what must be said of it."""
    rng = random.Random(seed)
    expected = {}
    with path.open("wb") as out:
        for n in range(1, rows + 1):
            row = sound(rng, n)
            if n % 3 == 0:
                break_it, said = BREAKS[rng.choice(list(BREAKS))]
                break_it(row)
                expected[n] = said
            line = row.pop("text", None) or json.dumps(row, ensure_ascii=False)
            out.write((line if isinstance(line, bytes) else line.encode()) + b"\n")
    return expected


def write_sound(path: Path, rows: int, seed: int = SEED) -> None:
    """A file of rows that all go in."""
    rng = random.Random(seed)
    with path.open("w", encoding="utf-8") as out:
        for n in range(1, rows + 1):
            out.write(json.dumps(sound(rng, n), ensure_ascii=False) + "\n")


def told(reasons: dict[int, str]) -> Iterator[str]:
    """How often each reason was given, without what is particular to a row."""
    kinds = Counter(" ".join(reason.split()[:6]) for reason in reasons.values())
    for kind, number in kinds.most_common():
        yield f"{number:>5}  {kind}"


def main() -> int:
    import django

    django.setup()
    from django.db import connection
    from django.utils import translation

    from tests.factories.registers import take

    path = Path(sys.argv[1]) / "broken.jsonl"
    expected = write_broken(path)
    connection.settings_dict["TEST"]["NAME"] = "birge_trial"
    before = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with translation.override("en"):
            found = take(path)
        print(f"{path}: {found.report.rows} rows, {len(expected)} of them broken")
        print(f"added {found.report.added}, rejected {found.report.rejected}", *told(found.why), sep="\n")
        wrong = [
            n for n in found.why.keys() | expected.keys() if not found.why.get(n, "").startswith(expected.get(n, "?"))
        ]
        print(f"rejected wrongly, or for another reason, or not at all: {wrong or 'none'}")
        return 1 if wrong else 0
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    sys.exit(main())
