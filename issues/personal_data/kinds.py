"""What makes a window of digits an IIN, a card or a phone."""

from calendar import monthrange

from backend.organisations.bin import check_digit
from issues.personal_data.numbers import Window

_CENTURY = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}


def is_iin(window: Window) -> bool:
    """Twelve digits: a date of birth, century and sex, and the check digit of the BIN. A BIN is none: its fifth digit (4, 5,
    6) begins no day of a month.
    """
    if window.size != 12 or window.plus is not None or window.is_measured or not window.is_tight:
        return False
    lengths = window.lengths
    dated = lengths[0] in (6, 12) or lengths[:3] == (2, 2, 2)
    return (dated or window.is_even) and is_valid_iin(window.digits)


def is_valid_iin(number: str) -> bool:
    century = _CENTURY.get(number[6])
    year, month, day = (int(number[at : at + 2]) for at in (0, 2, 4))
    if century is None or not 1 <= month <= 12 or not 1 <= day <= monthrange(century + year, month)[1]:
        return False
    return check_digit(number[:11]) == int(number[11])


_CARD_GROUPS = ((4, 6, 5), (4, 6, 4), (8, 8))


def is_card(window: Window) -> bool:
    """13 to 19 digits with an issuer's beginning and Luhn's check, in one piece or grouped as on the card."""
    if window.size < 13 or window.is_in_word or window.is_in_link or not window.is_tight:
        return False
    lengths = window.lengths
    in_fours = len(lengths) > 3 and set(lengths[:-1]) == {4} and lengths[-1] <= 4
    if not (len(lengths) == 1 or in_fours or lengths in _CARD_GROUPS or window.is_even):
        return False
    return has_issuer(window.digits) and passes_luhn(window.digits)


def has_issuer(number: str) -> bool:
    """Visa, Mastercard, American Express, Diners, JCB, Discover, UnionPay, Maestro, Mir, Humo and Uzcard."""
    two, three, four, size = int(number[:2]), int(number[:3]), int(number[:4]), len(number)
    if number[0] == "4":
        return size in (16, 19) or (size == 13 and three != 487)  # 487: the goods of Kazakhstan (EAN-13)
    if 51 <= two <= 55 or 2221 <= four <= 2720:
        return size == 16
    if two in (34, 37):
        return size == 15
    if two in (36, 38, 39) or 300 <= three <= 305:
        return 14 <= size <= 19
    return size >= 16 and (
        2200 <= four <= 2204 or 3528 <= four <= 3589 or two in (50, 62, 63, 64, 65, 67) or four in (6011, 8600, 9860)
    )


def passes_luhn(number: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0


def is_phone(window: Window) -> bool:
    """Of Kazakhstan and Russia in the usual writings, of other countries by their `+`; after the word "telephone" also a
    number of five to seven digits. Short numbers and free lines (8 800) are everybody's.
    """
    if window.size >= 10 and window.plus is not None:
        rule = _is_international
    elif (named := _RULES.get(window.size)) is None or window.is_amount:
        return False
    else:
        rule = named
    return rule(window) and not window.is_in_link and (not window.is_in_word or window.is_called_phone)


def _is_international(window: Window) -> bool:
    digits = window.digits
    if window.is_measured:
        return False
    if digits[0] == "7":
        return len(digits) == 11 and not is_free_line(digits)
    if window.between[:1] == ["."] and window.lengths[1] > 3:
        return False  # degrees: +43.238949
    return window.size <= (15 if len(window.groups) == 1 else 13)


def is_free_line(eleven: str) -> bool:
    return eleven[1:3] == "80"


def _is_national(window: Window) -> bool:
    """8 or 7, then the code of an operator or a town; the digits are parted behind the code, or nowhere."""
    digits, lengths = window.digits, window.lengths
    if digits[0] not in "78" or is_free_line(digits):
        return False
    if lengths in ((11,), (1, 10)) or window.is_even:
        return digits[1] in "79"
    if not window.breaks & {4, 5, 6} or window.breaks & {2, 3}:
        return False
    return digits[1] in "79" or (digits[0] == "8" and digits[1] in "348")


_MOBILE = ("70", "74", "75", "76", "77")
_TOWN = ("71", "72")


def _is_without_prefix(window: Window) -> bool:
    """Ten digits that begin with the code: grouped as a phone, or called one."""
    digits, lengths = window.digits, window.lengths
    if digits[0] != "7":
        return False
    if window.is_called_phone or window.text[max(0, window.start - 1) : window.start] == "(":
        return True
    if digits.startswith(_MOBILE):
        return lengths in ((3, 3, 2, 2), (3, 3, 4))
    return digits.startswith(_TOWN) and lengths in ((4, 2, 2, 2), (5, 1, 2, 2))


def _is_local(window: Window) -> bool:
    """In one piece or parted by hyphens: with spaces it is as likely a sum."""
    return all("-" in each for each in window.between) and window.is_called_phone


_RULES = {11: _is_national, 10: _is_without_prefix, 7: _is_local, 6: _is_local, 5: _is_local}
"""By the number of digits."""
