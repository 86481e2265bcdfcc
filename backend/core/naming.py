"""People named in Markdown by `@Name`: where such a name stands, and how it is shown. Who they are, the caller knows."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_NO_LETTER_BEFORE = re.compile(r"[^\W_]|[./@&=?#%+~-]")
"""Behind one of these an `@` belongs to an address of mail or of a page."""


class Names(Protocol):
    def length_at(self, text: str, at: int) -> int:
        """Of the longest name that stands in the text at this place; 0: none."""
        ...

    def take(self, words: str) -> str:
        """These words are named; what to keep beside them in `data-who`."""
        ...


def naming(parser: MarkdownIt) -> MarkdownIt:
    """The parser, with a rule for names. Markup inside a name is none: it is looked for before any other rule. Code and links,
    and an `@` behind a backslash, name nobody.
    """
    parser.inline.ruler.before("newline", "name", _rule)
    parser.add_render_rule("name", _shown)
    return parser


def _rule(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if state.src[start] != "@" or state.linkLevel or (start and _NO_LETTER_BEFORE.match(state.src[start - 1])):
        return False
    names: Names = state.env["names"]
    length = names.length_at(state.src, start + 1)
    if not length:
        return False
    end = start + 1 + length
    if not silent:
        token = state.push("name", "span", 0)
        token.content = state.src[start:end]
        token.attrSet("data-who", names.take(state.src[start + 1 : end]))
    state.pos = end
    return True


def _shown(renderer: RendererProtocol, tokens: Sequence[Token], i: int, options: Any, env: Any) -> str:
    token = tokens[i]
    return f'<span class="mention" data-who="{token.attrGet("data-who")}">{escapeHtml(token.content)}</span>'


class Matcher:
    """Finds the longest of some names, whatever their case and the spaces between their words; none inside a longer word."""

    def __init__(self, names: Iterable[str]) -> None:
        found = sorted({key_of(name) for name in names} - {""}, key=len, reverse=True)
        one_of = "|".join(re.escape(name).replace(r"\ ", r"[^\S\n]+") for name in found)
        self._pattern = re.compile(rf"(?:{one_of})(?![^\W_])", re.IGNORECASE) if found else None

    def length_at(self, text: str, at: int) -> int:
        found = self._pattern.match(text, at) if self._pattern else None
        return found.end() - at if found else 0


def key_of(name: str) -> str:
    """What two spellings of one name have in common."""
    return " ".join(name.split()).casefold()
