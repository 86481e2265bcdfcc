"""People with names and roles, stories that begin anywhere, and a database that keeps its record append-only."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pgtrigger
import pytest
from django.conf import settings
from django.test import TransactionTestCase
from django.utils import translation

from backend.embedded_postgres import stop
from tests.factories.people import Cast, make_cast
from tests.factories.stories import Story


def pytest_configure() -> None:
    """Passwords hashed slowly are for people, not for a thousand invented ones; attached files have a folder of their own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="birge-test-files-"))


def pytest_sessionfinish() -> None:
    """The embedded server, if this run used it, stops with its last user; a demo that runs beside keeps it."""
    from django.db import connections

    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    if "EMBEDDED_DATA_DIR" in settings.DATABASES["default"]:
        connections.close_all()
        stop(if_unused=True)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Words that tests compare are English unless a test, or the address it asks for, says otherwise."""
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def story(cast: Cast) -> Story:
    return Story(cast)


@pytest.fixture(autouse=True, scope="session")
def _emptied_between_transactional_tests() -> Iterator[None]:
    """The flush after a transactional test is the one truncation of the record that is allowed."""
    teardown = TransactionTestCase._fixture_teardown

    def ignoring(self: TransactionTestCase) -> None:
        with pgtrigger.ignore("issues.IssueEvent:never_truncated", "issues.EventText:text_never_truncated"):
            teardown(self)

    TransactionTestCase._fixture_teardown = ignoring  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]
