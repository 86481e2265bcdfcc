"""`/commitments/`: all that was promised by date; and what a body's and an NGO's page say of it."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from backend.core.keyset import Cursor, Sort, page
from backend.organisations.models import Organisation
from issues.board import SORTS, STATES
from issues.models import Commitment
from tests.factories.people import Cast
from tests.factories.stories import MONDAY, Story

TODAY = MONDAY.date()


@pytest.fixture
def promised(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> dict[str, Commitment]:
    """One commitment in each state by the 40th day, and a second late one of whose date the last move is visible."""
    made = {}
    for name, days in (("kept", 30), ("late", 20), ("broken", 25), ("open", 60), ("dropped", 70)):
        story = Story(cast).answered("supported", due=TODAY + timedelta(days))
        commitment = story.issue.commitments.get()
        made[name] = commitment
        match name:
            case "kept" | "late":
                story.on(MONDAY + timedelta(25))
                story.move("commitment_progress", cast.officer, commitment=commitment.pk, progress="complete")
            case "dropped":
                story.move("commitment_drop", cast.signatory, commitment=commitment.pk, reason="No money.")
            case "open":
                until = TODAY + timedelta(90)
                story.move(
                    "commitment_reschedule", cast.signatory, commitment=commitment.pk, due=until, reason="Later."
                )
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(40))
    return made


def shown(query: str = "") -> str:
    response = Client().get(f"/en/commitments/{query}")
    assert response.status_code == 200
    return unescape(response.content.decode())


def ids(html: str) -> list[int]:
    return [int(each) for each in re.findall(r'<tr id="commitment-(\d+)">', html)]


def named(promised: dict[str, Commitment], html: str) -> list[str]:
    names = {each.pk: name for name, each in promised.items()}
    return [names[each] for each in ids(html)]


def test_all_promises_stand_by_the_date_in_force(promised: dict[str, Commitment]) -> None:
    html = shown()
    assert named(promised, html) == ["late", "broken", "kept", "dropped", "open"]
    assert '<h1 id="list-heading">5 commitments</h1>' in html
    assert named(promised, shown("?sort=latest")) == ["open", "dropped", "kept", "broken", "late"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state=kept", ["kept"]), ("?state=late", ["late"]), ("?state=broken", ["broken", "dropped"]),
        ("?state=open", ["open"]), ("?body=labour", ["late", "broken", "kept", "dropped", "open"]), ("?body=ecology", []),
        ("?ngo=qamqor", []), ("?due_after=2026-03-04", ["kept", "dropped", "open"]), ("?due_before=2026-02-27", ["late", "broken"]),
        ("?due_after=2026-03-04&state=kept", ["kept"]),
    ],
)  # fmt: skip
def test_a_filter_finds_what_it_says(promised: dict[str, Commitment], query: str, found: list[str]) -> None:
    html = shown(query)
    assert named(promised, html) == found
    assert f'<h1 id="list-heading">{len(found)} commitment' in html


def test_each_commitment_is_in_the_one_state_that_it_derives(promised: dict[str, Commitment]) -> None:
    for day in (TODAY + timedelta(n) for n in (4, 20, 21, 25, 26, 31, 61, 71)):
        for commitment in Commitment.objects.select_related("owner"):
            states = [
                key for key in STATES if Commitment.objects.with_result(key, day).filter(pk=commitment.pk).exists()
            ]
            assert [{"open": "pending"}.get(key, key) for key in states] == [commitment.result(day)], (day, commitment)


def test_each_number_of_a_state_is_the_heading_of_its_list(promised: dict[str, Commitment]) -> None:
    buckets = re.search(r'<ul class="buckets">.*?</ul>', shown("?body=labour&sort=latest"), re.DOTALL)
    assert buckets
    links = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+?) (\d+)</a>', buckets[0])
    assert [(label, n) for _, label, n in links] == [
        ("Not due yet", "1"), ("Kept", "1"), ("Late", "1"), ("Broken", "2"),
    ]  # fmt: skip
    for href, _, n in links:
        assert href.startswith("?body=labour&sort=latest&state=")
        assert f'<h1 id="list-heading">{n} commitment' in shown(href)


def test_a_row_tells_slippage_result_and_issue(promised: dict[str, Commitment]) -> None:
    issue = promised["open"].issue
    row = shown("?state=open").split("<tbody>")[1]
    assert '<time datetime="2026-05-03">' in row
    assert 'First date: <time datetime="2026-04-03">' in row
    assert "+30 days" in row
    assert re.search(r'<span class="tag tag-pending"><svg.*?</svg>Not due yet</span>', row)
    assert f'<a href="/en/issues/{issue.number}/#commitment-{promised["open"].pk}">' in row
    assert "The register of payments" in row
    late = shown("?state=late").split("<tbody>")[1]
    assert "+5 days" in late
    assert re.search(r'<span class="tag tag-late"><svg.*?</svg>Late</span>', late)


def test_a_joint_measure_counts_only_once_the_ngo_took_it_on(cast: Cast, story: Story) -> None:
    story.answered("supported")
    Commitment.objects.update(owner=cast.ngo)
    assert ids(shown()) == []
    Commitment.objects.update(taken_at=story.now)
    html = shown("?ngo=qamqor")
    assert ids(html) == [story.issue.commitments.get().pk]
    assert "Joint measure" in html


@pytest.mark.parametrize(
    "query", ["state=pending", "body=qamqor", "due_after=2026-02-30", "sort=newest", "after=5~1", "after=2026-02-30~1"]
)
def test_a_bad_value_is_left_out_and_told(promised: dict[str, Commitment], query: str) -> None:
    html = shown(f"?{query}")
    assert len(ids(html)) == 5
    assert f"<code>{query}</code>" in html


def test_pages_go_by_the_day_and_the_id(promised: dict[str, Commitment]) -> None:
    Commitment.objects.update(due=TODAY, first_due=TODAY, moves=0)
    every = sorted(each.pk for each in promised.values())
    first = page(Commitment.objects.all(), SORTS["due"], None, 2)
    assert [each.pk for each in first.rows] == every[:2]
    assert str(first.after) == f"2026-02-02~{every[1]}"
    assert ids(shown(f"?after={first.after}")) == every[2:]
    last = page(Commitment.objects.all(), SORTS["due"], Cursor(TODAY, every[4], backwards=True), 2)
    assert [each.pk for each in last.rows] == every[2:4]


def test_a_cursor_of_a_day_fits_only_an_order_of_days() -> None:
    cursor = Cursor.parse("2026-03-05~4")
    assert cursor == Cursor(date(2026, 3, 5), 4)
    assert str(cursor) == "2026-03-05~4"
    assert cursor.fits(Sort("due", days=True))
    assert not cursor.fits(Sort("raised_at"))
    moment = Cursor.parse("2026-03-05T00:00:00Z~4")
    assert moment
    assert not moment.fits(Sort("due", days=True))
    assert Cursor.parse("2026-02-30~4") is None


def test_the_board_asks_the_same_with_one_row_and_with_three(
    cast: Cast, story: Story, django_assert_num_queries: Any
) -> None:
    story.answered("supported")
    with django_assert_num_queries(8):
        assert len(ids(shown())) == 1
    for _ in range(2):
        Story(cast).answered("supported")
    with django_assert_num_queries(8):
        assert len(ids(shown())) == 3


def test_an_empty_board_says_so_and_offers_a_next_step(cast: Cast) -> None:
    assert "No commitments yet." in shown()
    assert "No commitments match these filters." in shown("?state=kept")


def facts(html: str) -> dict[str, tuple[str, str]]:
    found = re.findall(r'<dt>([^<]+)</dt><dd><a href="(/en/(?:issues|commitments)/[^"]+)">([^<]+)</a></dd>', html)
    return {f"{label} {href.split('/')[2]}": (href, words) for label, href, words in found}


@pytest.mark.parametrize("path", ["/en/bodies/labour/", "/en/ngos/qamqor/"])
def test_each_number_of_a_party_is_the_heading_of_its_list(
    promised: dict[str, Commitment], cast: Cast, path: str
) -> None:
    Story(cast).raised()
    Story(cast).disputed()
    numbers = facts(unescape(Client().get(path).content.decode()))
    assert (numbers["All issues"][1], numbers["NGO disagrees issues"][1]) == ("7 issues", "1 issue")
    assert numbers["Broken commitments"][1] == ("2 commitments" if "bodies" in path else "0 commitments")
    for href, words in numbers.values():
        assert re.search(rf'<h1 id="list-heading">{words}<', unescape(Client().get(href).content.decode())), href


def test_a_body_shows_the_first_of_what_is_overdue_and_disputed(promised: dict[str, Commitment], cast: Cast) -> None:
    waiting = [Story(cast).later(hours=n).raised(by=cast.other_manager).issue.number for n in range(6)]
    disputed = Story(cast).disputed().issue.number
    html = unescape(Client().get("/en/bodies/labour/").content.decode())
    section = dict(re.findall(r'<h2 id="list-\d+">([^<]+)</h2>(.*?)</section>', html, re.DOTALL))
    assert list(section) == ["Overdue issues", "Open issues", "Where the NGO disagrees"]
    assert section["Overdue issues"].count('<li class="row">') == 5
    assert "/en/issues/?body=labour&overdue=1&sort=due" in section["Overdue issues"]
    assert str(disputed) in section["Where the NGO disagrees"]
    assert sum(number in section["Overdue issues"] for number in map(str, waiting)) >= 4
    assert len(re.findall(r' id="([^"]+)"', html)) == len(set(re.findall(r' id="([^"]+)"', html)))


def test_a_body_names_whom_it_took_over_from_and_a_quiet_one_has_no_lists(cast: Cast) -> None:
    Organisation.objects.filter(slug="ecology").update(successor=cast.ministry, valid_to=date(2025, 12, 31))
    html = unescape(Client().get("/en/bodies/labour/").content.decode())
    assert '<dt>Took over from</dt><dd><a href="/en/bodies/ecology/">' in html
    assert "The whole list" not in html
