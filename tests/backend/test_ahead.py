"""What is sent ahead is written while we go on, and with what comes next its keys come, or what was refused is raised."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from psycopg.types.json import Jsonb

from backend.core.postgres.late import written
from backend.core.writing import Send, write_together
from backend.organisations.models import Organisation
from dialogue.models import Side

pytestmark = pytest.mark.django_db(transaction=True)


def write(*slugs: str, send: Send = Send.AHEAD) -> list[Organisation]:
    made = [Organisation(slug=slug, kind="platform", name_kk=f"{slug} % ;", name_ru=slug) for slug in slugs]
    write_together(*made, send=send)
    return made


def there() -> list[str]:
    return list(Organisation.objects.filter(slug__startswith="ahead").order_by("slug").values_list("slug", flat=True))


@pytest.mark.parametrize("is_first", [True, False])
def test_it_leaves_at_once_and_the_commit_brings_its_keys(is_first: bool) -> None:
    with CaptureQueriesContext(connection) as ran:
        with transaction.atomic():
            if not is_first:
                there()
            (one, two), (three,) = write("ahead-1", "ahead-2"), write("ahead-3", send=Send.LATE)
            assert [one.pk, two.pk, three.pk] == [None] * 3
            assert ran.captured_queries[-1]["sql"].count("EXECUTE insert_") == 2
        found = Organisation.objects.filter(slug__startswith="ahead").order_by("slug")
        assert [one.pk, two.pk, three.pk] == list(found.values_list("pk", flat=True))
    assert not one._state.adding
    assert found[0].name_kk == "ahead-1 % ;"
    assert connection.get_autocommit()


@pytest.mark.parametrize("asked", ["plainly", "by name", "ahead", "in a savepoint"])
def test_whoever_asks_in_the_transaction_finds_it(asked: str) -> None:
    with transaction.atomic():
        (one,) = write("ahead-1")
        if asked == "plainly":
            assert there() == ["ahead-1"]
        elif asked == "by name":
            with connection.chunked_cursor() as cursor:
                cursor.execute("SELECT id FROM organisations_organisation WHERE slug = 'ahead-1'")
                assert cursor.fetchone() == (one.pk,) != (None,)
        elif asked == "ahead":
            write("ahead-2")
            assert there() == ["ahead-1", "ahead-2"]
        else:
            with transaction.atomic():
                assert there() == ["ahead-1"]
        assert one.pk is not None
        transaction.set_rollback(True)
    assert there() == []


def test_a_fault_while_it_is_on_its_way_takes_it_back() -> None:
    @transaction.atomic
    def act() -> None:
        there()
        write("ahead-1")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert there() == []


class TestRefused:
    """`ahead-1` is there twice."""

    @pytest.fixture(autouse=True)
    def _one(self) -> None:
        with transaction.atomic():
            write("ahead-1")

    def test_at_the_next_statement(self) -> None:
        @transaction.atomic
        def act() -> None:
            write("ahead-2", "ahead-1")
            there()

        with pytest.raises(IntegrityError):
            act()
        assert there() == ["ahead-1"]

    @pytest.mark.parametrize("more", [True, False])
    def test_at_the_commit(self, more: bool) -> None:
        done: list[int] = []

        @transaction.atomic
        def act() -> None:
            transaction.on_commit(lambda: done.append(1))
            write("ahead-2", "ahead-1")
            if more:
                write("ahead-3", send=Send.LATE)

        with pytest.raises(IntegrityError):
            act()
        assert (there(), done, connection.get_autocommit()) == (["ahead-1"], [], True)

    def test_at_the_end_of_its_savepoint(self) -> None:
        with transaction.atomic():
            there()
            with pytest.raises(IntegrityError), transaction.atomic():
                write("ahead-1")
            write("ahead-2")
        assert there() == ["ahead-1", "ahead-2"]

    @pytest.mark.parametrize("whole", [True, False])
    def test_nobody_hears_of_it_in_what_is_rolled_back(self, whole: bool) -> None:
        with transaction.atomic():
            there()
            with transaction.atomic():
                write("ahead-1")
                transaction.set_rollback(True)
            write("ahead-2")
            transaction.set_rollback(whole)
        assert there() == (["ahead-1"] if whole else ["ahead-1", "ahead-2"])


def test_outside_of_a_transaction_nothing_is_ahead() -> None:
    with pytest.raises(TransactionManagementError):
        write("ahead-1")


@pytest.mark.parametrize(
    "value",
    [
        "it's \\ қ %s", "", Side.NGO, 5, -5, 2**40, True, False, None, b"\x00\\'", UUID(int=7),
        datetime(2026, 5, 4, 10, 0, 0, 5, tzinfo=UTC), datetime(2026, 5, 4, 10), date(2026, 5, 4), Decimal("1.50"),  # noqa: DTZ001
        Jsonb({"қ": ["'", None]}), [1, 2],
    ],
    ids=str,
)  # fmt: skip
def test_a_value_is_written_as_psycopg_would(value: Any) -> None:
    connection.ensure_connection()
    raw = connection.connection
    asked = "SELECT x, pg_typeof(x)::text FROM (SELECT %s) AS given(x)"
    ours, theirs = written(raw, asked, [value]), psycopg.ClientCursor(raw).mogrify(asked, [value])
    with connection.cursor() as cursor:
        assert cursor.execute(ours).fetchone() == cursor.execute(theirs).fetchone()


def test_what_no_text_holds_is_refused_before_anything_is_sent() -> None:
    connection.ensure_connection()
    with pytest.raises(psycopg.DataError, match="NUL"):
        written(connection.connection, "SELECT %s", ["a\0b"])
