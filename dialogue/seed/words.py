"""Texts for all that people write in seeded issues: those of the demonstration, each in many versions."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from backend.core.markdown import render
from dialogue.demo.stories import Story, all_stories
from dialogue.seed.names import ENDINGS, PLACES, STATES
from issues.answer_language import language_of
from issues.models.ask import MAX_ASKS
from issues.record.canonical import SALT_BYTES, text_digest

VERSIONS = {"title": 40, "body": 60, "ask": 18, "message": 18, "answer": 18, "evidence": 12}
FEW = 6  # versions of any other kind

_KINDS = {
    "say": "message", "question": "question", "unit": "unit", "shows": "shows", "note": "reason", "reason": "reason",
    "evidence": "evidence",
}  # fmt: skip
_OF_BODY = {"answer", "evidence", "question", "shows", "promise"}
_PLAIN = {"unit", "place"}  # never with anything added


@dataclass(frozen=True)
class Text:
    """A text as COPY writes it, with its HTML, a salt and the digest that stands for it in the record."""

    written: str
    salt: str
    digest: str

    @cached_property
    def text(self) -> str:
        return escaped(self.written)

    @cached_property
    def html(self) -> str:
        """Rendered when first asked for: a small seed uses few of the twenty thousand."""
        return escaped(render(self.written))


@dataclass(slots=True)
class Subject:
    """What one issue is about: versions of its title, its body and each of its asks."""

    language: str
    topic: str
    titles: list[Text]
    bodies: list[Text]
    asks: list[list[Text]]


@dataclass(slots=True)
class Words:
    """All texts: subjects by (language, topic), other kinds by (kind, language)."""

    subjects: dict[tuple[str, str], list[Subject]] = field(default_factory=lambda: defaultdict(list))
    kinds: dict[tuple[str, str], list[Text]] = field(default_factory=lambda: defaultdict(list))

    def count(self) -> int:
        subjects = [each for few in self.subjects.values() for each in few]
        own = sum(len(each.titles) + len(each.bodies) + sum(map(len, each.asks)) for each in subjects)
        return own + sum(map(len, self.kinds.values()))

    def of(self, kind: str, language: str) -> list[Text]:
        return self.kinds.get((kind, language)) or self.kinds["reason", language]


def escaped(text: str) -> str:
    """As the text format of COPY wants it."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def all_words(seed: int) -> Words:
    """Some twenty thousand texts; the same for the same seed."""
    random = Random(f"{seed}:words")
    words = Words()
    for story in all_stories():
        _read(words, story, random)
    for language in PLACES:
        words.kinds["state", language] = [_text(state, random) for state in STATES[language]]
        words.kinds["place", language] = [_text(place, random) for place in PLACES[language]]
    return words


def _read(words: Words, story: Story, random: Random) -> None:
    language, draft = story.draft.get("language", ""), story.draft
    if language in PLACES and "topic" in draft and "body" in draft and draft.get("asks"):
        asks = [draft["asks"][n % len(draft["asks"])] for n in range(MAX_ASKS)]
        words.subjects[language, draft["topic"]].append(
            Subject(
                language, draft["topic"], _titles(draft["title"], language, random),
                _versions("body", draft["body"].strip(), language, random),
                [_versions("ask", ask, language, random) for ask in asks[: len(draft["asks"]) + 2]],
            )
        )  # fmt: skip
    for act in story.acts:
        fields = {"say": act.say} if act.say else act.fields
        for kind, text in _said(act.move, fields):
            spoken = language_of(text) or language
            if spoken in PLACES:
                words.kinds[kind, spoken] += _versions(kind, text.strip(), spoken, random)


def _said(move: str, fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What people wrote in the fields of an act, with its kind."""
    for name, value in fields.items():
        if isinstance(value, list):
            for row in value:
                if isinstance(row, dict):
                    yield from _said("commitment" if name == "commitments" else move, row)
        elif isinstance(value, str) and (kind := _kind(move, name)):
            yield kind, value


def _kind(move: str, name: str) -> str:
    if name == "text":
        return {
            "answer": "answer", "commitment": "promise", "commitment_add": "promise", "clarify": "clarification",
            "report_done": "evidence", "conclude_done": "conclusion", "conclude_not_done": "conclusion",
        }.get(move, "")  # fmt: skip
    return (
        {"dispute": "objection", "withdraw": "objection"}.get(move, "reason")
        if name == "reason"
        else _KINDS.get(name, "")
    )


def _titles(title: str, language: str, random: Random) -> list[Text]:
    places = random.sample(PLACES[language], VERSIONS["title"] - 1)
    return [_text(each, random) for each in (title, *(f"{title}: {place}"[:200] for place in places))]


def _versions(kind: str, text: str, language: str, random: Random) -> list[Text]:
    if kind in _PLAIN or (len(text) > 800 and kind != "body"):
        return [_text(text, random)]
    endings = ENDINGS["body" if kind in _OF_BODY else "ngo"][language]
    many = VERSIONS.get(kind, FEW)
    made = [text, *(f"{text} {_ending(endings, random)}" for _ in range(many - 1))]
    return [_text(each, random) for each in made]


def _ending(endings: list[str], random: Random) -> str:
    # Numbers after which a Russian noun stands in the genitive plural.
    return random.choice(endings).format(
        n=random.randrange(1, 90) * 10 + random.randrange(5, 10), m=random.randrange(1, 28)
    )


def _text(text: str, random: Random) -> Text:
    salt = random.randbytes(SALT_BYTES)
    return Text(text, salt.hex(), text_digest(salt, text))
