"""A visitor who has a page as it is now is told so, before anything is rendered; and never while it may have changed."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.utils import timezone

from backend.accounts.actions import save_person
from issues.freshness import revalidated
from issues.models import IssueEvent
from tests.factories.people import Cast
from tests.factories.stories import MONDAY, Story

NOON = MONDAY + timedelta(hours=2)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    now = {"at": NOON}
    monkeypatch.setattr(timezone, "now", lambda: now["at"])
    return now


def pages(story: Story) -> list[str]:
    return ["/en/", "/en/issues/?status=open", f"/en/issues/{story.issue.number}/", "/en/commitments/", "/en/bodies/labour/",
            "/en/ngos/qamqor/"]  # fmt: skip


def again(path: str, etag: str, **headers: str) -> Any:
    return Client(headers={"If-None-Match": etag, **headers}).get(path)


def test_an_unchanged_page_is_answered_by_one_query(story: Story, clock: Any, django_assert_num_queries: Any) -> None:
    story.raised()
    for path in pages(story):
        first = Client().get(path)
        assert first.status_code == 200
        assert first["Cache-Control"] == "no-cache"
        with django_assert_num_queries(1):
            second = again(path, first["ETag"])
        assert (second.status_code, second.content, second["ETag"]) == (304, b"", first["ETag"])
        assert (
            {"Cookie", "HX-Request", "Accept-Language"} >= set(second["Vary"].split(", ")) >= {"Cookie", "HX-Request"}
        )


def test_any_event_makes_all_pages_new(story: Story, clock: Any) -> None:
    story.raised()
    before = {path: Client().get(path)["ETag"] for path in pages(story)}
    other = Story(story.cast, MONDAY + timedelta(hours=1)).raised()
    assert IssueEvent.objects.filter(issue=other.pk).exists()
    for path, etag in before.items():
        response = again(path, etag)
        assert response.status_code == 200
        assert response["ETag"] != etag


def test_no_etag_while_a_slower_transaction_may_still_commit(story: Story, clock: Any, settings: Any) -> None:
    story.raised()
    settings.STATEMENT_TIMEOUT_MS = 30_000
    clock["at"] = MONDAY + timedelta(seconds=29)
    assert "ETag" not in Client().get("/en/issues/")
    clock["at"] = MONDAY + timedelta(seconds=31)
    assert "ETag" in Client().get("/en/issues/")


def test_an_event_with_an_older_time_is_seen_too(story: Story, clock: Any) -> None:
    """Ids and times go apart where a register is taken over, or a slow transaction ends late."""
    story.raised()
    etag = Client().get("/en/")["ETag"]
    Story(story.cast, MONDAY - timedelta(5)).raised()
    assert again("/en/", etag).status_code == 200


def test_a_change_in_the_admin_makes_pages_new(story: Story, clock: Any) -> None:
    story.raised()
    etag = Client().get("/en/bodies/labour/")["ETag"]
    entry = LogEntry.objects.create(
        user=story.cast.registrar.user, content_type=ContentType.objects.get_for_model(story.cast.ngo),
        object_id="1", object_repr="x", action_flag=CHANGE,
    )  # fmt: skip
    LogEntry.objects.filter(pk=entry.pk).update(action_time=MONDAY)
    assert again("/en/bodies/labour/", etag).status_code == 200


def test_a_person_s_new_name_makes_pages_new_and_the_same_name_does_not(story: Story, clock: Any) -> None:
    story.raised()
    person = story.cast.manager.user
    etag = Client().get("/en/issues/")["ETag"]
    save_person(person=person, name=person.name, language="ru")
    assert again("/en/issues/", etag).status_code == 304
    save_person(person=person, name="Aigul Newly-Named", language="ru")
    LogEntry.objects.update(action_time=MONDAY)  # by the clock of the test
    assert again("/en/issues/", etag).status_code == 200


def test_language_day_filters_and_part_each_have_their_own(story: Story, clock: Any) -> None:
    story.raised()
    etags = {
        Client().get(path)["ETag"]
        for path in ("/en/issues/", "/ru/issues/", "/en/issues/?overdue=1", "/en/issues/?q=a")
    }
    etags.add(Client(headers={"HX-Request": "true"}).get("/en/issues/")["ETag"])
    clock["at"] = NOON + timedelta(1)
    etags.add(Client().get("/en/issues/")["ETag"])
    assert len(etags) == 6


def test_people_who_are_signed_in_or_have_a_message_waiting_always_get_the_page(cast: Cast, clock: Any) -> None:
    Story(cast).raised()
    etag = Client().get("/en/issues/")["ETag"]
    client = Client(headers={"If-None-Match": etag})
    client.cookies["messages"] = "x"
    assert client.get("/en/issues/").status_code == 200
    client = Client(headers={"If-None-Match": etag})
    client.force_login(cast.manager.user)
    response = client.get("/en/issues/")
    assert response.status_code == 200
    assert "ETag" not in response


def test_what_is_not_there_stays_404(story: Story, clock: Any) -> None:
    story.raised()
    etag = Client().get("/en/issues/")["ETag"]
    assert again("/en/bodies/nobody/", etag).status_code == 404


def test_a_page_is_rendered_for_the_first_visitor_alone(
    story: Story, clock: Any, django_assert_num_queries: Any
) -> None:
    story.raised()
    for path in pages(story):
        first = Client().get(path)
        with django_assert_num_queries(1):
            second = Client().get(path)
        assert (second.status_code, second.content, second["ETag"]) == (200, first.content, first["ETag"])
        assert second["Content-Type"] == first["Content-Type"]
        assert set(second["Vary"].split(", ")) == set(first["Vary"].split(", "))


def test_what_was_kept_is_for_visitors_of_the_same_address_until_anything_changes(story: Story, clock: Any) -> None:
    path = f"/en/issues/{story.raised().issue.number}/"
    kept = Client().get(path).content
    client = Client()
    client.force_login(story.cast.manager.user)
    assert b"Sign out" in client.get(path).content
    assert b"Sign out" not in kept
    etags = {Client(headers={"Host": host}).get(path)["ETag"] for host in ("testserver", "localhost")}
    assert len(etags) == 2, "an address stands in pages"
    story.move("accept", story.cast.officer, unit="Grants", person=str(story.cast.officer.user.uuid))
    clock["at"] = NOON + timedelta(hours=1)
    assert "Under consideration" in Client().get(path).content.decode()


def test_a_page_with_a_token_or_a_cookie_of_its_own_is_kept_for_nobody(story: Story, clock: Any) -> None:
    story.raised()

    @revalidated
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(get_token(request))

    first, second = (view(RequestFactory().get("/en/")).content for _ in range(2))
    assert first != second

    @revalidated
    def other(request: HttpRequest) -> HttpResponse:
        response = HttpResponse(uuid4().hex)
        response.set_cookie("a", "b")
        return response

    first, second = (other(RequestFactory().get("/en/x/")).content for _ in range(2))
    assert first != second
