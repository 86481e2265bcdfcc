"""Whose words the lines of a quote are, and taking removed words out of quotes. Pure: no models.

Words are compared by their letters and digits alone, so that case, spaces, line breaks and Markdown make no difference. A
line too many loses a quote, the whole of which stands under its number; a line too few a person's privacy.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from backend.core.markdown import clean, quotes
from issues.personal_data import Kind, find

SHARED = 20
"""Letters in a row that a quote does not have in common with a text by chance; of a shorter text, all of it."""

SHARED_OUTSIDE = 30
"""The same outside of a quote, where a moderator is led to it: a common phrase is none."""

SHORT = 6
"""A line as short as this is told by whom it names as its author, not by its letters."""

_MARKS = re.compile(r"\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)*(?:>\s?)*")
_OPENING = re.compile(r"[^\w#]*#(\d{1,9})[^\w#]*·")  # as `dialogue.quoting` writes it


def letters(text: str) -> str:
    """What words are compared by."""
    plain = unicodedata.normalize("NFKC", html.unescape(text)).casefold()
    return "".join(each for each in plain if each.isalnum())


@dataclass(frozen=True, slots=True)
class Gone:
    """Words that are to be read in no quote. `own`: the letters of each text that was removed; `values`: those of the numbers
    and addresses of people in them. `left`: of messages that lost words, what a line under their number may still say.
    """

    own: tuple[str, ...]
    values: tuple[str, ...]
    left: Mapping[int, Sequence[str]]
    _cut: dict[int, list[tuple[int, set[str]]]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, texts: Iterable[str], left: Mapping[int, Iterable[str]] | None = None) -> "Gone":
        """What the removed texts quote themselves are another's words: only numbers and addresses in it count."""
        texts = list(texts)
        own = (letters(_own(text)) for text in texts)
        values = (_value(hit.kind, hit.text) for text in texts for hit in find(text))
        return cls(
            tuple(each for each in own if len(each) >= SHORT),
            tuple({each for each in values if len(each) >= SHORT}),
            {number: [letters(each) for each in said] for number, said in (left or {}).items()},
        )

    def marked(self, text: str, shared: int) -> bytearray:
        """Which of these letters are removed words (1), and which of them a number or an address (2)."""
        marks = bytearray(len(text))
        for size, pieces in self._pieces(shared):
            for at in range(len(text) - size + 1):
                if text[at : at + size] in pieces:
                    marks[at : at + size] = b"\1" * size
        for value in self.values:
            for found in re.finditer(re.escape(value), text):
                marks[slice(*found.span())] = b"\2" * len(value)
        return marks

    def _pieces(self, shared: int) -> list[tuple[int, set[str]]]:
        """Of each removed text: all so many letters in a row. Cut once for all that is compared with them."""
        if shared not in self._cut:
            sizes = [(own, min(shared, len(own))) for own in self.own]
            cut = [(size, {own[at : at + size] for at in range(len(own) - size + 1)}) for own, size in sizes]
            self._cut[shared] = cut
        return self._cut[shared]

    def has(self, said: str) -> bool:
        return any(said in own for own in self.own)


def _own(text: str) -> str:
    lines = clean(text).split("\n")
    quoted = {at for each in quotes(clean(text)) for at in each}
    return "\n".join(line for at, line in enumerate(lines) if at not in quoted)


def _value(kind: Kind, text: str) -> str:
    """A phone number without its prefix: +7 and 8 are the same."""
    return letters(text)[-10:] if kind is Kind.PHONE else letters(text)


@dataclass(frozen=True, slots=True)
class _Line:
    """`of`: the message that is quoted here, as the lines above say; `names`: it is the line that says so. `is_marked`: by `>`,
    else Markdown counts it to the quote all the same, and it may be the quoter's.
    """

    at: int
    letters: str
    of: int | None
    names: bool
    is_marked: bool


def _read(lines: Sequence[str], quote: range) -> Iterator[_Line]:
    of = None
    for at in quote:
        marks = _MARKS.match(lines[at])
        assert marks
        words = lines[at][marks.end() :]
        named = _OPENING.match(words)
        of = int(named[1]) if named else of
        yield _Line(at, letters(words), of, bool(named), ">" in marks[0])


def without(source: str, gone: Gone, instead: str) -> str:
    """The text with `instead` in place of the quoted lines that say what is gone; the same text where none does."""
    lines = clean(source).split("\n")
    going = _going(lines, gone)
    if not going:
        return source
    kept = []
    for at, line in enumerate(lines):
        if at not in going:
            kept.append(line)
        elif at - 1 not in going:
            marks = _MARKS.match(line)
            kept.append((marks[0].rstrip() + " " if marks and ">" in marks[0] else "> ") + instead)
    return "\n".join(kept)


def quoted_of(source: str, left: Mapping[int, Iterable[str]]) -> set[str]:
    """The lines that a text quotes of these messages, and that they do not say any more; in letters."""
    lines, gone = clean(source).split("\n"), Gone.of((), left)
    return {letters(lines[at]) for at in _going(lines, gone)} - {""}


def numbers_quoted(source: str) -> set[int]:
    """Of the messages that a text says it quotes."""
    if ">" not in source or "·" not in source:
        return set()
    lines = clean(source).split("\n")
    return {line.of for quote in quotes(clean(source)) for line in _read(lines, quote) if line.of is not None}


def repeats(source: str, gone: Gone) -> bool:
    """Whether a text says what is gone in its own words: outside of quotes."""
    return any(gone.marked(letters(_own(source)), SHARED_OUTSIDE))


def _going(lines: Sequence[str], gone: Gone) -> set[int]:
    going: set[int] = set()
    for quote in quotes("\n".join(lines)):
        said = list(_read(lines, quote))
        found = _under_its_number(said, gone) | _of_its_words(said, gone)
        going |= found | _blank_between(said, found)
    return going


def _under_its_number(said: Sequence[_Line], gone: Gone) -> set[int]:
    """A line under the number of what is gone: however it was put, cut or mended. Not one that Markdown only counts to it."""
    return {
        line.at for line in said
        if line.of is not None and line.of in gone.left and line.is_marked and not line.names
        and not any(line.letters in each for each in gone.left[line.of])
    }  # fmt: skip


def _of_its_words(said: Sequence[_Line], gone: Gone) -> set[int]:
    """By what it says, whoever is named above it; where nobody is, a few words are enough."""
    marks = gone.marked("".join(line.letters for line in said), SHARED)
    going, behind = set(), 0
    for line in said:
        here = marks[behind : behind + len(line.letters)]
        behind += len(here)
        is_unnamed = line.of is None and len(line.letters) >= SHORT and gone.has(line.letters)
        if is_unnamed or 2 in here or (here and sum(here) >= min(len(here), SHORT)):
            going.add(line.at)
    unnamed = [line for line in said if line.of is None and line.letters]
    together = "".join(line.letters for line in unnamed)
    if len(together) >= SHORT and gone.has(together):
        going |= {line.at for line in unnamed}
    return going


def _blank_between(said: Sequence[_Line], going: set[int]) -> set[int]:
    """Empty lines between two that go."""
    full = [line.at for line in said if line.letters]
    pairs = [(one, other) for one, other in pairwise(full) if {one, other} <= going]
    return {at for one, other in pairs for at in range(one + 1, other)}
