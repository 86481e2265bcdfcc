"""Raising an issue in steps, by the people of an NGO; nothing typed is ever lost."""

import re
import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import translation

from backend.core.errors import Conflict
from backend.organisations.models import Membership, Organisation, Role, Standing
from issues.actions import create_draft, save_draft
from issues.lifecycle import Status
from issues.models import Issue
from tests.factories.people import LONG_AGO
from tests.factories.sampled import one_in
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")

WHAT = {"title": "Grants are late", "body": "Since **May** nothing came.", "language": "en"}
WHERE = {"topic": "social-security", "region": "KZ-15", "place": "Aktobe", "body_addressed": ""}


@pytest.fixture
def manager(story: Story) -> Visitor:
    return Visitor(story, story.cast.manager)


def begin(visitor: Visitor, **fields: Any) -> Issue:
    """The draft after the first step."""
    response = visitor.post("/issues/new/", WHAT | {"uuid": str(uuid4())} | fields)
    assert response.status_code == 303, text_of(response)
    return Issue.objects.get(uuid=response["Location"].split("/")[4])


def step(visitor: Visitor, draft: Issue, name: str, data: dict[str, Any], **more: Any) -> Any:
    version = Issue.objects.get(pk=draft.pk).version
    return visitor.post(f"/issues/drafts/{draft.uuid}/{name}/", data | {"version": version} | more)


def test_an_issue_is_raised_in_six_steps(manager: Visitor) -> None:
    draft = begin(manager)
    assert draft.status == Status.DRAFT
    response = step(manager, draft, "asks", {"asks.1": "Pay the grants.", "asks.2": "", "asks.3": "Explain the delay."})
    assert response["Location"] == f"/en/issues/drafts/{draft.uuid}/where/"
    response = step(manager, draft, "where", WHERE)
    assert response["Location"] == f"/en/issues/drafts/{draft.uuid}/related/"
    response = step(manager, draft, "related", {})
    assert response["Location"] == f"/en/issues/drafts/{draft.uuid}/files/"
    response = step(manager, draft, "files", {}, **{"continue": "1"})
    assert response["Location"] == f"/en/issues/drafts/{draft.uuid}/"
    page = text_of(manager.get(f"/issues/drafts/{draft.uuid}/"))
    ministry = manager.story.cast.ministry
    with translation.override("en"):
        for words in (
            "Grants are late",
            "<strong>May</strong>",
            "Pay the grants.",
            "Explain the delay.",
            "Aktobe",
            ministry.name,
        ):
            assert words in page
    response = step(manager, draft, "submit", {})
    issue = Issue.objects.get(pk=draft.pk)
    assert (response.status_code, response["Location"]) == (303, f"/en/issues/{issue.number}/")
    assert (issue.status, issue.body_addressed) == (Status.RAISED, ministry)
    assert [(ask.n, ask.text) for ask in issue.asks.all()] == [(1, "Pay the grants."), (2, "Explain the delay.")]
    notice = text_of(manager.get("/me/"))
    assert f"The issue is published. Number: {issue.number}." in notice
    assert "23 February 2026" in notice  # by when it is answered


def test_opening_the_first_page_writes_nothing(manager: Visitor) -> None:
    assert manager.get("/issues/new/").status_code == 200
    assert not Issue.objects.exists()


def test_a_double_click_makes_one_draft(manager: Visitor) -> None:
    form = text_of(manager.get("/issues/new/"))
    uuid = re.search(r'name="uuid" value="([0-9a-f-]{36})"', form)
    assert uuid
    first, second = (manager.post("/issues/new/", WHAT | {"uuid": uuid[1]}) for _ in range(2))
    assert first["Location"] == second["Location"] == f"/en/issues/drafts/{uuid[1]}/asks/"
    assert Issue.objects.get().version == 1


def test_back_in_the_browser_and_on_with_another_text_changes_the_draft(manager: Visitor) -> None:
    uuid = str(uuid4())
    begin(manager, uuid=uuid)
    assert begin(manager, uuid=uuid, title="Grants are very late").title == "Grants are very late"
    assert Issue.objects.count() == 1


def test_a_form_sent_again_after_others_went_on_loses_nothing(manager: Visitor) -> None:
    uuid = str(uuid4())
    draft = begin(manager, uuid=uuid)
    step(manager, draft, "what", WHAT | {"title": "By a colleague"})
    response = manager.post("/issues/new/", WHAT | {"uuid": uuid, "title": "Mine, older"})
    assert response.status_code == 409
    assert "By a colleague" in text_of(response)
    assert "Mine, older" in text_of(response)


def test_anothers_key_makes_no_draft_and_shows_none(story: Story) -> None:
    theirs = begin(Visitor(story, story.cast.other_manager))
    response = Visitor(story, story.cast.manager).post("/issues/new/", WHAT | {"uuid": str(theirs.uuid)})
    assert response.status_code == 409
    assert Issue.objects.count() == 1


def test_what_is_missing_is_told_at_its_step_and_what_was_typed_stays(manager: Visitor) -> None:
    response = manager.post("/issues/new/", {"uuid": str(uuid4()), "title": "", "body": "Since May.", "language": "en"})
    page = text_of(response)
    assert response.status_code == 422
    assert "<title>Error:" in page
    assert 'href="#id_title"' in page
    assert "Since May." in page
    assert not Issue.objects.exists()
    draft = begin(manager)
    assert "Write from one to ten numbered asks" in text_of(step(manager, draft, "asks", {"asks.1": "  "}))
    assert "Choose a topic." in text_of(step(manager, draft, "where", {}))


def test_saved_for_later_nothing_is_asked_for(manager: Visitor) -> None:
    assert manager.post("/issues/new/", WHAT | {"uuid": str(uuid4()), "title": ""}, later="1")["Location"] == "/en/me/"
    draft = Issue.objects.get()
    assert draft.body == WHAT["body"]
    assert step(manager, draft, "asks", {}, later="1")["Location"] == "/en/me/"
    assert step(manager, draft, "where", {"topic": "ecology"}, later="1").status_code == 303
    page = text_of(manager.get("/me/"))
    assert "No title yet" in page
    assert f"/en/issues/drafts/{draft.uuid}/" in page


def test_asks_are_added_and_removed_without_losing_the_others(manager: Visitor) -> None:
    draft = begin(manager)
    response = step(manager, draft, "asks", {"asks.1": "One", "asks.2": "Two"}, add="1")
    assert [field.value() for field in response.context["form"]] == ["One", "Two", ""]
    response = step(manager, draft, "asks", {"asks.1": "One", "asks.2": "Two", "asks.3": "Three"}, remove="2")
    assert [field.value() for field in response.context["form"]] == ["One", "Three"]
    ten = {f"asks.{n}": f"Ask {n}" for n in range(1, 11)}
    response = step(manager, draft, "asks", ten, add="1")
    assert [field.value() for field in response.context["form"]] == list(ten.values())
    assert 'name="add"' not in text_of(response)
    assert not draft.asks.exists()  # nothing was saved meanwhile


def test_more_than_ten_asks_are_refused(manager: Visitor) -> None:
    draft = begin(manager)
    step(manager, draft, "asks", {f"asks.{n}": f"Ask {n}" for n in range(1, 12)})
    assert draft.asks.count() <= 10


def test_an_ask_that_is_too_long_is_told_beside_it(manager: Visitor) -> None:
    draft = begin(manager)
    response = step(manager, draft, "asks", {"asks.1": "One", "asks.2": "x" * 1001})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["asks.2"]


def test_the_topics_own_body_is_chosen_unless_another_is(manager: Visitor) -> None:
    draft = begin(manager)
    step(manager, draft, "where", WHERE | {"topic": "ecology"})
    assert Issue.objects.get(pk=draft.pk).body_addressed == manager.story.cast.rival.organisation
    step(manager, draft, "where", WHERE | {"topic": "ecology", "body_addressed": "labour"})
    assert Issue.objects.get(pk=draft.pk).body_addressed == manager.story.cast.ministry


def test_only_bodies_of_today_can_be_chosen(manager: Visitor) -> None:
    Organisation.objects.filter(slug="ecology").update(valid_to="2026-01-31")
    draft = begin(manager)
    assert (
        'value="ecology"' not in text_of(manager.get(f"/issues/drafts/{draft.uuid}/where/")).split("body_addressed")[1]
    )
    response = step(manager, draft, "where", WHERE | {"body_addressed": "ecology"})
    assert list(response.context["form"].errors) == ["body_addressed"]
    response = step(manager, draft, "where", WHERE | {"topic": "ecology"})
    assert "Choose the state body that should answer." in text_of(response)


def test_what_a_colleague_saved_meanwhile_is_not_overwritten(story: Story) -> None:
    manager, colleague = Visitor(story, story.cast.manager), Visitor(story, story.cast.representative)
    draft = begin(manager)
    old = draft.version
    step(colleague, draft, "what", WHAT | {"body": "The colleague's words."})
    response = step(manager, draft, "what", WHAT | {"body": "My own words."}, version=old)
    page = text_of(response)
    assert response.status_code == 409
    assert "My own words." in page
    assert "The colleague&#x27;s words." in page
    assert Issue.objects.get(pk=draft.pk).body == "The colleague's words."


def test_publishing_a_draft_changed_meanwhile_shows_it_first(manager: Visitor) -> None:
    draft = begin(manager)
    step(manager, draft, "asks", {"asks.1": "Pay."})
    step(manager, draft, "where", WHERE)
    response = step(manager, draft, "submit", {}, version="1")
    assert response.status_code == 409
    assert Issue.objects.get(pk=draft.pk).status == Status.DRAFT


def test_an_unfinished_draft_is_not_published_and_says_what_is_missing(manager: Visitor) -> None:
    draft = begin(manager)
    response = step(manager, draft, "submit", {})
    page = text_of(response)
    assert response.status_code == 422
    assert 'href="#check-where">Choose a topic.' in page
    assert 'href="#check-asks"' in page


def test_publishing_twice_leads_to_the_issue(manager: Visitor) -> None:
    issue = Issue.objects.get(pk=Story(manager.story.cast, manager.story.now).raised().pk)
    response = manager.post(f"/issues/drafts/{issue.uuid}/submit/", {"version": issue.version})
    assert (response.status_code, response["Location"]) == (302, f"/en/issues/{issue.number}/")
    assert manager.get(f"/issues/drafts/{issue.uuid}/where/")["Location"] == f"/en/issues/{issue.number}/"


def test_a_representative_writes_and_a_manager_publishes(story: Story) -> None:
    representative = Visitor(story, story.cast.representative)
    draft = begin(representative)
    page = text_of(representative.get(f"/issues/drafts/{draft.uuid}/"))
    assert "A manager of your organisation publishes it." in page
    assert 'id="publish"' not in page
    response = step(representative, draft, "submit", {})
    assert response.status_code == 403
    assert Issue.objects.get(pk=draft.pk).status == Status.DRAFT


def test_a_suspended_ngo_writes_drafts_and_cannot_publish(story: Story) -> None:
    Organisation.objects.filter(pk=story.cast.ngo.pk).update(standing=Standing.SUSPENDED)
    manager = Visitor(story, story.cast.manager)
    draft = begin(manager)
    assert "is not verified, or is suspended" in text_of(manager.get(f"/issues/drafts/{draft.uuid}/"))
    assert step(manager, draft, "submit", {}).status_code == 403


@pytest.mark.parametrize("who", ["other_manager", "officer", "chair", "moderator"])
@pytest.mark.parametrize("page", ["", "what/", "asks/", "where/", "files/", "discard/"])
def test_for_others_a_draft_is_not_there(story: Story, who: str, page: str) -> None:
    visitor = Visitor(story.draft(), getattr(story.cast, who))
    assert visitor.get(f"/issues/drafts/{story.issue.uuid}/{page}").status_code == 404


def test_for_others_a_draft_cannot_be_changed_or_published(story: Story) -> None:
    stranger = Visitor(story.draft(), story.cast.other_manager)
    for page in ("what/", "files/", "submit/", "discard/"):
        assert stranger.post(f"/issues/drafts/{story.issue.uuid}/{page}", WHAT).status_code == 404
    assert story.issue.title == "Grants are three months late"


@pytest.mark.parametrize("who", ["officer", "chair", "moderator"])
def test_only_people_of_an_ngo_raise_issues(story: Story, who: str) -> None:
    visitor = Visitor(story, getattr(story.cast, who))
    for response in (visitor.get("/issues/new/"), visitor.post("/issues/new/", WHAT)):
        assert response.status_code == 403
        assert "Issues are raised by the people of an NGO" in text_of(response)


def test_whoever_acts_for_another_of_their_organisations_is_told_to_choose(story: Story) -> None:
    story.draft()
    Membership.objects.create(
        user=story.cast.other_manager.user, organisation=story.cast.ngo, role=Role.MANAGER, since=LONG_AGO
    )
    visitor = Visitor(story, story.cast.other_manager)
    response = visitor.get(f"/issues/drafts/{story.issue.uuid}/")
    assert response.status_code == 403
    assert "Choose it on your page." in text_of(response)


def test_a_draft_is_deleted_after_being_asked(story: Story) -> None:
    representative = Visitor(story.draft(), story.cast.representative)
    path = f"/issues/drafts/{story.issue.uuid}/discard/"
    assert "cannot be brought back" in text_of(representative.get(path))
    assert representative.post(path)["Location"] == "/en/me/"
    assert not Issue.objects.exists()


def test_a_draft_in_another_language_of_the_country_is_marked_as_such(manager: Visitor) -> None:
    draft = begin(manager, language="uz")
    assert 'lang="uz"' in text_of(manager.get(f"/issues/drafts/{draft.uuid}/"))


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_draft(story: Story) -> None:
    uuid, gate = uuid4(), threading.Barrier(2)
    found: list[int] = []

    def click() -> None:
        gate.wait()
        try:
            found.append(create_draft(**story.cast.manager.acts, uuid=uuid, title="Late").pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(set(found)) == 1
    assert len(found) == 2


def test_a_draft_published_meanwhile_can_no_longer_be_saved(story: Story) -> None:
    story.raised()
    with pytest.raises(Conflict, match=story.issue.number):
        save_draft(issue=story.issue, **story.cast.manager.acts, title="Too late")


@pytest.mark.parametrize("value", one_in(4, ["\x00", "x" * 30_000, "-1", "9" * 40, "None"]), ids=range(5))
def test_whatever_is_sent_is_answered_in_words(manager: Visitor, value: str) -> None:
    draft = begin(manager)
    fields = ["title", "body", "language", "asks.1", "asks." + "9" * 30, "topic", "region", "place", "body_addressed"]
    for name in ("what", "asks", "where"):
        for more in ({}, {"later": "1"}, {"add": value}, {"remove": value}):
            assert step(manager, draft, name, dict.fromkeys(fields, value), **more).status_code in (200, 303, 422)
    for version in (value, ""):
        response = step(manager, draft, "asks", {"asks.1": "One"}, version=version)
        assert response.status_code == 409
    new = manager.post("/issues/new/", dict.fromkeys(["uuid", *fields], value))
    assert new.status_code in (303, 422)
