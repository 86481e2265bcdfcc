"""People's Markdown to safe HTML, once, when it is written (D9)."""

import re
from typing import Any

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt

from backend.core.checked import without_dropped
from backend.core.naming import Names, naming

# Headings inside people's texts start below the page's own: `#` becomes <h3>.
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}
_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}


class _Links(LinkifyIt):  # type: ignore[misc]
    """Looks no further where nothing can be an address: no letter after a full stop, no `//`, no `mailto:`."""

    def pretest(self, text: str) -> bool:
        return _MAY_LINK.search(text) is not None and bool(super().pretest(text))


_MAY_LINK = re.compile(r"\S\.[^\W\d_]|//|mailto:|[&\\]", re.IGNORECASE)
"""Or an entity or an escape, which may stand for any of them."""


def _parser() -> MarkdownIt:
    """No raw HTML, no images (an image is a request to somebody else's server); a new line is a line break."""
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": True, "maxNesting": 20})
    parser.enable(["table", "strikethrough", "linkify"]).disable(["image", "html_block", "html_inline"])
    parser.linkify = _Links(options={"fuzzy_email": False, "fuzzy_ip": False})
    return parser


_RULES: Any = {"url_schemes": _SCHEMES, "link_rel": "nofollow ugc noopener noreferrer", "strip_comments": True}
_plain, _naming = _parser(), naming(_parser())
_cleaner = nh3.Cleaner(tags=_TAGS, attributes=_ATTRIBUTES, **_RULES)
_cleaner_of_names = nh3.Cleaner(
    tags=_TAGS | {"span"},
    attributes=_ATTRIBUTES | {"span": {"data-who"}},
    allowed_classes={"span": {"mention"}},
    **_RULES,
)
_no_tags = nh3.Cleaner(tags=set())


def render(source: str, names: Names | None = None) -> str:
    """HTML that is safe to print as it is, for any input; links are `nofollow ugc noopener`; no images, no raw HTML. Who is
    named in it by `@` stands in `<span class="mention" data-who=…>`, where `names` are given.
    """
    parser, cleaner = (_plain, _cleaner) if names is None else (_naming, _cleaner_of_names)
    env = {"names": names}
    tokens = parser.parse(clean(source), env)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = _HEADINGS[token.tag]
    html = parser.renderer.render(tokens, parser.options, env)
    return cleaner.clean(html)


def quotes(source: str) -> list[range]:
    """Which lines of a text from `clean` stand in a quote, also those that Markdown counts to it without their own `>`: the
    outermost quotes, in their order.
    """
    found: list[range] = []
    depth = 0
    if ">" not in source:
        return found
    for token in _plain.parse(source):
        depth += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if token.type == "blockquote_open" and depth == 1 and token.map:
            found.append(range(*token.map))
    return found


def clean(source: str) -> str:
    """CRLF to LF, and without what no person types (`checked`)."""
    return without_dropped(source.replace("\r\n", "\n").replace("\r", "\n"))


def plain(source: str, limit: int = 140) -> str:
    """The first `limit` characters of the text without its markup, for list rows and page descriptions."""
    text = " ".join(_no_tags.clean(render(source)).split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
