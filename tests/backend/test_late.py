"""What is written late is written with what comes next, or not at all; savepoints are where they would have been."""

from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from psycopg import sql

from backend.core.writing import Send, write_together
from backend.organisations.models import Organisation

pytestmark = pytest.mark.django_db(transaction=True)


def organisation(slug: str) -> Organisation:
    return Organisation(slug=slug, kind="platform", name_kk=f"{slug} %s ;", name_ru=slug, name_en=slug)


def write_late(*slugs: str) -> list[Organisation]:
    made = [organisation(slug) for slug in slugs]
    write_together(*made, send=Send.LATE)
    return made


def there() -> list[str]:
    return list(Organisation.objects.filter(slug__startswith="late").order_by("slug").values_list("slug", flat=True))


def test_it_leaves_with_the_commit() -> None:
    with CaptureQueriesContext(connection) as ran:
        with transaction.atomic():
            there()
            one, two = write_late("late-1", "late-2")
            assert (one.pk, one._state.adding) == (None, True)
        assert (one.pk, two.pk) == tuple(
            Organisation.objects.filter(slug__in=["late-1", "late-2"]).values_list("pk", flat=True)
        )
    assert not one._state.adding
    assert [sql.startswith("EXECUTE insert_") and sql.endswith("COMMIT") for sql in (each["sql"] for each in ran)] == [
        False, False, True, False,
    ]  # fmt: skip
    assert Organisation.objects.get(slug="late-1").name_kk == "late-1 %s ;"


def test_a_transaction_may_be_nothing_else() -> None:
    with transaction.atomic():
        write_late("late-1")
    assert there() == ["late-1"]
    assert connection.get_autocommit()


def test_whoever_asks_in_the_transaction_finds_it() -> None:
    with transaction.atomic():
        (made,) = write_late("late-1")
        assert there() == ["late-1"]
        assert Organisation.objects.filter(pk=made.pk, name_en__contains="%").count() == 0
        transaction.set_rollback(True)
    assert there() == []


@pytest.mark.parametrize("begun", [True, False])
def test_a_statement_that_psycopg_does_not_send_takes_nothing_along(begun: bool) -> None:
    with transaction.atomic():
        if begun:
            there()
        write_late("late-1")
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT %s, %s", ["one value"])
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT %s, %s", ["one value"])
    assert there() == ["late-1"]


@pytest.mark.parametrize("asked", ["composed", "many", "copied", "by name"])
def test_it_comes_before_whatever_is_sent(asked: str) -> None:
    count = "SELECT count(*) FROM organisations_organisation WHERE slug = 'late-1'"

    def answer() -> Any:
        with connection.cursor() as cursor:
            if asked == "composed":
                cursor.execute(sql.SQL(count))
            elif asked == "many":
                cursor.executemany(
                    "UPDATE organisations_organisation SET slug = %s WHERE slug = 'late-1'", [["late-1"]]
                )
                return cursor.rowcount
            else:
                with cursor.copy(f"COPY ({count}) TO STDOUT") as rows:
                    return int(b"".join(map(bytes, rows)))
            return cursor.fetchone()[0]

    def by_name() -> Any:
        with connection.chunked_cursor() as cursor:
            cursor.execute(count)
            return cursor.fetchone()[0]

    with transaction.atomic():
        write_late("late-1")
        assert (by_name() if asked == "by name" else answer()) == 1


def test_a_rollback_forgets_it() -> None:
    with transaction.atomic():
        there()
        write_late("late-1")
        transaction.set_rollback(True)
    with transaction.atomic():
        write_late("late-2")
        transaction.set_rollback(True)
    assert there() == []


def test_a_savepoint_forgets_what_came_after_it_and_no_more() -> None:
    with transaction.atomic():
        write_late("late-1")
        with transaction.atomic():
            write_late("late-2")
            transaction.set_rollback(True)
        with transaction.atomic():
            assert there() == ["late-1"]
            write_late("late-3")
            transaction.set_rollback(True)
        with transaction.atomic():
            write_late("late-4")
            with transaction.atomic():
                write_late("late-5")
        with transaction.atomic():
            there()
            with transaction.atomic():
                transaction.set_rollback(True)
            write_late("late-6")
    assert there() == ["late-1", "late-4", "late-5", "late-6"]


def test_savepoints_that_nothing_comes_after_are_not_sent() -> None:
    with CaptureQueriesContext(connection) as ran, transaction.atomic():
        there()
        with transaction.atomic(), transaction.atomic():
            pass
        with transaction.atomic():
            there()
        there()
    assert [each["sql"].count("SAVEPOINT") for each in ran] == [
        0,
        0,
        1,
        1,
        0,
    ]  # BEGIN, list, SAVEPOINT; list, RELEASE; list


class TestRefused:
    """`late-1` is there twice."""

    @pytest.fixture(autouse=True)
    def _one(self) -> None:
        organisation("late-1").save()

    def test_at_the_end_of_its_savepoint(self) -> None:
        with transaction.atomic():
            there()
            with pytest.raises(IntegrityError), transaction.atomic():
                write_late("late-1")
            write_late("late-2")
        assert there() == ["late-1", "late-2"]

    def test_at_the_next_statement(self) -> None:
        @transaction.atomic
        def act() -> None:
            write_late("late-2", "late-1")
            with pytest.raises(IntegrityError):
                there()
            with pytest.raises(DatabaseError):
                there()

        act()  # Django rolls back what the database holds for broken
        assert there() == ["late-1"]

    @pytest.mark.parametrize("first", [True, False])
    def test_at_the_commit(self, first: bool) -> None:
        done = []

        @transaction.atomic
        def act() -> None:
            if not first:
                there()
            transaction.on_commit(lambda: done.append(1))
            write_late("late-2", "late-1")

        with pytest.raises(IntegrityError):
            act()
        assert (there(), done, connection.get_autocommit()) == (["late-1"], [], True)

    def test_before_a_savepoint_it_takes_the_whole_transaction(self) -> None:
        @transaction.atomic
        def act() -> None:
            write_late("late-2")
            write_late("late-1")
            with pytest.raises(IntegrityError), transaction.atomic():
                there()
            write_late("late-3")

        with pytest.raises(TransactionManagementError):
            act()
        assert there() == ["late-1"]


def test_outside_of_a_transaction_there_is_no_late() -> None:
    with pytest.raises(TransactionManagementError):
        write_late("late-1")


def test_a_connection_that_was_ended_is_seen_without_asking() -> None:
    connection.ensure_connection()
    mine = connection.connection.info.backend_pid
    with CaptureQueriesContext(connection) as ran:
        assert connection.is_usable()
    with psycopg.connect(**connection.get_connection_params() | {"autocommit": True}) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [mine])
    assert not connection.is_usable()
    assert len(ran) == 0
    connection.close_if_unusable_or_obsolete()
    assert there() == []
    assert connection.connection.info.backend_pid != mine
