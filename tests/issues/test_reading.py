"""Home, history, the explained clock, parties and how it works, as anyone reads them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backend.organisations.actions import set_standing
from backend.organisations.models import Organisation, Standing
from issues.headings import WORDS
from issues.lifecycle import Move
from issues.models import Ask, EventText, Issue, IssueEvent
from tests.factories.people import Cast
from tests.factories.stories import MONDAY, Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def read(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200, path
    return text_of(response)


def test_each_number_of_the_home_page_is_the_heading_of_the_list_it_links_to(story: Story) -> None:
    cast = story.cast
    story.raised()
    for _ in range(2):
        Story(cast).disputed()
    Story(cast).reported().move("confirm", cast.manager)
    Story(cast).answered("supported", due=(MONDAY + timedelta(5)).date())
    story.later(days=40)
    numbers = re.findall(r'<a href="([^"]+)"><span class="numbers-value">([^<]+)</span> ([^<]+)</a>', read("/en/"))
    assert [(value, label.split(":")[0]) for __, value, label in numbers] == [
        ("4", "open"), ("2", "overdue"), ("1", "resolved"), ("2", "NGO disagrees"),
    ]  # fmt: skip
    for href, value, __ in numbers:
        heading = re.search(r'<h1 id="list-heading">([^<]+)<', read(href))
        assert heading
        assert heading[1].split()[0] == value


def test_home_without_issues_says_so(cast: Cast) -> None:
    html = read("/en/")
    assert "No issue waits for an answer." in html
    assert "No issue has been confirmed as done yet." in html


def test_home_lists_who_waits_longest_and_only_what_ngos_confirmed(story: Story) -> None:
    cast = story.cast
    young = Story(cast).later(days=1).raised().issue.number
    old = story.raised().issue.number
    council = Story(cast).disputed("supported").voted(done=True).move("conclude_done", cast.chair, text="Seen.").issue
    confirmed = Story(cast).reported().move("confirm", cast.manager).issue.number
    story.later(days=20)
    waiting, resolved = read("/en/").split('id="resolved"')
    assert re.findall(r'id="issue-([^"]+)"', waiting) == [old, young]
    assert "The NGO has waited 20 days." in waiting
    assert re.findall(r'id="issue-([^"]+)"', resolved) == [confirmed]
    assert str(council.number) not in resolved


def test_the_wait_runs_from_the_first_receipt_of_any_ask_wherever_it_went(story: Story) -> None:
    """A linked issue is raised later than its asks were first received; so is one whose asks an older issue took in."""
    cast = story.cast
    second = Story(cast).later(days=1).raised().issue
    story.raised(["Ours", "Theirs"]).later(days=3)
    story.move("redirect", cast.signatory, body="ecology", reason="Not ours.", asks=[2])
    linked = Issue.objects.get(relations_to__issue=story.pk)
    assert (linked.raised_at, linked.first_received_at) == (story.now, MONDAY)
    story.later(days=7)
    waiting = read("/en/").split('id="resolved"')[0]
    assert re.findall(r'id="issue-([^"]+)"', waiting) == [story.issue.number, linked.number, second.number]
    assert re.findall(r"The NGO has waited (\d+) days", waiting) == ["10", "10", "9"]
    assert "<dt>The NGO&#x27;s whole wait</dt><dd>10 days</dd>".replace("&#x27;", "'") in read(
        f"/en/issues/{linked.number}/"
    ).replace("&#x27;", "'")


def test_home_asks_the_database_the_same_with_one_row_and_with_three(
    story: Story, django_assert_num_queries: Any
) -> None:
    cast = story.cast
    story.raised()
    Story(cast).reported().move("confirm", cast.manager)
    with django_assert_num_queries(9):
        read("/en/")
    for _ in range(2):
        Story(cast).raised()
        Story(cast).reported().move("confirm", cast.manager)
    with django_assert_num_queries(9):
        read("/en/")
    with django_assert_num_queries(7):  # every row was seen
        read("/en/")


def test_the_history_shows_every_event_with_its_texts_and_hash(story: Story, django_assert_num_queries: Any) -> None:
    cast = story.cast
    address = f"/en/issues/{story.raised().issue.number}/history/"
    with django_assert_num_queries(5):
        read(address)
    story.disputed("supported", "refused").voted(done=False)
    story.later(days=1).move("conclude_not_done", cast.chair, text="Not paid.", until=(story.now + timedelta(5)).date())
    address = f"/en/issues/{story.issue.number}/history/"
    with django_assert_num_queries(5):
        html = read(address)
    assert re.findall(r'id="event-(\d+)"', html) == [str(n) for n in range(1, story.issue.rev + 1)]
    for event in story.issue.events.all():
        assert bytes(event.hash).hex() in html
    assert 'Reported done, NGO to confirm <span aria-hidden="true">→</span> <strong>NGO disagrees</strong>' in html
    assert "1: Supported (The law); 2: Refused (The law)" in html
    assert "Nothing arrived." in html
    assert '<dt>Until</dt><dd><time datetime="2026-02-22">22 February 2026</time></dd>' in html


def test_a_blanked_text_is_shown_as_such(story: Story) -> None:
    text = EventText.objects.get(event__issue=story.raised().pk, key="body")
    EventText.objects.filter(pk=text.pk).update(text="", salt=b"", blanked_at=story.now)
    html = read(f"/en/issues/{story.issue.number}/history/")
    assert "Personal data was removed from the record:" in html
    assert "Grants for social services" not in html


def test_a_redirect_and_a_moved_date_read_in_words(story: Story) -> None:
    cast = story.cast
    story.raised().move("redirect", cast.signatory, body=cast.rival.organisation, reason="Not ours.")
    html = read(f"/en/issues/{story.issue.number}/history/")
    assert "<dt>Before</dt><dd>Ministry of Labour and Social Protection of the Population</dd>" in html
    moved = Story(cast).answered("supported")
    promise = moved.issue.commitments.get()
    due = promise.due + timedelta(10)
    moved.move("commitment_reschedule", cast.signatory, commitment=promise.pk, due=due, reason="No money.")
    html = read(f"/en/issues/{moved.issue.number}/history/")
    assert f'<dt>Before</dt><dd><time datetime="{promise.due.isoformat()}">' in html
    assert f'<dt>Commitment</dt><dd><span lang="{moved.issue.language}">Pay all</span></dd>' in html


def test_every_move_has_its_words() -> None:
    assert set(WORDS) >= set(Move.values) - {Move.DISCARD}


def test_the_clock_explains_each_day_and_names_the_signer_of_an_extension(story: Story) -> None:
    cast = story.cast
    story.accepted().move("extend", cast.signatory, until=MONDAY.date() + timedelta(52), reason="An audit.")
    html = read(f"/en/issues/{story.issue.number}/clock/")
    assert re.findall(r'<h2 id="duty-\d+-title">([^<]+)</h2>', html) == [
        "Take up the issue", "Send to the competent body", "Answer", "Answer",
    ]  # fmt: skip
    assert "15 working days" in html
    assert "Administrative Procedural and Process-Related Code, art. 76" in html
    assert "Weekend: not counted." in html
    assert "Public holiday, not counted: Nauryz" in html
    assert "Due at the end of this day." in html
    assert re.search(r"Extended by</dt><dd>Signatory, Ministry of Labour", html)


def test_the_clock_tells_what_is_met_passed_and_no_longer_owed(story: Story) -> None:
    cast = story.cast
    story.raised().later(days=10).move("accept", cast.officer, unit="U", person=cast.officer.user)
    html = read(f"/en/issues/{story.issue.number}/clock/")
    assert 'Met late: <time datetime="2026-02-12">' in html
    story.later(days=1).move("withdraw", cast.manager, reason="Solved.")
    assert 'No longer owed: <time datetime="2026-02-13">' in read(f"/en/issues/{story.issue.number}/clock/")


def test_a_redirected_issue_shows_both_bodies_and_the_whole_wait(story: Story) -> None:
    cast = story.cast
    story.raised().later(days=2).move("redirect", cast.signatory, body=cast.rival.organisation, reason="Not ours.")
    story.later(days=7)
    number = story.issue.number
    assert "<h2>Redirects</h2>" in read(f"/en/issues/{number}/clock/")
    html = read(f"/en/issues/{number}/")
    assert re.findall(r'<li><a href="/en/bodies/([a-z-]+)/">', html) == ["labour", "ecology"]
    assert "<dt>The NGO&#x27;s whole wait</dt><dd>9 days</dd>" in html.replace("'s", "&#x27;s")


def test_a_draft_has_no_public_page(story: Story) -> None:
    story.draft()
    for path in ("", "history/", "clock/", "thread/", "m/1/"):
        assert Client().get(f"/en/issues/2026-999999/{path}").status_code == 404


def test_a_body_shows_its_validity_its_successor_and_its_counts(story: Story) -> None:
    cast = story.cast
    story.raised()
    Organisation.objects.filter(pk=cast.ministry.pk).update(
        valid_to=story.now.date() - timedelta(1), successor=cast.rival.organisation
    )
    html = read("/en/bodies/labour/")
    assert "This body does not exist today" in html
    assert '<dt>Successor</dt><dd><a href="/en/bodies/ecology/">' in html
    assert '<dt>Open</dt><dd><a href="/en/issues/?body=labour&amp;status=open">1 issue</a></dd>' in html
    assert Client().get("/en/bodies/qamqor/").status_code == 404


def test_a_suspended_ngo_shows_the_public_reason_and_one_not_verified_is_private(story: Story) -> None:
    cast = story.cast
    set_standing(organisation=cast.ngo, standing=Standing.SUSPENDED, reason="No report for 2025.")
    html = read("/en/ngos/qamqor/")
    assert "Suspended" in html
    assert "No report for 2025." in html
    Organisation.objects.filter(pk=cast.ngo.pk).update(standing=Standing.PENDING)
    assert Client().get("/en/ngos/qamqor/").status_code == 404


def test_how_it_works_names_the_limits_the_clock_uses(cast: Cast) -> None:
    html = read("/en/about/")
    assert "15 working days" in html
    assert "2 calendar months" in html
    assert 'id="clock"' in html


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_public_pages_open_in_each_language(story: Story, language: str) -> None:
    number = story.disputed("supported", "refused").issue.number
    for path in ("", "issues/", f"issues/{number}/", f"issues/{number}/history/", f"issues/{number}/clock/", "about/",
                 "bodies/labour/", "ngos/qamqor/"):  # fmt: skip
        html = read(f"/{language}/{path}")
        assert html.count("<h1") == 1, path
        assert f'<html lang="{language}">' in html
        assert "style=" not in html
        assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []  # none in the page itself


def test_reading_writes_nothing(story: Story) -> None:
    number = story.raised().issue.number
    before = IssueEvent.objects.count()
    visitor = Visitor(story, story.cast.manager)
    for path in ("", "history/", "clock/"):
        assert visitor.get(f"/issues/{number}/{path}").status_code == 200
        assert visitor.client.post(f"/en/issues/{number}/{path}").status_code == 405
    assert IssueEvent.objects.count() == before


def test_a_legacy_issue_is_read_but_stands_apart_and_has_no_clock(story: Story) -> None:
    raised = story.raised().issue
    legacy = Issue.objects.create(
        number="2019-000007", title="Recorded long ago", status="recorded", origin="legacy", topic=raised.topic,
        region=raised.region, body_addressed=raised.body_addressed, raised_by=raised.raised_by, raised_at=story.now,
        first_received_at=story.now,
        created_at=story.now, edited_at=story.now, active_at=story.now, language="ru",
    )  # fmt: skip
    Ask.objects.create(issue=legacy, n=1, text="Pay.", owner=raised.raised_by, verdict="not_stated")
    html = read("/en/issues/2019-000007/")
    assert "Taken over from another register; no clock runs and no move is made here." in html
    assert "Not stated" in html
    assert 'class="tracker"' not in html
    assert "2019-000007" not in read("/en/issues/")
    assert "2019-000007" not in read("/en/issues/?status=recorded")
    assert '<h1 id="list-heading">1 issue<' in read("/en/issues/?origin=legacy")
    assert read("/en/").count('<li class="row"') == 1
    assert "No clock runs for this issue." in read("/en/issues/2019-000007/clock/")


def test_an_older_issue_that_takes_in_asks_received_earlier_waits_since_then(story: Story) -> None:
    cast = story.cast
    story.raised(["Ours", "Theirs"]).later(days=2)
    older = Story(cast).on(story.now).raised(by=cast.other_manager, body_addressed=cast.rival.organisation)
    story.later(days=1).move("redirect", cast.signatory, body="ecology", reason="Not ours.", asks=[2])
    linked = Story(cast).on(story.now)
    linked.pk = Issue.objects.get(relations_to__issue=story.pk).pk
    assert older.issue.first_received_at == older.issue.raised_at
    linked.move("merge", cast.moderator, into=older.issue.number)
    assert (older.issue.first_received_at, older.issue.raised_at) == (MONDAY, MONDAY + timedelta(2))
