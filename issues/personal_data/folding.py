"""A text as the eye reads it: plain digits, spaces and hyphens, nothing invisible, each with its place in the original.

Digits of any script and full width, no-break and thin spaces, dashes of any length, zero-width characters and soft hyphens,
Markdown's escapes (`\\_`) and HTML's entities (`&nbsp;`, `&#64;`), which Markdown shows as characters.
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});"
_MARKUP = re.compile(rf"{ENTITY}|\\[!-/:-@\[-`{{-~]")


@dataclass(frozen=True, slots=True)
class Folded:
    """`text[n]` is what stands in the original from `starts[n]` to `ends[n]`."""

    text: str
    starts: Sequence[int] = field(repr=False)
    ends: Sequence[int] = field(repr=False)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of `text` (not an empty one) stands in the original."""
        return self.starts[start], self.ends[end - 1]


def fold(original: str) -> Folded:
    length = len(original)
    if len(text := original.translate(_PLAIN)) == length and not _MARKUP.search(original):
        return Folded(text, range(length), range(1, length + 1))  # most texts: character by character
    pieces = [(plain, start, end) for char, start, end in _pieces(original) if (plain := _PLAIN[ord(char)])]
    return Folded("".join(each[0] for each in pieces), [each[1] for each in pieces], [each[2] for each in pieces])


def _pieces(original: str) -> Iterator[tuple[str, int, int]]:
    """The characters a reader sees, with their start and end."""
    at = 0
    for markup in _MARKUP.finditer(original):
        yield from ((char, place, place + 1) for place, char in enumerate(original[at : markup.start()], at))
        at = markup.end()
        shown = html.unescape(markup[0]) if markup[0][0] == "&" else markup[0][1]
        yield from ((char, markup.start(), at) for char in shown)
    yield from ((char, place, place + 1) for place, char in enumerate(original[at:], at))


class _Plain(dict[int, str]):
    def __missing__(self, code: int) -> str:
        return self.setdefault(code, _plain(chr(code)))


def _plain(char: str) -> str:
    """One character, or none for what is not seen."""
    if char.isascii():
        return _SPACES.get(char, char if char.isprintable() else "")
    if (digit := unicodedata.decimal(char, None)) is not None:
        return str(digit)
    category = unicodedata.category(char)
    return _BY_CATEGORY[category] if category in _BY_CATEGORY else _likeness(char)


_SPACES = {"\t": " ", "\n": "\n"}
_BY_CATEGORY = {"Zs": " ", "Zl": "\n", "Zp": "\n", "Pd": "-"} | dict.fromkeys(("Cc", "Cf", "Cs", "Mn", "Me"), "")


def _likeness(char: str) -> str:
    if char == "\N{MINUS SIGN}":
        return "-"
    if unicodedata.decomposition(char).startswith(("<super>", "<sub>")):
        return char  # the figure of a footnote, or of m²: no digit of the number before it
    likeness = unicodedata.normalize("NFKC", char)
    return likeness if len(likeness) == 1 else char


_PLAIN = _Plain()
