"""Which of many cases of one rule the suite tries; CI tries the others beside it, in the step `--thorough`."""

from collections.abc import Iterable
from typing import Any

import pytest


def one_in(every: int, cases: Iterable[Any]) -> list[Any]:
    """As parameters of a test: the first case and each so many-eth after it; the others are `thorough`."""
    return [case if n % every == 0 else beside(case) for n, case in enumerate(cases)]


def beside(case: Any) -> Any:
    """A case, plain or a tuple of several values, that only the thorough run tries."""
    values = case if isinstance(case, tuple) else (case,)
    return pytest.param(*values, marks=pytest.mark.thorough)
