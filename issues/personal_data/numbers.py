"""Numbers in a folded text: groups of digits, and what neighbouring groups make together.

A window is a run of groups with nothing but a space, a hyphen or the like between them. Whether it is an IIN, a card or a
phone is read from its digits **and** from how they are grouped, since `87 011 234 567` is a sum and `8 701 123 45 67` is not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

MOST_GROUPS = 6
MOST_DIGITS = 19

_DIGITS = re.compile(r"[0-9]+")
_BETWEEN = re.compile(r" {1,2}| ?\n ?| ?- ?|\.| ?/ ?| ?\( ?|\) ?-? ?")
_IBAN = re.compile(r"(?<![A-Za-z0-9])KZ ?[0-9]{2}(?: ?[0-9A-Z]{4}){4}(?![A-Za-z0-9])", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>]+", re.IGNORECASE)
_CHAT = re.compile(r"(?:https?://)?(?:wa\.me/|(?:api\.|web\.)?whatsapp\.com/|t\.me/\+)", re.IGNORECASE)
_MEASURED = re.compile(
    r" ?(?:[₸$€%]|(?:тг|тнг|теңге\w{0,4}|тенге|руб(?:л\w{1,3})?|доллар\w{0,3}|евро|еуро|kzt|usd|eur|rub"
    r"|млн|миллион\w{0,4}|млрд|миллиард\w{0,4}|трлн|триллион\w{0,4}|мың\w{0,4}|тыс|тысяч\w{0,3})\b)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:\bтел|телефон\w{0,6}|\bмоб\w{0,10}|ұялы\w{0,6}|\bсот(?:\.|ов\w{1,4}|к\w{1,4})|\bphone|\btel|whats ?app"
    r"|\b[ву][ао]тсап\w{0,4})[^\w+]{0,4}(?:(?:нөмір|номер)\w{0,6}[^\w+]{0,3})?(?:[0-9]+(?:-[0-9]+){0,3}[,;] ?){0,2}$",
    re.IGNORECASE,
)  # fmt: skip
_LOOK_BACK = 60


@dataclass(frozen=True, slots=True)
class Group:
    start: int
    end: int
    digits: str
    in_link: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbouring groups of `text`; `size`: how many digits; `whole`: there is no further group beside them."""

    text: str
    groups: Sequence[Group]
    size: int
    whole: bool

    @property
    def start(self) -> int:
        return self.groups[0].start

    @property
    def end(self) -> int:
        return self.groups[-1].end

    @property
    def digits(self) -> str:
        return "".join(group.digits for group in self.groups)

    @property
    def lengths(self) -> tuple[int, ...]:
        return tuple(len(group.digits) for group in self.groups)

    @property
    def breaks(self) -> set[int]:
        """After how many digits a group ends."""
        return set(accumulate(self.lengths))

    @property
    def between(self) -> list[str]:
        return [self.text[left.end : right.start] for left, right in pairwise(self.groups)]

    @property
    def is_tight(self) -> bool:
        """Only spaces, hyphens, one line break."""
        return all(set(each) <= set(" -\n") for each in self.between)

    @property
    def is_even(self) -> bool:
        """Digit by digit, or in twos, threes or fours, and nothing beside it: as into the boxes of a form."""
        return self.whole and len(set(self.lengths)) == 1 and self.is_tight

    @property
    def is_amount(self) -> bool:
        """Grouped as sums are, in threes from the right by spaces; or a currency, a magnitude or a percentage follows."""
        first, *rest = self.lengths
        in_threes = bool(rest) and first <= 3 and set(rest) == {3} and all(each.isspace() for each in self.between)
        return in_threes or self.is_measured

    @property
    def is_measured(self) -> bool:
        return _MEASURED.match(self.text, self.end) is not None

    @property
    def is_in_word(self) -> bool:
        """A Latin letter touches it: a part of a code."""
        around = self.text[max(0, self.start - 1) : self.start] + self.text[self.end : self.end + 1]
        return any(char.isascii() and char.isalpha() for char in around)

    @property
    def is_called_phone(self) -> bool:
        """The word before it says that it is a telephone."""
        return _CALLED.search(self.text[max(0, self.start - _LOOK_BACK) : self.start]) is not None

    @property
    def plus(self) -> int | None:
        """Where the `+` of an international number stands."""
        before = self.text[max(0, self.start - 2) : self.start].rstrip(" (")
        return max(0, self.start - 2) + len(before) - 1 if before.endswith("+") else None

    @property
    def is_in_link(self) -> bool:
        return any(group.in_link for group in self.groups)


def windows(text: str) -> Iterator[Iterator[Window]]:
    """For each group, from left to right, the windows that begin with it: the whole run if it is evenly grouped, then from
    the longest. A consumer that takes one goes on behind it. At most `MOST_GROUPS` + 1 windows a group.
    """
    for run in _runs(text):
        for first in range(len(run)):
            yield _from(text, run, first)


def _from(text: str, run: Sequence[Group], first: int) -> Iterator[Window]:
    if first == 0 and MOST_GROUPS < len(run) <= MOST_DIGITS:
        yield Window(text, run, sum(len(group.digits) for group in run), whole=True)
    groups = run[first : first + MOST_GROUPS]
    for length, size in reversed([*enumerate(accumulate(len(group.digits) for group in groups), 1)]):
        if size <= MOST_DIGITS:
            yield Window(text, groups[:length], size, whole=length == len(run))


def _runs(text: str) -> Iterator[list[Group]]:
    """Groups that belong together by what stands between them. Those of an account (IBAN) belong to none."""
    run: list[Group] = []
    for group in _groups(text):
        if run and not _BETWEEN.fullmatch(text, run[-1].end, group.start):
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _groups(text: str) -> Iterator[Group]:
    accounts = [each.span() for each in _IBAN.finditer(text)]
    links = [each.span() for each in _LINK.finditer(text) if not _CHAT.match(each[0])]
    for digits in _DIGITS.finditer(text):
        if not _lies_in(digits.start(), accounts):
            yield Group(digits.start(), digits.end(), digits[0], _lies_in(digits.start(), links))


def _lies_in(place: int, spans: list[tuple[int, int]]) -> bool:
    """Spans before `place` are dropped: it only ever grows."""
    while spans and spans[0][1] <= place:
        spans.pop(0)
    return bool(spans) and spans[0][0] <= place
