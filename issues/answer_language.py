"""In which of the interface's languages a text is clearly written: an answer keeps the language of its issue (domain.md section 2).

Only what is clear is told. Names, titles of laws and quotations in another language are common in official letters, so what
is quoted does not count, and between "clearly Kazakh" and "clearly Russian" there is a wide stretch of "cannot say".
"""

import re

KAZAKH, RUSSIAN, ENGLISH = "kk", "ru", "en"
CHECKED = (KAZAKH, RUSSIAN, ENGLISH)

LETTERS_NEEDED = 40
MOSTLY = 0.75  # of the letters, for a script
# In running Kazakh one letter in six or so is one of the nine that Russian lacks; in Russian they come with names alone.
IN_KAZAKH, IN_RUSSIAN = 0.08, 0.02

_LATIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_CYRILLIC = frozenset(filter(str.isalpha, map(chr, range(0x400, 0x500))))
_KAZAKH_ONLY = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
_QUOTED = re.compile(r"«[^«»]*(?:«[^«»]*»[^«»]*)*»|“[^“”]*”|\"[^\"\n]*\"|^>.*$|https?://\S+", re.MULTILINE)
_MAY_QUOTE = re.compile(r"[«“\">]|://")
_ADDRESS = re.compile(r"(?<!\S)\S+@\S+")


def language_of(text: str) -> str | None:
    """`kk`, `ru` or `en` where that is clear; else None. Linear in the text."""
    own = _QUOTED.sub(" ", text) if _MAY_QUOTE.search(text) else text
    if "@" in own:
        own = _ADDRESS.sub(" ", own)
    letters = [*filter(str.isalpha, own)]
    if len(letters) < LETTERS_NEEDED:
        return None
    if _count(letters, _LATIN) >= MOSTLY * len(letters):
        return ENGLISH
    cyrillic = _count(letters, _CYRILLIC)
    if cyrillic < MOSTLY * len(letters):
        return None
    kazakh = _count(letters, _KAZAKH_ONLY)
    if kazakh >= IN_KAZAKH * cyrillic:
        return KAZAKH
    return RUSSIAN if kazakh <= IN_RUSSIAN * cyrillic else None


def _count(letters: list[str], of: frozenset[str]) -> int:
    return sum(map(of.__contains__, letters))


def read_as(text: str, otherwise: str) -> str:
    """In which language a text is read aloud: the one it is clearly written in, else the one it is said to be of. Tatar has the
    letters of Kazakh: nothing is said of what is not in a language of the interface.
    """
    return _other_language(text, otherwise) or otherwise


def is_in_another(text: str, language: str) -> bool:
    """Whether the text is clearly not in that language, a BCP 47 tag; of others than the interface's nothing is said."""
    return _other_language(text, language) is not None


def _other_language(text: str, language: str) -> str | None:
    base, *subtags = language.lower().split("-")
    if base not in CHECKED or "latn" in subtags:
        return None
    found = language_of(text)
    return None if found == base else found
