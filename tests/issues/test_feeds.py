"""Feeds and calendars: whole by their rules, told by the record, in the reader's language, with nothing that is gone."""

from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from icalendar import Calendar

from dialogue.actions import hide_message, post_message, write_note
from issues import due_dates, feeds
from issues.lifecycle import Status
from tests.factories.people import Cast
from tests.factories.stories import Story
from tests.issues.visiting import in_days, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
HOSTILE = "]]><script>alert(1)</script> & \x01\x0b\ufffe 'x' \"y\""


def read(path: str, **headers: str) -> ET.Element:
    response = Client(headers=headers).get(path)
    assert response.status_code == 200, path
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.content)


def said(element: ET.Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


def links(element: ET.Element) -> dict[str | None, str | None]:
    return {link.get("rel"): link.get("href") for link in element.findall(f"{ATOM}link")}


def entries(feed: ET.Element) -> list[ET.Element]:
    return feed.findall(f"{ATOM}entry")


def due(path: str) -> dict[str, Any]:
    response = Client().get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return {str(event["UID"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}


def test_feeds_have_what_rfc_4287_requires(story: Story) -> None:
    number = story.answered("supported").issue.number
    for path in ("issues.atom", "bodies/labour.atom", f"issues/{number}.atom"):
        feed = read(f"/feeds/{path}?lang=en")
        assert entries(feed)
        for element in (feed, *entries(feed)):
            assert all(said(element, name) for name in ("id", "title", "updated")), path
            assert element.findtext(f"{ATOM}author/{ATOM}name")
        assert len({said(entry, "id") for entry in entries(feed)}) == len(entries(feed))
        assert links(feed)["self"] == f"http://testserver/feeds/{path}?lang=en"


def test_an_issue_keeps_its_id_in_every_language_and_is_new_when_its_record_is(story: Story) -> None:
    number = story.raised().issue.number
    (entry,) = entries(read("/feeds/issues.atom?lang=kk"))
    (russian,) = entries(read("/feeds/issues.atom?lang=ru"))
    assert said(entry, "id") == said(russian, "id") == f"http://testserver/issues/{number}/"
    assert links(russian)["alternate"] == f"http://testserver/ru/issues/{number}/"
    before = said(entry, "updated")
    story.later(hours=1).move("accept", story.cast.officer, unit="Grants", person=story.cast.officer.user)
    (after,) = entries(read("/feeds/issues.atom?lang=kk"))
    assert (said(after, "published"), said(after, "updated") > before) == (said(entry, "published"), True)


def test_the_list_has_its_filters(cast: Cast, story: Story) -> None:
    raised = story.raised().issue
    Story(cast).raised().move("withdraw", cast.manager, reason="Solved.")
    feed = read("/feeds/issues.atom?status=open&body=labour&lang=en&after=x")
    assert [said(entry, "id") for entry in entries(feed)] == [f"http://testserver/issues/{raised.number}/"]
    assert said(feed, "subtitle").startswith("Status: Open; Body: ")
    assert links(feed)["alternate"] == "http://testserver/en/issues/?status=open&body=labour"


@pytest.mark.parametrize("kind", ["atom", "ics"])
@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ("status=open&status=zzz", "status=zzz"), ("colour=red", "colour=red"),
        ("raised_after=2026-02-31", "raised_after=2026-02-31"),
        ("metric=waiting_now&status=open", "status=open"), ("metric=waiting_now&kind=zzz", "kind=zzz"),
        ("body=nobody", "body=nobody"),
    ],
)  # fmt: skip
def test_a_filter_that_a_feed_does_not_understand_is_refused_in_words(
    db: None, kind: str, query: str, refused: str
) -> None:
    response = Client().get(f"/feeds/issues.{kind}?{query}&lang=en")
    assert (response.status_code, text_of(response)) == (400, f"This feed does not understand: {refused}\n")
    for strange in ("metric=nothing", "metric=waiting_now&part=nothing"):
        assert Client().get(f"/feeds/issues.{kind}?{strange}").status_code == 404


def test_the_list_behind_a_number_has_its_feed_each_issue_once(cast: Cast, story: Story) -> None:
    answered = story.answered("supported", "refused").issue
    Story(cast, story.now).raised()
    story.later(days=400)
    page = text_of(Client().get("/ru/issues/?metric=refused_share&part=denominator&colour=red&kind=zzz"))
    feed = "/feeds/issues.atom?metric=refused_share&amp;part=denominator&amp;lang=ru"
    assert feed in page
    told = read(feed.replace("&amp;", "&"))
    assert [said(entry, "id") for entry in entries(told)] == [f"http://testserver/issues/{answered.number}/"]
    assert links(told)["alternate"] == "http://testserver/ru/issues/?metric=refused_share&part=denominator"
    assert due("/feeds/issues.ics?metric=refused_share&part=denominator&lang=en")


def test_a_private_note_a_draft_answer_and_a_person_assigned_are_in_no_feed(story: Story) -> None:
    issue = story.accepted().issue
    write_note(issue=issue, **story.cast.officer.acts, body="Between us.", at=story.now)
    Story(story.cast).draft(title="Not yet raised")
    for path in ("issues.atom", "issues.ics", "bodies/labour.atom", "bodies/labour.ics", f"issues/{issue.number}.atom",
                 f"issues/{issue.number}.ics", "weeks.atom", "issues.atom?metric=waiting_now"):  # fmt: skip
        told = text_of(Client().get(f"/feeds/{path}"))
        assert "Between us" not in told
        assert "Not yet raised" not in told


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_feed_is_well_formed_and_the_same_in_each_language(story: Story, language: str) -> None:
    number = story.disputed("supported", "refused").issue.number
    for path in (
        "issues.atom",
        "bodies/labour.atom",
        f"issues/{number}.atom",
        "weeks.atom",
        "issues.atom?metric=waiting_now",
    ):
        joined = "&" if "?" in path else "?"
        feed, english = (read(f"/feeds/{path}{joined}lang={each}") for each in (language, "en"))
        assert feed.get(LANG) == language
        for name in ("id", "updated"):
            assert [said(each, name) for each in (feed, *entries(feed))] == [
                said(each, name) for each in (english, *entries(english))
            ], (path, name)
    for path in ("issues.ics", "bodies/labour.ics", f"issues/{number}.ics"):
        assert due(f"/feeds/{path}?lang={language}").keys() == due(f"/feeds/{path}?lang=en").keys()


def test_the_record_is_told_newest_first_with_a_link_to_each_event(story: Story) -> None:
    issue = story.accepted().issue
    told = entries(read(f"/feeds/issues/{issue.number}.atom?lang=en"))
    assert [said(entry, "title") for entry in told] == ["Issue taken up", "Issue raised"]
    assert [said(entry, "id").rpartition("#")[2] for entry in told] == ["event-2", "event-1"]
    assert links(told[0])["alternate"] == f"http://testserver/en/issues/{issue.number}/history/#event-2"
    assert "Grants for social services are" in said(told[1], "summary")


def test_a_hidden_message_has_no_words_and_is_new_to_whoever_kept_them(story: Story) -> None:
    issue = story.accepted().issue
    post_message(issue=issue, **story.cast.manager.acts, body="Rude words.", at=story.now)
    path = f"/feeds/issues/{issue.number}.atom?lang=en"
    (before, *_) = entries(read(path))
    assert "Rude words." in said(before, "summary")
    hide_message(issue=issue, seq=1, code="insult", at=story.later(hours=3).now, **story.cast.moderator.acts)
    (_, after, *_) = entries(read(path))
    assert said(after, "id") == said(before, "id")
    assert "Rude words." not in said(after, "summary")
    assert "The moderators removed this message" in said(after, "summary")
    assert said(after, "updated") > said(before, "updated")


def test_hostile_words_are_words(story: Story) -> None:
    issue = story.raised(title=HOSTILE, asks=[HOSTILE]).issue
    (entry,) = entries(read("/feeds/issues.atom"))
    assert said(entry, "title") == f"{issue.number} · ]]><script>alert(1)</script> &   'x' \"y\""
    (event,) = entries(read(f"/feeds/issues/{issue.number}.atom"))
    assert "<script>" not in said(event, "summary")
    assert "&lt;script&gt;" in said(event, "summary")
    assert [event["SUMMARY"] for event in due("/feeds/issues.ics").values()]


def test_at_most_fifty_entries_and_as_many_dates_as_allowed(
    cast: Cast, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "ENTRIES_AT_MOST", 2)
    monkeypatch.setattr(due_dates, "EVENTS_AT_MOST", 4)
    numbers = [Story(cast, story.later(hours=1).now).raised().issue.number for _ in range(3)]
    shown = [said(entry, "id") for entry in entries(read("/feeds/issues.atom"))]
    assert shown == [f"http://testserver/issues/{number}/" for number in numbers[:0:-1]]
    assert len(due("/feeds/issues.ics")) == 4
    assert len(entries(read(f"/feeds/issues/{numbers[0]}.atom"))) == 1


@pytest.mark.parametrize(
    ("query", "accept", "spoken"),
    [
        ("?lang=ru", "en", "ru"),
        ("", "ru-RU,ru;q=0.9", "ru"),
        ("", "de", "kk"),
        ("?lang=de", "en", "en"),
        ("", "", "kk"),
    ],
)
def test_the_language_is_asked_for_or_the_readers_or_kazakh(db: None, query: str, accept: str, spoken: str) -> None:
    response = Client(headers={"Accept-Language": accept}).get(f"/feeds/issues.atom{query}")
    assert ET.fromstring(response.content).get(LANG) == spoken
    assert response["Content-Language"] == spoken
    assert "Accept-Language" in response["Vary"]


def test_an_empty_feed_is_not_new_at_each_reading(story: Story) -> None:
    before = said(read("/feeds/bodies/labour.atom"), "updated")
    story.later(days=3)
    assert said(read("/feeds/bodies/labour.atom"), "updated") == before


def test_what_is_not_public_or_not_there_has_no_feed(story: Story) -> None:
    story.draft()
    assert entries(read("/feeds/issues.atom")) == []
    for path in ("issues/2026-999999.atom", "issues/2026-999999.ics", "bodies/nobody.atom", "bodies/qamqor.ics"):
        assert Client().get(f"/feeds/{path}").status_code == 404


def test_open_duties_and_promises_are_days_of_a_calendar(story: Story) -> None:
    issue = story.accepted().issue
    answer = due(f"/feeds/issues/{issue.number}.ics?lang=en")[f"{issue.number}-answer@testserver"]
    assert answer["SUMMARY"] == f"Answer: {issue.number} Grants are three months late"
    assert (answer["DTSTART"].dt, answer["SEQUENCE"]) == (date(2026, 2, 23), 0)
    assert answer["URL"] == f"http://testserver/en/issues/{issue.number}/"
    story.move("extend", story.cast.signatory, until=date(2026, 3, 2), reason="A commission was called.")
    moved = due("/feeds/bodies/labour.ics")[f"{issue.number}-answer@testserver"]
    assert (moved["DTSTART"].dt, moved["SEQUENCE"]) == (date(2026, 3, 2), 1)


def test_a_promise_keeps_its_name_when_it_is_moved_and_goes_when_it_is_kept(story: Story) -> None:
    issue = story.answered("supported", due=in_days(story, 30)).issue
    promise = issue.commitments.get()
    uid, path = f"{issue.number}-commitment-{promise.pk}@testserver", f"/feeds/issues/{issue.number}.ics"
    assert due(path)[uid]["DTSTART"].dt == promise.first_due
    later = promise.first_due + timedelta(20)
    story.move("commitment_reschedule", story.cast.signatory, commitment=promise.pk, due=later, reason="Late money.")
    assert (due(path)[uid]["DTSTART"].dt, due(path)[uid]["SEQUENCE"]) == (later, 1)
    story.move("commitment_progress", story.cast.signatory, commitment=promise.pk, progress="complete", reason="Paid.")
    assert uid not in due(path)


def test_what_is_closed_has_no_dates(story: Story) -> None:
    issue = story.raised().move("withdraw", story.cast.manager, reason="Solved.").issue
    assert issue.status == Status.WITHDRAWN
    assert due(f"/feeds/issues/{issue.number}.ics") == {}


def test_queries_do_not_grow_with_what_is_told(cast: Cast, story: Story, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        Story(cast, story.later(minutes=5).now).answered("supported", "partly")
    number = Story(cast, story.now).answered("supported").issue.number
    for path, queries in {
        "issues.atom": 1, "issues.atom?body=labour&status=open": 2, "bodies/labour.atom": 2, "issues.ics": 2,
        "bodies/labour.ics": 3, f"issues/{number}.ics": 3, f"issues/{number}.atom": 5,
    }.items():  # fmt: skip
        with django_assert_num_queries(queries + 1):  # one tells whether anything changed
            assert Client().get(f"/feeds/{path}").status_code == 200, path


def test_a_feed_that_is_known_is_not_told_again(story: Story, django_assert_num_queries: Any) -> None:
    number = story.raised().issue.number
    story.later(hours=1)
    for path in ("issues.atom?lang=ru", f"issues/{number}.atom?lang=ru", "bodies/labour.ics?lang=ru"):
        first = Client().get(f"/feeds/{path}")
        with django_assert_num_queries(1):
            kept = Client().get(f"/feeds/{path}")
        assert (kept.content, kept["Content-Type"]) == (first.content, first["Content-Type"])
        assert Client(headers={"If-None-Match": first["ETag"]}).get(f"/feeds/{path}").status_code == 304
    story.move("accept", story.cast.officer, unit="Grants", person=story.cast.officer.user).later(hours=1)
    changed = Client(headers={"If-None-Match": first["ETag"]}).get(f"/feeds/{path}")
    assert changed.status_code == 200


def test_pages_lead_to_their_feeds(story: Story) -> None:
    number = story.raised().issue.number
    for page, feed, query in (
        ("/ru/issues/?status=open&sort=due", "issues", "?status=open&amp;lang=ru"),
        ("/ru/bodies/labour/", "bodies/labour", "?lang=ru"), (f"/ru/issues/{number}/", f"issues/{number}", "?lang=ru"),
    ):  # fmt: skip
        html = text_of(Client().get(page))
        assert (
            f'<link rel="alternate" type="application/atom+xml" title="Лента" href="/feeds/{feed}.atom{query}">' in html
        )
        assert f'<a href="/feeds/{feed}.ics{query}" type="text/calendar">' in html
