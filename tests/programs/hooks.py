"""Loaded by schemathesis (SCHEMATHESIS_HOOKS): requests are made with a token of the person whom FUZZ_AS names.

Revoking a token gets one of its own each time: the other requests would be refused after the first.
"""

import os
from typing import Any

import django
import schemathesis

django.setup()

from django.utils import timezone  # noqa: E402

from backend.accounts.models import User  # noqa: E402
from backend.api.actions import make_token  # noqa: E402

LEFT = 20  # of a person's 50: tokens made to be revoked, whose request may not have been sent yet


def _made(name: str) -> str:
    """Without a sign-in, whose failures are counted by address."""
    person = User.objects.get(email=os.environ["FUZZ_AS"])
    lying = person.auth_token_set.filter(name=name).order_by("-created").values_list("pk", flat=True)
    person.auth_token_set.filter(pk__in=list(lying[LEFT:])).delete()
    return make_token(person=person, name=name, at=timezone.now())[1]


@schemathesis.auth(refresh_interval=None)
class ByToken:
    def __init__(self) -> None:
        self.lasting = _made("lasting")

    def get(self, case: Any, context: Any) -> str:
        is_spent = context.operation.method == "delete" and context.operation.path.endswith("/auth/token/")
        return _made("spent") if is_spent else self.lasting

    def set(self, case: Any, data: str, context: Any) -> None:
        case.headers["Authorization"] = f"Token {data}"
