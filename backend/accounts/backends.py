"""Who signed in, read with every request of theirs: by a question that is written once."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from backend.accounts.models import User
from backend.core.prepared import prepared


class Backend(ModelBackend):
    def get_user(self, user_id: Any) -> User | None:
        user = next(iter(_person(user_id)), None)
        return user if user and self.user_can_authenticate(user) else None


@prepared(int)
def _person(pk: int) -> QuerySet[User]:
    return User.objects.filter(pk=pk)
