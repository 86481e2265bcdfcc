"""Show 5: invented texts with and without personal data; what is found, missed and wrongly flagged.

    uv run python -m tests.trials.personal_data

The texts and what they hold were written and labelled by hand (tests/issues/personal_data/): 200 before there were rules, by
which these were made, and 60 afterwards, which the rules were never tuned to. A hit is *found* where the program flags its
kind in its place, though it may begin or end a word off (`exact` says whether it does); *public* is the contact of an
organisation: flagged, as it must be, and kept by the writer.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from issues.personal_data import Kind, find

TEXTS = Path(__file__).resolve().parents[1] / "issues" / "personal_data"
TUNED = ("kk_with", "kk_without", "ru_with", "ru_without")
HELD_OUT = ("held_out",)

type Place = tuple[str, int, int]  # kind, start, end


@dataclass(frozen=True)
class Text:
    id: str
    text: str
    hits: list[Place]
    public: list[Place]

    @property
    def language(self) -> str:
        return self.id[:2]


@dataclass
class Score:
    """What came of one text; each list holds what stands in it."""

    text: Text
    found: list[Place] = field(default_factory=list)
    public: list[Place] = field(default_factory=list)
    missed: list[Place] = field(default_factory=list)
    wrong: list[Place] = field(default_factory=list)
    exact: bool = True

    def words(self, place: Place) -> str:
        return self.text.text[place[1] : place[2]]


def texts(names: Iterable[str]) -> Iterator[Text]:
    for name in names:
        for row in tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))["text"]:
            yield Text(row["id"], row["text"], *(list(_places(row, key)) for key in ("hits", "public")))


def _places(row: dict[str, str], key: str) -> Iterator[Place]:
    """Labels name the characters, in the order of the text; a label that is not there raises ValueError."""
    behind = 0
    for kind, words in row.get(key, []):
        start = row["text"].index(words, behind)
        behind = start + len(words)
        yield kind, start, behind


def score(text: Text) -> Score:
    result = Score(text)
    flagged = [(str(hit.kind), hit.start, hit.end) for hit in find(text.text)]
    for labelled, into in ((text.hits, result.found), (text.public, result.public)):
        for place in labelled:
            meant = next((each for each in flagged if _overlap(each, place)), None)
            (result.missed if meant is None else into).append(place)
            result.exact &= meant in (None, place)
    labels = text.hits + text.public
    result.wrong = [each for each in flagged if not any(_overlap(each, place) for place in labels)]
    return result


def _overlap(one: Place, other: Place) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def table(names: Iterable[str]) -> Iterator[str]:
    scores = [score(text) for text in texts(names)]
    clean = sum(not each.text.hits for each in scores)
    yield f"{len(scores)} texts, {len(scores) - clean} with and {clean} without personal data"
    yield f"{'kind':8}{'language':10}{'there':>7}{'found':>7}{'missed':>8}{'public':>8}{'wrongly flagged':>17}"
    for kind in Kind.values:
        for language in ("kk", "ru"):
            of = [each for each in scores if each.text.language == language]
            numbers = [
                sum(place[0] == kind for each in of for place in getattr(each, part))
                for part in ("found", "missed", "public", "wrong")
            ]
            found, missed, public, wrong = numbers
            yield f"{kind:8}{language:10}{found + missed:>7}{found:>7}{missed:>8}{public:>8}{wrong:>17}"
    for part in ("missed", "wrong"):
        for each in scores:
            for place in getattr(each, part):
                yield f"{part}: {each.text.id} {place[0]}: {each.words(place)}"
    yield ""


def main() -> None:
    print("Written before the rules:", *table(TUNED), sep="\n")
    print("Held out, written after them:", *table(HELD_OUT), sep="\n")


if __name__ == "__main__":
    main()
