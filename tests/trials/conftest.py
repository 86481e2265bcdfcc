"""What several trials begin with."""

from collections.abc import Iterator
from typing import Any

import pytest

from backend.core.live import bus
from tests.factories.live import free_port
from tests.factories.people import make_cast
from tests.factories.stories import Story


@pytest.fixture
def told(transactional_db: None) -> Story:
    return Story(make_cast()).raised()


@pytest.fixture
def at_redis(settings: Any) -> Iterator[int]:
    port = free_port()
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    bus._redis.cache_clear()
    yield port
    bus._redis.cache_clear()
