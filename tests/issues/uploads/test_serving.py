"""Files go out as downloads only, to whoever may see them, under WSGI and ASGI."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.files.storage import default_storage
from django.test import AsyncClient, Client
from django.urls import reverse

from issues.actions import attach
from issues.models import Attachment, Issue, Place
from tests.factories.files import PDF, TEXT, picture
from tests.factories.people import Player
from tests.factories.stories import Story

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def browser(player: Player | None) -> Client:
    client = Client()
    if player is not None:
        client.force_login(player.user)
    return client


def fetched(player: Player | None, address: str, **headers: str) -> tuple[Any, bytes]:
    """The answer, and its body, read to the end as a browser does."""
    response = browser(player).get(address, headers=headers)
    return response, b"".join(response)


def published(story: Story, name: str = "Хат.pdf", data: bytes = PDF) -> Attachment:
    file = story.raised().uploaded(story.cast.manager, name, data)
    attach(issue=story.issue, **story.cast.manager.acts, files=[file.uuid], at=story.now)
    return Attachment.objects.select_related("issue").get(pk=file.pk)


@pytest.mark.parametrize(
    ("name", "data", "mime"),
    [
        ("a.pdf", PDF, "application/pdf"), ("a.png", picture(), "image/png"), ("a.txt", TEXT, "text/plain; charset=utf-8"),
        ("a.csv", TEXT, "text/csv; charset=utf-8"),
    ],
)  # fmt: skip
def test_a_file_is_a_download_and_never_a_page(story: Story, name: str, data: bytes, mime: str) -> None:
    file = published(story, name, data)
    response, body = fetched(None, file.get_absolute_url())
    assert (response.status_code, response["Content-Type"]) == (200, mime)
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert {header: response[header] for header in ALWAYS} == ALWAYS
    assert response["Content-Length"] == str(file.size)
    with default_storage.open(file.storage_key) as kept:
        assert body == kept.read()


def test_a_name_in_any_script_reaches_the_disk(story: Story) -> None:
    response, _body = fetched(None, published(story, "Шешім №5.pdf").get_absolute_url())
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%D0%A8%D0%B5%D1%88%D1%96%D0%BC%20%E2%84%965.pdf"
    )


def test_a_public_file_may_be_cached_and_is_not_sent_again(story: Story) -> None:
    file = published(story)
    response, _body = fetched(None, file.get_absolute_url())
    assert response["Cache-Control"] == "public, max-age=3600"
    assert "Cookie" not in response.get("Vary", "")
    again, body = fetched(None, file.get_absolute_url(), **{"If-None-Match": response["ETag"]})
    assert (again.status_code, body) == (304, b"")
    assert again["Content-Security-Policy"] == ALWAYS["Content-Security-Policy"]


def test_a_public_file_costs_one_query(story: Story, django_assert_num_queries: Any) -> None:
    address = published(story).get_absolute_url()
    with django_assert_num_queries(1):
        fetched(None, address)


def test_head_tells_all_and_sends_nothing(story: Story) -> None:
    file = published(story)
    response = browser(None).head(file.get_absolute_url())
    assert (response.status_code, response.content, response["Content-Length"]) == (200, b"", str(file.size))
    assert response["Content-Disposition"].startswith("attachment")
    assert browser(None).post(file.get_absolute_url()).status_code == 405


@pytest.mark.parametrize("who", [None, "other_manager", "officer", "chair", "moderator"])
def test_a_drafts_file_is_not_there_for_others(story: Story, who: str | None) -> None:
    file = story.draft().uploaded(story.cast.manager)
    client = browser(getattr(story.cast, who) if who else None)
    response = client.get(reverse("draft_attachment", args=[story.issue.uuid, file.uuid]))
    assert response.status_code == (404 if who else 302)
    if who is None:
        assert "/accounts/login/" in response["Location"]


def test_a_drafts_file_is_its_ngos_and_no_cache_keeps_it(story: Story) -> None:
    file = story.draft().uploaded(story.cast.manager)
    address = reverse("draft_attachment", args=[story.issue.uuid, file.uuid])
    response, body = fetched(story.cast.representative, address)
    assert (response.status_code, body) == (200, TEXT)
    assert response["Cache-Control"] == "private, no-store"
    assert {header: response[header] for header in ALWAYS} == ALWAYS


def test_a_drafts_file_is_found_where_it_was_published(story: Story) -> None:
    file = story.draft().uploaded(story.cast.manager)
    address = reverse("draft_attachment", args=[story.issue.uuid, file.uuid])
    story.move("submit", story.cast.manager)
    response = browser(story.cast.manager).get(address)
    assert response["Location"] == reverse("attachment", args=[story.issue.number, file.uuid])
    assert fetched(None, response["Location"])[1] == TEXT


def test_what_waits_in_a_form_is_its_uploaders_alone(story: Story) -> None:
    story.answered("supported")
    file = story.uploaded(story.cast.signatory, place=Place.EVIDENCE)
    address = reverse("attachment", args=[story.issue.number, file.uuid])
    for who in (None, story.cast.officer, story.cast.manager):
        assert browser(who).get(address).status_code == 404
    response, body = fetched(story.cast.signatory, address)
    assert (response.status_code, body, response["Cache-Control"]) == (200, TEXT, "private, no-store")


def test_a_file_is_found_under_its_own_issue_alone(story: Story) -> None:
    file = published(story)
    other = Story(story.cast, story.now).raised().issue
    assert browser(None).get(reverse("attachment", args=[other.number, file.uuid])).status_code == 404
    assert browser(None).get(f"/en/issues/{other.number}/attachments/x/").status_code == 404


def test_a_file_that_the_store_lost_is_not_there_and_the_log_says_so(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    file = published(story)
    default_storage.delete(file.storage_key)
    assert browser(None).get(file.get_absolute_url()).status_code == 404
    assert file.storage_key in caplog.text


def test_nothing_of_the_store_is_under_any_address(story: Story) -> None:
    file = published(story)
    for path in (f"/media/{file.storage_key}", f"/static/{file.storage_key}", f"/{file.storage_key}", "/media/"):
        assert browser(None).get(path).status_code == 404
    with pytest.raises(ValueError, match="no address"):
        default_storage.url(file.storage_key)


def test_an_asynchronous_server_streams_it_too(story: Story) -> None:
    data = b"line of text\n" * 20_000  # several chunks
    address = published(story, "long.txt", data).get_absolute_url()

    async def streamed() -> tuple[Any, list[bytes]]:
        response: Any = await AsyncClient().get(address)
        return response, [chunk async for chunk in response.streaming_content]

    response, chunks = async_to_sync(streamed)()
    assert (response.status_code, b"".join(chunks)) == (200, data)
    assert len(chunks) > 1
    assert response["Content-Disposition"] == 'attachment; filename="long.txt"'
    response.close()


def test_the_issues_own_page_shows_nothing_inline(story: Story) -> None:
    file = published(story, "photo.png", picture())
    issue = Issue.objects.get(pk=story.pk)
    page = browser(None).get(issue.get_absolute_url()).content.decode()
    assert f'href="{file.get_absolute_url()}"' in page
    assert "<img" not in page.split("<main")[1]
    assert file.storage_key not in page
