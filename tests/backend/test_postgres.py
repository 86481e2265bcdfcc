"""Our backend: hints leave with the COMMIT, and only with it; what begins a transaction comes with its first statement."""

import logging
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from backend.core.postgres.base import Notify
from backend.organisations.models import Organisation

pytestmark = pytest.mark.django_db(transaction=True)

CHANNEL = "birge_test"
TOO_LONG = "x" * 8000  # bytes: one more than NOTIFY takes


@pytest.fixture
def listener() -> Iterator[Any]:
    with psycopg.connect(**connection.get_connection_params() | {"autocommit": True}) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        yield listening


def heard(listener: Any) -> list[str]:
    return [each.payload for each in listener.notifies(timeout=0.3)]


def tell(payload: str) -> None:
    transaction.on_commit(Notify(CHANNEL, payload), robust=True)


def add(slug: str, **more: Any) -> Organisation:
    return Organisation.objects.create(slug=slug, kind="platform", name_kk=slug, name_ru=slug, name_en=slug, **more)


def named(slug: str) -> Any:
    return Organisation.objects.filter(slug=slug)


def test_hints_leave_after_the_commit_each_once(listener: Any) -> None:
    with transaction.atomic():
        add("told")
        for payload in ("it's \\ қ%s", "another", "another"):
            tell(payload)
        assert heard(listener) == []
    assert heard(listener) == ["it's \\ қ%s", "another"]
    with transaction.atomic():
        add("untold")
    assert heard(listener) == []


def test_outside_of_a_transaction_a_hint_leaves_at_once(listener: Any) -> None:
    tell("at once")
    with transaction.atomic():
        tell("nothing to commit")
    assert heard(listener) == ["at once", "nothing to commit"]


def test_what_is_rolled_back_is_not_told(listener: Any) -> None:
    with transaction.atomic():
        add("kept")
        tell("kept")
        with transaction.atomic():
            tell("lost")
            transaction.set_rollback(True)
    with transaction.atomic():
        add("lost")
        tell("lost too")
        transaction.set_rollback(True)
    assert heard(listener) == ["kept"]


def test_a_commit_that_is_refused_is_an_error_and_tells_nothing(listener: Any) -> None:
    @transaction.atomic
    def refused() -> None:
        add("refused", parent_id=999_999_999)  # a foreign key, asked for at the commit
        tell("refused")

    with pytest.raises(IntegrityError):
        refused()
    assert heard(listener) == []
    assert list(named("refused")) == []
    assert connection.get_autocommit()


def test_a_hint_that_cannot_leave_loses_nothing_else(listener: Any, caplog: pytest.LogCaptureFixture) -> None:
    done = []
    with caplog.at_level(logging.WARNING), transaction.atomic():
        add("written")
        tell(TOO_LONG)
        transaction.on_commit(lambda: done.append("other effects"))
    assert (heard(listener), done) == ([], ["other effects"])
    assert len(named("written")) == 1
    assert "payload string too long" in caplog.text


def status() -> Any:
    return connection.connection.info.transaction_status


def test_the_first_statement_begins_the_transaction() -> None:
    add("there")
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        assert list(named("there").select_for_update().values_list("slug", flat=True)) == ["there"]
        assert (status(), connection.connection.autocommit) == (psycopg.pq.TransactionStatus.INTRANS, False)
        assert named("there").update(slug="moved") == 1
        transaction.set_rollback(True)
    assert [each["sql"].count("BEGIN") for each in queries if "organisation" in each["sql"]] == [1, 0]
    assert len(named("there")) == 1


def test_after_a_first_statement_that_fails_the_connection_is_as_before() -> None:
    @transaction.atomic
    def failing() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    with pytest.raises(DataError):
        failing()
    with transaction.atomic():
        add("afterwards")
    assert len(named("afterwards")) == 1
