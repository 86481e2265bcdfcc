"""What the shapes need to know besides the thing itself."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework.request import Request

from issues import clock


def context_of(request: Request, at: datetime | None = None) -> dict[str, Any]:
    at = at or timezone.now()
    return {"request": request, "at": at, "today": clock.local_day(at)}
