"""The only writer of what people say about themselves."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Invalid


@transaction.atomic
def save_person(*, person: User, name: str, language: str) -> User:
    """Name and language; messages and events keep pointing at the person. Locks the row. Raises Invalid."""
    name = " ".join(name.split())
    errors = {}
    if not 1 <= len(name) <= 150:
        errors["name"] = _("Give the name that is shown beside what you publish.")
    if language not in dict(settings.LANGUAGES):
        errors["language"] = _("Choose one of the options.")
    if errors:
        raise Invalid(errors)
    locked = User.objects.select_for_update().get(pk=person.pk)
    locked.name, locked.language = name, language
    locked.save(update_fields=["name", "language"])
    return locked
