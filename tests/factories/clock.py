"""The site's clock, set by a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from django.utils import timezone


@contextmanager
def site_at(moment: datetime) -> Iterator[None]:
    """It is this moment for the site, and for nothing else: loops of sockets that run in other threads of the process count
    their seconds on `time.monotonic`, and where that stood still for a while they would never wake again.
    """
    with patch.object(timezone, "now", lambda: moment):
        yield
