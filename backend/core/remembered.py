"""What is read often and changes rarely, kept in the process for a while."""

import time
from collections.abc import Callable
from functools import wraps

_kept: dict[tuple[object, ...], tuple[float, object]] = {}
AT_MOST = 500


def remembered[**Given, Result](seconds: float) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """The function's last result for the same arguments, no older than that. Nothing of one person may be kept so."""

    def decorate(function: Callable[Given, Result]) -> Callable[Given, Result]:
        @wraps(function)
        def asked(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            key = (function, args, tuple(sorted(kwargs.items())))
            at, result = _kept.get(key, (0.0, None))
            if time.monotonic() - at >= seconds or key not in _kept:
                result = function(*args, **kwargs)
                if len(_kept) >= AT_MOST:
                    _kept.clear()
                _kept[key] = (time.monotonic(), result)
            return result  # type: ignore[return-value]

        return asked

    return decorate


def forget() -> None:
    """Everything: between tests."""
    _kept.clear()
