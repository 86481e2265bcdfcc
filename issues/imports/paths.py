"""Where in a row something stands: `government_response.summary`, `departments.0.name`, `departments.*.name`.

The name of a column, or of a member of the row, goes first, dots and all; else each dot leads one step down, a number
takes an element of a list, a star every one.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

BLANK_LINE = "\n\n"
_BRACES = re.compile(r"\{([^{}]+)\}")


def is_path(path: str) -> bool:
    return bool(path.strip()) and all(part.strip() for part in path.split("."))


def read_path(row: Mapping[str, Any], paths: tuple[str, ...]) -> Any:
    """What stands there: one thing as it is, a number as its digits; several texts joined by a blank line; '' for nothing."""
    found = [value for path in paths for value in _at(row, path) if value not in (None, "")]
    if len(found) <= 1:
        return _plain(found[0]) if found else ""
    texts = [_plain(value) for value in found]
    return BLANK_LINE.join(text.strip() for text in texts if text.strip()) if all(map(_is_text, texts)) else texts


def texts_at(row: Mapping[str, Any], path: str) -> Iterator[str]:
    """All that stands there as texts; a list or an object as its JSON."""
    for value in _at(row, path):
        if value not in (None, "", [], {}):
            plain = _plain(value)
            yield plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False, default=str)


def web_address(pattern: str, row: Mapping[str, Any]) -> str:
    """The pattern with each `{path}` filled in, quoted; one that is a path alone stays as it is. '' where one is missing."""
    is_path_alone = _BRACES.fullmatch(pattern) is not None
    return filled(pattern, row, str if is_path_alone else partial(quote, safe=""))


def filled(pattern: str, row: Mapping[str, Any], written: Callable[[str], str] = str) -> str:
    """The pattern with each `{path}` filled in. '' where one is missing."""
    texts = {path: str(read_path(row, (path,))) for path in paths_in(pattern)}
    return _BRACES.sub(lambda found: written(texts[found[1]]), pattern) if all(texts.values()) else ""


def paths_in(pattern: str) -> list[str]:
    return _BRACES.findall(pattern)


def _at(row: Any, path: str) -> Iterator[Any]:
    if isinstance(row, Mapping) and path in row:
        yield row[path]
        return
    first, _dot, rest = path.partition(".")
    for below in _below(row, first):
        if rest:
            yield from _at(below, rest)
        else:
            yield below


def _below(value: Any, part: str) -> Iterator[Any]:
    if isinstance(value, Mapping):
        if part in value:
            yield value[part]
    elif isinstance(value, list):
        if part == "*":
            yield from value
        elif part.isascii() and part.isdigit() and int(part) < len(value):
            yield value[int(part)]


def _plain(value: Any) -> Any:
    is_number = not isinstance(value, bool | str | list | Mapping) and value is not None
    return str(value) if is_number else value


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
