"""The only writer of accounts, and of what people say about themselves."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict, Invalid, Words


@transaction.atomic
def create_person(*, email: str, name: str, language: str, password: str) -> User:
    """An account for an address that was proved to be the person's. Raises Conflict where it has one, and Invalid."""
    name, errors = _checked(name, language)
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError as refused:
        errors["password"] = refused.messages
    if errors:
        raise Invalid(errors)
    try:
        with transaction.atomic():
            return User.objects.create_user(email, password, name=name, language=language)
    except IntegrityError:
        raise Conflict(_("This address has an account already.")) from None


@transaction.atomic
def save_person(*, person: User, name: str, language: str) -> User:
    """Name and language; messages and events keep pointing at the person. Locks the row. A new name is noted in the admin's log,
    by which pages that show it cease to be what a visitor has (D15). Raises Invalid.
    """
    name, errors = _checked(name, language)
    if errors:
        raise Invalid(errors)
    locked = User.objects.select_for_update().get(pk=person.pk)
    is_renamed = locked.name != name
    locked.name, locked.language = name, language
    locked.save(update_fields=["name", "language"])
    if is_renamed:
        LogEntry.objects.log_actions(
            locked.pk, [locked], CHANGE, [{"changed": {"fields": ["name"]}}], single_object=True
        )
    return locked


def _checked(name: str, language: str) -> tuple[str, dict[str, Sequence[Words]]]:
    """The name on one line, and what is wrong with either."""
    name = " ".join(name.split())
    errors: dict[str, Sequence[Words]] = {}
    if not 1 <= len(name) <= 150:
        errors["name"] = [_("Give the name that is shown beside what you publish.")]
    if language not in dict(settings.LANGUAGES):
        errors["language"] = [_("Choose one of the options.")]
    return name, errors
