"""Finding and masking. Linear in the length of the text, whatever stands in it."""

import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from issues.personal_data.emails import emails
from issues.personal_data.folding import ENTITY, fold
from issues.personal_data.kinds import is_card, is_iin, is_phone
from issues.personal_data.numbers import Window, windows

MASK = "•"
_SEEN = re.compile(rf"{ENTITY}|[^\W_]")  # an entity, which stands for one character, or a letter or digit


class Kind(TextChoices):
    IIN = "iin", _("IIN")
    PHONE = "phone", _("Phone number")
    EMAIL = "email", _("E-mail address")
    CARD = "card", _("Card number")


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """`text[start:end]` looks like personal data of this kind."""

    start: int
    end: int
    kind: Kind
    text: str

    @property
    def token(self) -> str:
        """The same for the same number or address however it is spaced: what a writer keeps, they keep everywhere."""
        plain = fold(self.text).text
        value = "".join(plain.split()).lower() if self.kind is Kind.EMAIL else re.sub(r"[^0-9]", "", plain)
        return hashlib.sha256(f"{self.kind} {value}".encode()).hexdigest()[:16]


def find(text: str) -> list[Hit]:
    """Every hit, from left to right; none overlaps another, and a number within an address belongs to the address."""
    folded = fold(text)
    found = [(start, end, Kind.EMAIL) for start, end in emails(folded.text)]
    addresses = bytearray(len(folded.text))
    for start, end, __ in found:
        addresses[start:end] = b"x" * (end - start)
    found += [each for each in _numbers(folded.text) if not any(addresses[each[0] : each[1]])]
    places = ((*folded.place(start, end), kind) for start, end, kind in sorted(found))
    return [Hit(start, end, kind, text[start:end]) for start, end, kind in places]


def mask(text: str, hits: Iterable[Hit]) -> str:
    """The text with each letter and digit of the hits as a bullet: as long as it was, so that it still fits its field."""
    chars = list(text)
    for hit in hits:
        chars[hit.start : hit.end] = _SEEN.sub(_bullets, hit.text)
    return "".join(chars)


def _bullets(seen: re.Match[str]) -> str:
    is_space_or_sign = len(seen[0]) > 1 and not html.unescape(seen[0]).isalnum()
    return seen[0] if is_space_or_sign else MASK * len(seen[0])


def _numbers(text: str) -> Iterator[tuple[int, int, Kind]]:
    behind = 0
    for beginning in windows(text):
        for window in beginning:
            if window.start < behind:
                break
            if kind := _kind(window):
                behind = window.end
                yield _start(window, kind), window.end, kind
                break


def _kind(window: Window) -> Kind | None:
    if is_iin(window):
        return Kind.IIN
    if is_card(window):
        return Kind.CARD
    return Kind.PHONE if is_phone(window) else None


def _start(window: Window, kind: Kind) -> int:
    """With the `+` of a phone, or the bracket around its code."""
    if kind is Kind.PHONE and window.plus is not None:
        return window.plus
    opened = window.text[window.start - 1 : window.start] == "(" and ")" in "".join(window.between)
    return window.start - opened
