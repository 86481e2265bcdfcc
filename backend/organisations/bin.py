"""The business identification number (БСН, БИН) of Kazakhstan: domain.md section 5."""

_FIRST = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_PLACES = "012"  # head, branch, representative office


def is_valid_bin(number: str) -> bool:
    """Whether twelve digits form a BIN that can have been issued: YYMM, place and check digit.

    The fifth digit (4 resident legal entity, 5 non-resident, 6 joint sole trader) is not held to these three: numbers with
    others pass, such as the reference's own 061211600012.
    """
    if len(number) != 12 or not (number.isascii() and number.isdigit()):
        return False
    if not 1 <= int(number[2:4]) <= 12 or number[5] not in _PLACES:
        return False
    return check_digit(number[:11]) == int(number[11])


def check_digit(eleven: str) -> int | None:
    """The twelfth digit for the first eleven; None where no number is ever issued with them."""
    for weights in (_FIRST, _SECOND):
        remainder = sum(int(digit) * weight for digit, weight in zip(eleven, weights, strict=True)) % 11
        if remainder < 10:
            return remainder
    return None
