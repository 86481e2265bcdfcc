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

_KAZAKH_ONLY = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"\n]*\"|^>.*$|https?://\S+|\S+@\S+", re.MULTILINE)


def language_of(text: str) -> str | None:
    """`kk`, `ru` or `en` where that is clear; else None. Linear in the text."""
    letters = [each for each in _QUOTED.sub(" ", text) if each.isalpha()]
    if len(letters) < LETTERS_NEEDED:
        return None
    latin = sum("a" <= each.lower() <= "z" for each in letters)
    cyrillic = sum("\u0400" <= each <= "\u04ff" for each in letters)
    if latin >= MOSTLY * len(letters):
        return ENGLISH
    if cyrillic < MOSTLY * len(letters):
        return None
    kazakh = sum(each in _KAZAKH_ONLY for each in letters)
    if kazakh >= IN_KAZAKH * cyrillic:
        return KAZAKH
    return RUSSIAN if kazakh <= IN_RUSSIAN * cyrillic else None


def read_as(text: str, otherwise: str) -> str:
    """In which language a text is read aloud: the one it is clearly written in, else the one it is said to be of. Tatar has the
    letters of Kazakh: nothing is said of what is not in a language of the interface.
    """
    return (is_in_another(text, otherwise) and language_of(text)) or otherwise


def is_in_another(text: str, language: str) -> bool:
    """Whether the text is clearly not in that language, a BCP 47 tag; of others than the interface's nothing is said."""
    base, *subtags = language.lower().split("-")
    if base not in CHECKED or "latn" in subtags:
        return False
    return language_of(text) not in (None, base)
