"""The list of issues: filters that agree with their words, an exact heading, pages by key."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from backend.core.keyset import Cursor, Sort, page
from backend.organisations.models import Role
from dialogue.actions import post_message
from issues import filters
from issues.filters import SORTS
from issues.models import Issue
from tests.factories.people import Cast, organisation, player
from tests.factories.stories import MONDAY, Story


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The site's clock: a day after the stories begin, until a test moves it."""
    clock = {"now": MONDAY + timedelta(1)}
    monkeypatch.setattr(timezone, "now", lambda: clock["now"])
    return clock


def shown(query: str = "", language: str = "en") -> Any:
    return Client().get(f"/{language}/issues/{query}")


def numbers(response: Any) -> list[str]:
    return re.findall(r'<li class="row" id="issue-([^"]+)"', response.content.decode())


def test_drafts_are_never_listed_not_even_to_their_own_ngo(cast: Cast, at_noon: Any) -> None:
    Story(cast).draft()
    raised = Story(cast).raised()
    client = Client()
    client.force_login(cast.manager.user)
    assert numbers(client.get("/en/issues/")) == [raised.issue.number]


def test_the_heading_is_the_exact_count_of_the_filter(cast: Cast, at_noon: Any) -> None:
    for _ in range(3):
        Story(cast).raised()
    Story(cast).raised().move("withdraw", cast.manager, reason="Solved.")
    assert '<h1 id="list-heading">4 issues</h1>' in shown().content.decode()
    assert '<h1 id="list-heading">3 issues<span' in shown("?status=open").content.decode()
    assert '<h1 id="list-heading">1 issue<span' in shown("?status=withdrawn").content.decode()


def test_counting_stops_at_ten_thousand_and_says_so(cast: Cast, at_noon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from issues import facets
    from issues.views import listing

    for module in (filters, facets, listing):
        monkeypatch.setattr(module, "COUNT_AT_MOST", 2)
    for _ in range(4):
        Story(cast).raised()
    assert filters.counted(Issue.objects.public()) == 3
    assert "More than 2 issues" in shown().content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=grants", ["grants"]),
        ("?q=LATE+grants", ["grants"]),
        ("?q=grants+ramps", []),
        ("?q=100%25", []),
        ("?status=raised", ["ramps", "grants"]),
        ("?status=withdrawn&status=raised", ["ramps", "grants"]),
        ("?region=KZ-75", ["ramps"]),
        ("?region=KZ-15&topic=social-security", ["grants"]),
        ("?topic=health", []),
        ("?body=ecology", ["ramps"]),
        ("?ngo=qamqor", ["ramps", "grants"]),
        ("?ngo=zhasyl", []),
        ("?language=kk", ["ramps"]),
        ("?overdue=1", []),
        ("?raised_after=2026-02-03", ["ramps"]),
        ("?raised_before=2026-02-02", ["grants"]),
        ("?raised_after=2026-02-02&raised_before=2026-02-03", ["ramps", "grants"]),
        ("?origin=legacy", []),
    ],
)
def test_a_filter_finds_what_it_says(cast: Cast, at_noon: Any, query: str, found: list[str]) -> None:
    from backend.organisations.models import Organisation
    from issues.models import Region

    named = {"grants": Story(cast).raised(title="Grants are late").issue.number}
    almaty, ecology = Region.objects.get(code="KZ-75"), Organisation.objects.get(slug="ecology")
    other = Story(cast).later(days=1).raised(title="No ramps", region=almaty, body_addressed=ecology, language="kk")
    named["ramps"] = other.issue.number
    assert numbers(shown(query)) == [named[each] for each in found]


def test_a_number_or_its_beginning_finds_the_issue(cast: Cast, at_noon: Any) -> None:
    first, second = str(Story(cast).raised().issue.number), str(Story(cast).raised().issue.number)
    assert numbers(shown(f"?q={first}")) == [first]
    assert numbers(shown(f"?q={first[:8]}")) == [second, first]
    assert numbers(shown("?q=1999-")) == []


def test_overdue_is_what_the_body_owes_and_has_passed(cast: Cast, at_noon: Any) -> None:
    late = Story(cast).raised()
    Story(cast).reported()  # the NGO's term passes too, and is not called overdue
    assert numbers(shown("?overdue=1")) == []
    at_noon["now"] = MONDAY + timedelta(40)
    response = shown("?overdue=1")
    assert numbers(response) == [late.issue.number]
    row = response.content.decode()
    assert re.search(r'tag-overdue"><svg [^>]+><use [^>]*#clock-alert"/></svg>Overdue</span>', row)
    assert '<span class="over">(19 days over)</span>' in row


@pytest.mark.parametrize(
    "query",
    [
        "status=nonsense", "status=draft", "region=KZ-99", "topic=zzz", "body=qamqor", "ngo=labour", "overdue=perhaps",
        "raised_after=2026-13-40", "raised_after=0001-01-01", "raised_before=9999-12-31", "language=%3Cb%3E", "origin=mars",
        "sort=cosigners&after=2026-02-02T00:00:00Z~1", "sort=cosigners&after=~1", "after=5~1", "sort=cosigners&after=-5~1",
        "sort=relevance", "after=nonsense", "after=0001-01-01T00:00:00%2B15:00~1",
        "after=2026-02-02T00:00:00~1", "before=~5", "after=9999-12-31T23:00:00-14:00~1", "after=~99999999999999999999",
        "metric=x", "part=numerator",
    ],
)  # fmt: skip
def test_a_bad_value_is_left_out_and_told(cast: Cast, at_noon: Any, query: str) -> None:
    number = Story(cast).raised().issue.number
    response = shown(f"?{query}")
    assert response.status_code == 200
    assert numbers(response) == [number]
    assert "is left out" in response.content.decode()
    assert f"<code>{query.rpartition('&')[2].split('=', maxsplit=1)[0]}=" in response.content.decode()


def test_a_value_with_a_nul_or_markup_harms_nothing(cast: Cast, at_noon: Any) -> None:
    response = shown("?q=%00<script>&topic=%00&status=%00&body=%00a&after=%00")
    assert response.status_code == 200
    assert "<script>" not in response.content.decode()


def test_each_chip_takes_away_its_own_filter_only(cast: Cast, at_noon: Any) -> None:
    Story(cast).raised()
    html = shown("?status=raised&status=open&region=KZ-15&after=2026-02-02T00:00:00Z~1").content.decode()
    assert 'href="?status=open&amp;region=KZ-15"' in html
    assert 'href="?status=raised&amp;region=KZ-15"' in html
    assert 'href="?status=raised&amp;status=open"' in html


def test_the_switcher_keeps_the_filters(cast: Cast, at_noon: Any) -> None:
    html = shown("?status=open&q=a+b").content.decode()
    assert 'href="/kk/issues/?status=open&amp;q=a+b"' in html
    assert 'href="/ru/issues/?status=open&amp;q=a+b"' in html


def walk(query: str, size: int = 25) -> tuple[list[str], list[str]]:
    """The numbers met going forth by Next to the end, and back by Previous to the beginning."""
    forth: list[str] = []
    back: list[str] = []
    response = shown(query)
    while True:
        forth += numbers(response)
        following = re.search(r'href="([^"]+)" rel="next"', response.content.decode())
        if not following:
            break
        response = shown(following[1].replace("&amp;", "&"))
    while True:
        back = numbers(response) + back
        before = re.search(r'href="([^"]+)" rel="prev"', response.content.decode())
        if not before:
            return forth, back
        response = shown(before[1].replace("&amp;", "&"))


@pytest.mark.parametrize("sort", ["newest", "due", "activity"])
def test_next_and_previous_meet_every_issue_once(
    cast: Cast, at_noon: Any, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ties in the value, and issues without a due date, included."""
    monkeypatch.setattr(page, "__defaults__", (3,))
    for n in range(4):
        Story(cast).raised()  # four at the same instant
        Story(cast).later(days=n, hours=1).raised()
    for _ in range(3):
        Story(cast).raised().move("withdraw", cast.manager, reason="Solved.")
    forth, back = walk(f"?sort={sort}")
    assert len(forth) == 11
    assert len(set(forth)) == 11
    assert forth[-len(back) :] == back
    if sort == "due":
        owed = [Issue.objects.get(number=number).due_at for number in forth]
        assert owed[-3:] == [None, None, None]
        assert owed[:-3] == sorted(each for each in owed if each)


def test_a_page_before_the_beginning_is_the_first_page_whole(cast: Cast, at_noon: Any) -> None:
    rows = [Story(cast).later(hours=n).raised().issue for n in range(5)]
    newest = Sort("raised_at", descending=True)
    second = page(Issue.objects.public(), newest, Cursor(rows[3].raised_at, rows[3].pk), 3)
    assert [each.pk for each in second.rows] == [rows[2].pk, rows[1].pk, rows[0].pk]
    assert second.after is None
    first = page(Issue.objects.public(), newest, Cursor(rows[2].raised_at, rows[2].pk, backwards=True), 3)
    assert [each.pk for each in first.rows] == [rows[4].pk, rows[3].pk, rows[2].pk]
    assert first.before is None
    assert first.after == Cursor(rows[2].raised_at, rows[2].pk)


def test_a_cursor_survives_its_own_writing() -> None:
    cursor = Cursor(MONDAY, 417)
    assert str(cursor) == "2026-02-02T07:00:00Z~417"
    assert Cursor.parse(str(cursor)) == cursor
    assert Cursor.parse("~9", backwards=True) == Cursor(None, 9, backwards=True)


@pytest.mark.parametrize(
    ("query", "expected"), [("", 3), ("?sort=due", 4), ("?status=open&region=KZ-15&body=labour", 4)]
)
def test_the_list_asks_the_database_the_same_with_one_row_and_with_three(
    cast: Cast, at_noon: Any, django_assert_num_queries: Any, query: str, expected: int
) -> None:
    Story(cast).raised()
    # Once a minute the choices of the form, and all regions; once the row that nobody saw.
    with django_assert_num_queries(expected + 3 + ("region" in query) + 1):
        assert len(numbers(shown(query))) == 1
    Story(cast).raised()
    Story(cast).raised()
    with django_assert_num_queries(expected + 1):  # two rows that nobody saw
        assert len(numbers(shown(query))) == 3
    with django_assert_num_queries(expected):  # another page with the same rows
        assert len(numbers(shown(f"{query or '?'}&again"))) == 3


def test_the_most_supported_come_first_page_by_page(cast: Cast, at_noon: Any, django_assert_num_queries: Any) -> None:
    bare, one, two, another = (Story(cast).raised() for _ in range(4))
    one.cosigned()
    another.cosigned()
    two.cosigned(cast.other_manager, player("third_manager", organisation("adilet"), Role.MANAGER))
    expected = [each.issue.number for each in (two, another, one, bare)]
    with django_assert_num_queries(7):
        response = shown("?sort=cosigners")
    assert numbers(response) == expected
    assert re.findall(r"Co-signing NGOs: (\d)", response.content.decode()) == ["2", "1", "1"]
    first = page(Issue.objects.public(), SORTS["cosigners"], None, size=2)
    assert str(first.after) == f"1~{another.pk}"
    second = page(Issue.objects.public(), SORTS["cosigners"], first.after, size=2)
    assert [each.pk for each in (*first.rows, *second.rows)] == [two.pk, another.pk, one.pk, bare.pk]
    assert second.before
    back = page(Issue.objects.public(), SORTS["cosigners"], replace(second.before, backwards=True), size=2)
    assert [each.pk for each in back.rows] == [two.pk, another.pk]
    assert numbers(shown(f"?sort=cosigners&after={first.after}")) == expected[2:]


def test_a_row_says_who_must_act_and_by_when(cast: Cast, at_noon: Any) -> None:
    number = Story(cast).raised().issue.number
    html = shown().content.decode()
    assert f'<a href="/en/issues/{number}/" lang="en">Grants are three months late</a>' in html
    assert 'Answer due: <time datetime="2026-02-23">23 Feb 2026</time>' in html
    assert "(20 days left)" in html


def test_resolved_never_stands_without_whose_word_it_is(cast: Cast, at_noon: Any) -> None:
    Story(cast).reported().later(days=1).move("confirm", cast.manager)
    Story(cast).disputed("supported").voted(done=True).move("conclude_done", cast.chair, text="Seen.")
    html = shown("?status=resolved").content.decode()
    assert 'Confirmed by the NGO on: <time datetime="2026-02-16">16 February 2026</time>. NGO: Qamqor (en).' in html
    assert 'Resolved by the council&#x27;s conclusion on: <time datetime="2026-02-16">' in html


def test_an_empty_list_offers_a_next_step(cast: Cast, at_noon: Any) -> None:
    html = shown("?q=nothing").content.decode()
    assert '<h1 id="list-heading">0 issues' in html
    assert "No issues match these filters. Remove one of them, or all:" in html


def test_a_row_says_how_much_was_written_and_when_anything_last_changed(cast: Cast, at_noon: Any) -> None:
    story = Story(cast).raised().later(days=1)
    before = shown().content.decode()
    for words in ("Since when?", "Since May."):
        post_message(issue=story.issue, **cast.manager.acts, body=words, at=story.now)
    row = shown().content.decode()
    assert "Messages:" not in before
    assert 'Last activity: <time datetime="2026-02-02">' in before
    assert "Messages: 2 · " in row
    assert 'Last activity: <time datetime="2026-02-03">' in row


def test_on_a_phone_the_order_is_a_select_that_keeps_the_filters(cast: Cast, at_noon: Any) -> None:
    Story(cast).raised()
    html = shown("?status=open&status=raised&sort=due&q=").content.decode()
    form = html.split('<form class="sorts-select"')[1].split("</form>")[0]
    hidden = re.findall(r'name="([^"]+)" value="([^"]*)"', form)
    assert hidden == [("status", "open"), ("status", "raised")]
    assert re.findall(r'<option value="(\w+)" selected>', form) == ["due"]
    assert "<button" in form
