"""People with names and roles, stories that begin anywhere, and a database that keeps its record append-only."""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django import DjangoDbBlocker

from backend.embedded_postgres import stop
from backend.organisations.models import Role
from tests.factories import baseline
from tests.factories.database import tests_database
from tests.factories.live import stop_site
from tests.factories.people import Cast, Player, organisation, player
from tests.factories.remembered_steps import remembering_cast
from tests.factories.stories import Story

# Images forbid compiled files beside the sources: then each of the suite's many processes would compile Django anew.
if sys.dont_write_bytecode:
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(settings.VAR_DIR / "compiled")

TRIES = 5


def pytest_configure() -> None:
    """Passwords hashed slowly are for people, not for a thousand invented ones; attached files have a folder of their own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True  # static files are found when asked for, not listed anew by each test client
    settings.MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="birge-test-files-"))


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: each waits now and then, for its database, a browser or another process."""
    return (os.cpu_count() or 1) + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--exhaustive", action="store_true", help="also every case of what the suite samples, for minutes")
    parser.addoption("--thorough", action="store_true", help="instead of the suite what CI runs beside it, for minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long ones first, so that all workers end together. Those of a kind that was not asked for are left out."""
    everything, thorough = config.getoption("--exhaustive"), config.getoption("--thorough")

    def is_asked_for(item: pytest.Item) -> bool:
        if everything:
            return True
        is_thorough = item.get_closest_marker("thorough") is not None
        return item.get_closest_marker("exhaustive") is None and is_thorough == thorough

    config.hook.pytest_deselected(items=[item for item in items if not is_asked_for(item)])
    items[:] = [item for item in items if is_asked_for(item)]
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """What is there now stays until the end: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_sessionfinish() -> None:
    """The embedded server, if this run used it, stops with its last user; a demo that runs beside keeps it."""
    from django.db import connections

    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    if "EMBEDDED_DATA_DIR" in settings.DATABASES["default"]:
        connections.close_all()
        stop(if_unused=True)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """One for each process of the tests. It does not wait, at the end, for the last request of a browser that was closed
    meanwhile.
    """
    with ExitStack() as database:
        with django_db_blocker.unblock():
            database.enter_context(tests_database())
        yield
        stop_site()
        with django_db_blocker.unblock():
            database.close()


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Words that tests compare are English unless a test, or the address it asks for, says otherwise."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """What a process keeps for a minute was another test's."""
    from backend.core.remembered import forget

    yield
    forget()


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with remembering_cast() as cast:
        yield cast


@pytest.fixture
def story(cast: Cast) -> Story:
    return Story(cast)


@pytest.fixture(autouse=True, scope="session")
def _put_back_after_transactional_tests() -> Iterator[None]:
    """Instead of Django's flush: the baseline, where the record itself is emptied, which nothing else may do."""
    teardown = TransactionTestCase._fixture_teardown

    def put_back(self: TransactionTestCase) -> None:
        for left in reversed(range(TRIES)):
            try:
                baseline.put_back()
            except OperationalError:  # a browser's last request, still at work, and we waited for each other
                if not left:
                    raise
            else:
                break

    TransactionTestCase._fixture_teardown = put_back  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]


@pytest.fixture
def third(story: Story) -> Player:
    """The manager of an NGO that has no part in the story yet."""
    return player("third_manager", organisation("adilet"), Role.MANAGER)
