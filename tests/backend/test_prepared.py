"""A question whose SQL is written once answers as the one that Django writes each time."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from backend.core.prepared import ask_together, prepared
from backend.organisations.models import Membership, Organisation
from tests.factories.in_full import in_full
from tests.factories.people import LONG_AGO, Cast

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)


def lasting(person: int, at: datetime) -> QuerySet[Membership]:
    return Membership.objects.active(at).filter(user=person).select_related("organisation").order_by("since", "id")


def asked(of: QuerySet[Any]) -> tuple[str, list[Any]]:
    """What the database was asked in the end, and what it answered."""
    with CaptureQueriesContext(connection) as queries:
        found = list(of)
    (query,) = queries
    return in_full(query["sql"]), found


def test_it_asks_what_django_would_ask_for_each_value(cast: Cast) -> None:
    written = prepared(int, datetime)(lasting)
    for who in (cast.manager, cast.officer, cast.signatory):
        for at in (NOW, LONG_AGO - timedelta(days=1)):
            assert asked(written(who.user.pk, at)) == asked(lasting(who.user.pk, at))
    assert asked(written(cast.manager.user.pk, NOW))[1] != []


def test_related_rows_come_along_and_each_answer_is_fresh(cast: Cast) -> None:
    written = prepared(int, datetime)(lasting)
    (before,) = written(cast.manager.user.pk, NOW)
    Organisation.objects.filter(pk=before.organisation_id).update(name_en="Renamed")
    with CaptureQueriesContext(connection) as queries:
        (after,) = written(cast.manager.user.pk, NOW)
        assert after.organisation.name_en == "Renamed"
    assert len(queries) == 1
    assert before.organisation.name_en != "Renamed"


def test_rows_of_values_and_a_limit(cast: Cast) -> None:
    @prepared(str)
    def slugs(kind: str) -> QuerySet[Organisation, str]:
        return Organisation.objects.filter(kind=kind).order_by("slug").values_list("slug", flat=True)[:2]

    for kind in ("ngo", "state_body"):
        wanted = list(Organisation.objects.filter(kind=kind).order_by("slug").values_list("slug", flat=True)[:2])
        assert list(slugs(kind)) == wanted != []


@pytest.mark.parametrize("values", [(None,), ("1",), (1, 2), ()])
def test_values_of_another_kind_are_refused(values: tuple[Any, ...]) -> None:
    one = prepared(int)(lambda pk: Organisation.objects.filter(pk=pk))
    with pytest.raises(TypeError):
        one(*values)


def test_it_is_asked_once(cast: Cast) -> None:
    written = prepared(int, datetime)(lasting)
    mine = written(cast.manager.user.pk, NOW)
    with CaptureQueriesContext(connection) as queries:
        assert list(mine) == list(mine) != []
    assert len(queries) == 1


@pytest.mark.django_db
def test_a_value_that_is_not_in_its_sql_is_a_mistake() -> None:
    one = prepared(int)(lambda pk: Organisation.objects.filter(slug=f"{pk}-th"))
    with pytest.raises(TypeError, match="nowhere"):
        one(1)


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_of_a_transaction_is_refused_also_once_it_is_written() -> None:
    locked = prepared(int)(lambda pk: Organisation.objects.select_for_update().filter(pk=pk))
    with transaction.atomic():
        list(locked(1))
    with pytest.raises(TransactionManagementError):
        list(locked(1))


@pytest.mark.django_db(transaction=True)
def test_threads_ask_on_their_own_connections(cast: Cast) -> None:
    written = prepared(int, datetime)(lasting)
    wanted = [(who.user.pk, list(lasting(who.user.pk, NOW))) for who in (cast.manager, cast.officer)] * 10

    def ask(one: tuple[int, list[Membership]]) -> bool:
        try:
            return list(written(one[0], NOW)) == one[1]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(ask, wanted))


def test_several_are_asked_in_one_round_trip(cast: Cast) -> None:
    named = prepared(str)(lambda slug: Organisation.objects.filter(slug=slug))
    written = prepared(int, datetime)(lasting)
    mine, nothing = written(cast.manager.user.pk, NOW), named("nobody")
    theirs = named(cast.ministry.slug)
    with CaptureQueriesContext(connection) as queries:
        ask_together(mine, nothing, theirs)
        assert [each.organisation for each in mine] == [cast.manager.organisation]
        assert (list(nothing), list(theirs)) == ([], [cast.ministry])
    assert len(queries) == 1


def test_what_stays_the_same_is_in_the_plan_whatever_it_looks_like(cast: Cast) -> None:
    def named(slug: str) -> QuerySet[Organisation]:
        return Organisation.objects.exclude(name_en__contains="50 % of $1 'all' %s").filter(slug=slug)

    written = prepared(str)(named)
    for slug in (cast.ministry.slug, "no 'such' %s $1"):
        assert list(written(slug)) == list(named(slug))
    assert list(written(cast.ministry.slug)) == [cast.ministry]


@pytest.mark.django_db(transaction=True)
def test_a_connection_made_anew_is_told_again(cast: Cast) -> None:
    written = prepared(int, datetime)(lasting)
    wanted = list(lasting(cast.manager.user.pk, NOW))
    for _ in range(2):
        assert list(written(cast.manager.user.pk, NOW)) == wanted != []
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_plan_outlives_the_transaction_that_made_it(cast: Cast) -> None:
    written = prepared(int, datetime)(lasting)
    connection.close()  # nothing is known on the next one
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        list(written(cast.manager.user.pk, NOW))
        raise ZeroDivisionError
    assert [each.user for each in written(cast.manager.user.pk, NOW)] == [cast.manager.user]


@pytest.mark.django_db(transaction=True)
def test_after_a_change_of_the_table_it_answers_still(cast: Cast) -> None:
    written = prepared(int, datetime)(lasting)
    list(written(cast.manager.user.pk, NOW))
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX passing ON organisations_membership (post)")
        cursor.execute("DROP INDEX passing")
    assert [each.user for each in written(cast.manager.user.pk, NOW)] == [cast.manager.user]
