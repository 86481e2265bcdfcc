"""The numbers beside the choices of the list's form: what each choice would show, under the other filters."""

import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from backend.core import remembered
from backend.organisations.models import Organisation
from issues import facets, filters
from issues.facets import tally
from issues.filters import Filters
from issues.models import Region
from tests.factories.people import Cast
from tests.factories.stories import MONDAY, Story

LATER = MONDAY + timedelta(40)


@pytest.fixture
def mixed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Labour: two raised in Aktobe (both overdue by then), one disputed; Ecology: one raised in Almaty and one withdrawn."""
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    ecology, almaty = Organisation.objects.get(slug="ecology"), Region.objects.get(code="KZ-75")
    Story(cast).raised(title="Grants are late")
    Story(cast).raised(title="Grants are small")
    Story(cast).disputed()
    Story(cast, LATER).raised(title="No ramps", body_addressed=ecology, region=almaty)
    Story(cast).raised(body_addressed=ecology).move("withdraw", cast.manager, reason="Solved.")
    return cast


def asked(query: str) -> Any:
    return tally(Filters.read(QueryDict(query)), LATER)


def page(query: str, **headers: str) -> str:
    return unescape(Client(headers=headers).get(f"/en/issues/?{query}").content.decode())


def offered(html: str, facet: str) -> dict[str, int]:
    """Of a select: value to number."""
    select = re.search(rf'<select id="{facet}".*?</select>', html, re.DOTALL)
    assert select
    return {
        value: int(n) for value, n in re.findall(r'<option value="([^"]+)"[^>]*>[^<]* \((\d+)\)</option>', select[0])
    }


def checked(html: str) -> dict[str, int]:
    """Of the statuses and of "overdue"."""
    found = re.findall(r'type="checkbox" id="[^"]+" name="\w+" value="([^"]+)".*?class="facet">\((\d+)\)', html)
    return {value: int(n) for value, n in found}


def test_each_choice_says_how_many_it_would_show(mixed: Cast) -> None:
    html = page("")
    assert checked(html) | {"refused": 0} == {
        "open": 4, "raised": 3, "under_consideration": 0, "clarification": 0, "in_progress": 0, "reported_done": 0,
        "disputed": 1, "resolved": 0, "unconfirmed": 0, "refused": 0, "withdrawn": 1, "duplicate": 0, "out_of_scope": 0,
        "1": 2,
    }  # fmt: skip
    bodies = offered(html, "body")
    assert (bodies["labour"], bodies["ecology"], bodies["healthcare"]) == (3, 2, 0)
    assert (offered(html, "region")["KZ-15"], offered(html, "region")["KZ-75"]) == (4, 1)
    assert offered(html, "topic")["social-security"] == 5


def test_a_facet_reflects_the_other_filters_and_not_its_own(mixed: Cast) -> None:
    html = page("body=ecology&status=raised")
    assert (offered(html, "body")["labour"], offered(html, "body")["ecology"]) == (2, 1)
    assert (checked(html)["raised"], checked(html)["withdrawn"], checked(html)["disputed"]) == (1, 1, 0)
    assert offered(html, "region") == {code: int(code == "KZ-75") for code in offered(html, "region")}


@pytest.mark.parametrize(
    "query", ["", "q=grants", "body=labour", "overdue=1", "status=open&region=KZ-15", "body=ecology&overdue=1"]
)
def test_every_number_is_the_heading_of_the_list_it_leads_to(mixed: Cast, query: str) -> None:
    html, followed = page(query), 0
    asked_for = [
        ("body", offered(html, "body")),
        ("region", offered(html, "region")),
        ("topic", offered(html, "topic")),
    ]
    for facet, counts in [*asked_for, ("status", checked(html))]:
        for value, n in counts.items():
            if n == 0 and value not in ("labour", "raised"):
                continue
            other = QueryDict(query, mutable=True)
            other["overdue" if value == "1" else facet] = value
            heading = re.search(r'<h1 id="list-heading">(\d+) issue', page(other.urlencode()))
            assert heading
            assert int(heading[1]) == n, (facet, value)
            followed += 1
    assert followed >= 2


def test_a_choice_that_finds_nothing_stays_and_can_be_chosen(mixed: Cast) -> None:
    html = page("body=ecology&topic=health")
    assert offered(html, "topic")["health"] == 0
    assert '<option value="health" selected>' in html
    assert "disabled" not in html


def test_where_too_many_match_there_is_no_number_beside_a_choice(mixed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (facets, filters):
        monkeypatch.setattr(module, "COUNT_AT_MOST", 3)
    everywhere = asked("")
    assert everywhere.total == 4
    assert everywhere.of("status", "raised") is None
    here = asked("body=ecology")
    assert (here.total, here.of("status", "raised"), here.of("body", mixed.ministry.pk)) == (2, 1, None)


def test_what_had_too_many_is_not_counted_again_for_a_minute(mixed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1_000.0]
    monkeypatch.setattr(remembered, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    for module in (facets, filters):
        monkeypatch.setattr(module, "COUNT_AT_MOST", 3)
    assert asked("body=ecology").of("body", mixed.ministry.pk) is None
    for module in (facets, filters):
        monkeypatch.setattr(module, "COUNT_AT_MOST", 10_000)
    clock[0] += 59
    again = asked("body=ecology")
    assert (again.total, again.of("status", "raised"), again.of("body", mixed.ministry.pk)) == (2, 1, None)
    assert (
        asked("body=ecology&topic=health").of("body", mixed.ministry.pk) == 0
    )  # under other filters it is another question
    clock[0] += 1
    assert asked("body=ecology").of("body", mixed.ministry.pk) == 3


def test_one_query_counts_it_all(mixed: Cast, django_assert_num_queries: Any) -> None:
    for query, total in (("", 5), ("status=open&overdue=1", 2), ("q=%25+grants", 0)):
        wanted = Filters.read(QueryDict(query))
        with django_assert_num_queries(1):
            assert tally(wanted, LATER).total == total


def test_to_htmx_only_the_parts_that_change_are_sent(mixed: Cast) -> None:
    whole, part = page("status=disputed"), page("status=disputed", HX_Request="true")
    assert "<main" in whole
    assert "<main" not in part
    assert '<div id="results">' in part
    assert re.findall(r'id="([\w-]+)"[^>]* hx-swap-oob="(\w+)"', part) == [
        ("list-heading", "true"), ("filters-in-force", "true"), ("facet-counts", "morph"), ("filters-apply", "true"),
        ("announce", "innerHTML"),
    ]  # fmt: skip
    assert '<div id="announce" hx-swap-oob="innerHTML">1 issue</div>' in part
    assert 'data-show="Show 1 issue"' in part
    assert (offered(part, "body"), checked(part)) == (offered(whole, "body"), checked(whole))
    restored = page("status=disputed", HX_Request="true", HX_History_Restore_Request="true")
    assert "<main" in restored


def test_the_address_after_a_change_holds_what_was_chosen_and_nothing_empty(mixed: Cast) -> None:
    client = Client(headers={"HX-Request": "true"})
    response = client.get("/en/issues/?q=&status=open&status=raised&body=&region=KZ-15&raised_after=&language=&origin=")
    assert response["HX-Push-Url"] == "/en/issues/?status=open&status=raised&region=KZ-15"
    assert client.get("/en/issues/?q=&body=")["HX-Push-Url"] == "/en/issues/"
    assert "HX-Request" in response["Vary"]


def test_an_empty_list_names_the_filters_to_take_away(mixed: Cast) -> None:
    html = page("q=nothing&region=KZ-15")
    assert "No issues match these filters. Remove one of them, or all:" in html
    assert re.findall(r'<li>([^<]+) <a href="([^"]+)">Remove', html) == [
        ("Search: nothing", "?region=KZ-15"), ("Region: Aktobe Region", "?q=nothing"),
    ]  # fmt: skip


def test_before_anything_is_published_the_list_says_so(cast: Cast) -> None:
    assert "No issues published yet. The first will appear here." in page("")
