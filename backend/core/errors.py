"""How an action says no. Views, forms, the API and commands turn the same three refusals into their own shape.

The order in which they are looked for never changes (contract.md): 403, then 409, then 422.
"""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Words = str | Promise


class Refusal(Exception):  # noqa: N818  (a refusal is no error of the program)
    """An action was not done; `reason` tells a person why, in their language. Nothing was written."""

    status = 400

    def __init__(self, reason: Words) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return str(self.reason)


class Forbidden(Refusal):
    """Not this person, or not acting for this party (403)."""

    status = 403


class NotBuilt(Forbidden):
    """Named in the contract, while the code behind it comes later (403): it says so and pretends nothing."""


class WrongMethod(Refusal):
    """What is only read was sent to, or what is only sent to was opened (405); `is_sent_to` tells which."""

    status = 405

    def __init__(self, allowed: str) -> None:
        self.is_sent_to = "POST" in allowed
        super().__init__(
            _("This address only takes what a form sends. Go back to the page with the form.")
            if self.is_sent_to
            else _("Nothing can be sent to this address: it can only be read.")
        )


class Conflict(Refusal):
    """The thing has moved on: another status, a stale version, a race that somebody else won (409). `is_unmet`: it has not,
    while something that the move needs is missing, as votes are.
    """

    status = 409

    def __init__(self, reason: Words, *, is_unmet: bool = False) -> None:
        super().__init__(reason)
        self.is_unmet = is_unmet


class Invalid(Refusal):
    """The fields do not hold (422). `errors` maps a field's dotted path (`asks.2.ground`) to its messages."""

    status = 422

    def __init__(self, errors: Mapping[str, Sequence[Words] | Words], reason: Words = "") -> None:
        self.errors: dict[str, list[Words]] = {
            field: [words] if isinstance(words, str | Promise) else list(words) for field, words in errors.items()
        }
        super().__init__(reason or "; ".join(str(word) for words in self.errors.values() for word in words))
