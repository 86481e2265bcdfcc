"""The BIN of domain.md section 5."""

import pytest

from backend.organisations.bin import check_digit, is_valid_bin


def test_the_number_of_the_reference_passes_by_the_second_weights() -> None:
    assert is_valid_bin("061211600012")
    assert check_digit("06121160001") == 2


@pytest.mark.parametrize(
    "number",
    [
        "061211600013",  # another check digit
        "061311600012",  # a thirteenth month
        "060011600012",  # month 0
        "061219600012",  # the ninth kind of place
        "06121160001",
        "0612116000122",
        "06121160001a",
        "٠٦١٢١١٦٠٠٠١٢",  # digits, but not ours
        "",
    ],
)
def test_what_cannot_have_been_issued_is_refused(number: str) -> None:
    assert not is_valid_bin(number)


def test_a_number_whose_both_remainders_are_ten_is_never_issued() -> None:
    never = next(eleven for eleven in (f"0612406{n:04d}" for n in range(10_000)) if check_digit(eleven) is None)
    assert not any(is_valid_bin(f"{never}{digit}") for digit in range(10))
