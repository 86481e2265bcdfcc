"""E-mail addresses in a folded text, also with spaces around the sign, and with the sign in words between brackets."""

import re
from collections.abc import Iterator

_SIGN = re.compile(r" {0,2}[(\[{] ?(?:at|ат|эт|собака) ?[)\]}] {0,2}|%40| ?@ ?", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])|(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_LONGEST_NAME = 64
_IN_A_NAME = frozenset("._+-")


def emails(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each. What is glued to a name by a writer (`почтаivan@mail.ru`) goes with it; a Kazakh ending glued
    to a Latin domain (`mail.ruға`) does not. A handle after a space (`Instagram @name.kz`) is no address.
    """
    behind = 0
    for sign in _SIGN.finditer(text):
        if sign[0] == " @":
            continue
        start = max(behind, _start_of_name(text, sign.start()))
        domain = _DOMAIN.match(text, sign.end())
        if start < sign.start() and domain is not None:
            behind = domain.end()
            yield start, behind


def _start_of_name(text: str, end: int) -> int:
    start = end
    while start > max(0, end - _LONGEST_NAME) and (text[start - 1].isalnum() or text[start - 1] in _IN_A_NAME):
        start -= 1
    while start < end and text[start] in _IN_A_NAME:
        start += 1
    return start
