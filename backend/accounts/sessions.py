"""Sessions as Django keeps them, read with every request of somebody signed in: by a question that is written once."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Kept
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from backend.core.prepared import prepared


class SessionStore(Kept):
    def _validate_session_key(self, key: Any) -> bool:
        """A cookie that is no key of ours (with NUL, say, which PostgreSQL takes for none of its texts) is no session."""
        return bool(super()._validate_session_key(key)) and key.isalnum()  # type: ignore[misc]

    def _get_session_from_db(self) -> Any:
        found = next(iter(_session(self.session_key, timezone.now())), None) if self.session_key else None
        if found is None:
            self._session_key = None
        return found


@prepared(str, datetime)
def _session(key: str, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)
