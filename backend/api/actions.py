"""Making tokens and taking them back: the only writer of `Token`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from knox.crypto import create_token_string, hash_token
from knox.settings import CONSTANTS

from backend.accounts.models import User
from backend.api.models import Scope, Token
from backend.core.checked import Checked
from backend.core.errors import Conflict
from backend.organisations.models import Membership
from backend.organisations.seats import seats_in_force

DAYS = 90
DAYS_AT_MOST = 365
TOKENS_AT_MOST = 50
SHOWN_SECONDS = 60


@transaction.atomic
def make_token(
    *, person: User, name: str = "", scopes: Any = None, organisation: str | None = None, days: Any = DAYS,
    at: datetime | None = None, secret: str = "",
) -> tuple[Token, str]:  # fmt: skip
    """The token and its secret, which is told this once. `organisation`: the slug of the one it acts for alone; `scopes`: None
    for all; `secret`: one of `secret_of`, else a random one. Those of the person that have ended go. Raises Invalid, Conflict (as
    many as there may be).
    """
    at = at or timezone.now()
    User.objects.select_for_update().get(pk=person.pk)
    person.auth_token_set.filter(Q(expiry__lte=at) | Q(membership__until__lte=at)).delete()
    with Checked() as check:
        name = check.line("name", name, limit=100, needed=False)
        wanted = _scopes(check, scopes)
        membership = _membership(check, person, organisation, at)
        is_number = isinstance(days, int) and not isinstance(days, bool)
        if not is_number or not 1 <= days <= DAYS_AT_MOST:
            check.fail("days", _("Give a number of days, at most %(limit)s.") % {"limit": DAYS_AT_MOST})
    if person.auth_token_set.count() >= TOKENS_AT_MOST:
        raise Conflict(
            _("You have as many tokens as there may be: %(limit)s. Revoke one first.") % {"limit": TOKENS_AT_MOST}
        )
    secret = secret or create_token_string()
    token = Token.objects.create(
        digest=hash_token(secret), token_key=secret[: CONSTANTS.TOKEN_KEY_LENGTH], user=person, expiry=at + timedelta(days=days),
        name=name or "API", scopes=wanted, membership=membership,
    )  # fmt: skip
    return token, secret


def secret_of(person: User, made: str) -> str:
    """The secret that a page can tell again for a moment, though it is kept nowhere: `made`, a random word, leads to it with our
    secret key alone.
    """
    return salted_hmac("backend.api.token", f"{person.pk}:{made}", algorithm="sha256").hexdigest()


def just_made(person: User, made: str, at: datetime) -> str:
    """The secret of the person's token that `made` stands for, within a minute; else ''. One query."""
    secret = secret_of(person, made)
    since = at - timedelta(seconds=SHOWN_SECONDS)
    return secret if person.auth_token_set.filter(digest=hash_token(secret), created__gte=since).exists() else ""


def _scopes(check: Checked, scopes: Any) -> list[str]:
    if scopes is None:
        return list(Scope.values)
    if not isinstance(scopes, Sequence) or isinstance(scopes, str) or not scopes:
        check.fail("scopes", _("Choose at least one."))
        return []
    return list(dict.fromkeys(check.choice("scopes", each, Scope.values) for each in scopes))


def _membership(check: Checked, person: User, organisation: Any, at: datetime) -> Membership | None:
    if organisation in (None, ""):
        return None
    mine = seats_in_force(person, at)
    found = next((each for each in mine if each.organisation.slug == organisation), None)
    if found is None:
        check.fail("as", _("You do not act for this organisation, or no longer."))
    return found


def note_use(*, token: Token, at: datetime) -> None:
    """The day of its last use. A query on the first one of a day."""
    today = timezone.localdate(at)
    if token.used_on != today:
        Token.objects.filter(pk=token.pk).update(used_on=today)


def revoke_token(*, token: Token) -> None:
    """It is refused from now on."""
    token.delete()
