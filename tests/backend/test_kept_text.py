"""A session that ended while somebody wrote: nothing is sent, nothing is lost, and nobody else reads it."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from backend.core.posting import KEPT_BYTES
from dialogue.models import Message
from issues.models import Issue, IssueEvent
from tests.factories.people import PASSWORD, Player
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def key_on(page: Any) -> str:
    found = re.search(r'name="once" value="(\w+)"', text_of(page))
    assert found
    return found[1]


def session_ends(one: Visitor) -> None:
    """As after its date: the cookie is there, what it names is not."""
    Session.objects.all().delete()
    assert settings.SESSION_COOKIE_NAME in one.client.cookies


def sign_in(one: Visitor, who: Player, address: str) -> Any:
    """Through the form; the page that follows."""
    form = one.client.get(address)
    assert form.status_code == 200
    next_page = re.search(r'name="next" value="([^"]+)"', text_of(form))
    assert next_page
    sent = {"login": who.user.email, "password": PASSWORD, "next": next_page[1]}
    return one.client.post("/en/accounts/login/", sent, follow=True)


def kept_fields(page: Any) -> dict[str, str]:
    """The form that opens what was typed, as the page has it."""
    form = text_of(page).split('<form method="post" action="', 2)[1]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


STEPS = {
    "what": (
        {"title": "Ramps are missing", "body": "In all three clinics of the district.", "language": "ru"},
        "title",
    ),
    "asks": ({"asks.1": "Build three ramps.", "asks.2": "Publish the plan."}, "asks.2"),
    "where": ({"place": "The old town", "official_number": "ЗТ-12"}, "place"),
    "related": ({"relations.related": "2026-000001, 2026-000002"}, "relations.related"),
}


@pytest.mark.parametrize("step", STEPS)
def test_each_step_of_raising_is_kept_until_the_same_person_is_back(story: Story, step: str) -> None:
    manager = Visitor(story.draft(), story.cast.manager)
    address = f"/issues/drafts/{story.issue.uuid}/{step}/"
    fields, telling = STEPS[step]
    sent = fields | {"once": key_on(manager.get(address)), "version": "1", "continue": "1"}
    before = Issue.objects.values().get()
    session_ends(manager)
    answer = manager.post(address, sent)
    assert answer.status_code == 302
    assert Issue.objects.values().get() == before
    page = sign_in(manager, story.cast.manager, answer["Location"])
    assert "Your text is here" in text_of(page)
    opened = manager.post(address, kept_fields(page) | {"change": "1"})
    assert opened.status_code == 200
    assert fields[telling] in text_of(opened)
    assert Issue.objects.values().get() == before, "it was shown, not sent"


def test_the_first_step_is_kept_too(story: Story) -> None:
    manager = Visitor(story, story.cast.manager)
    form = manager.get("/issues/new/")
    sent = {"title": "Ramps are missing", "body": "In all clinics.", "language": "ru", "once": key_on(form),
            "uuid": str(form.context["form"]["uuid"].value())}  # fmt: skip
    session_ends(manager)
    page = sign_in(manager, story.cast.manager, manager.post("/issues/new/", sent)["Location"])
    opened = manager.post("/issues/new/", kept_fields(page) | {"change": "1"})
    assert 'value="Ramps are missing"' in text_of(opened)
    assert not Issue.objects.exists()
    done = manager.post("/issues/new/", sent | {"once": key_on(opened)})
    assert (done.status_code, Issue.objects.get().title) == (303, "Ramps are missing")
    assert manager.get("/me/kept/").status_code == 302, "once it is sent, it is kept no longer"


def test_it_is_told_before_signing_in_and_opens_in_another_language_too(story: Story) -> None:
    manager = Visitor(story.draft(), story.cast.manager)
    address = f"/issues/drafts/{story.issue.uuid}/asks/"
    sent = {"asks.1": "Build three ramps.", "once": key_on(manager.get(address)), "version": "1", "continue": "1"}
    session_ends(manager)
    answer = manager.post(address, sent)
    assert "What you typed is kept." in text_of(manager.client.get(answer["Location"]))
    assert "What you typed is kept." not in text_of(manager.client.get("/en/accounts/login/?next=/en/me/"))
    sign_in(manager, story.cast.manager, answer["Location"])
    page = manager.client.get("/kk/me/kept/")
    assert kept_fields(page)["asks.1"] == "Build three ramps."
    assert f'<form method="post" action="/kk{address}"' in text_of(page)


def test_publishing_leads_back_to_the_check(story: Story) -> None:
    manager = Visitor(story.draft(), story.cast.manager)
    check = f"/en/issues/drafts/{story.issue.uuid}/"
    sent = {"once": key_on(manager.client.get(check)), "version": "1"}
    session_ends(manager)
    answer = manager.client.post(f"{check}submit/", sent, headers={"Referer": f"http://testserver{check}"})
    page = sign_in(manager, story.cast.manager, answer["Location"])
    assert f'<a href="{check}">Open this page again</a>' in text_of(page)
    assert story.issue.status == "draft"


@pytest.mark.parametrize("confirmed", ["", "1"], ids=["form", "check"])
def test_an_answer_is_kept_at_each_step(story: Story, confirmed: str) -> None:
    signatory = Visitor(story.accepted(), story.cast.signatory)
    page = signatory.page("answer")
    sent = {"asks.1.verdict": "refused", "asks.1.ground": "law", "asks.1.text": "The law names no such ramp.",
            "version": str(story.issue.version), "once": key_on(signatory.get(page))}  # fmt: skip
    if confirmed:
        sent |= {"confirmed": "1", "once": key_on(signatory.post(page, sent))}
    events = IssueEvent.objects.count()
    session_ends(signatory)
    kept = sign_in(signatory, story.cast.signatory, signatory.post(page, sent)["Location"])
    opened = signatory.post(page, kept_fields(kept) | {"change": "1"})
    assert "The law names no such ramp." in text_of(opened)
    assert IssueEvent.objects.count() == events
    done = signatory.post(page, sent | {"confirmed": "1", "once": key_on(opened)})
    assert (done.status_code, story.issue.status) == (303, "refused")


@pytest.mark.parametrize(
    ("path", "fields", "telling"),
    [
        ("messages", {"body": "When is it paid?"}, "When is it paid?</textarea>"),
        ("addenda", {"text": "Two more clinics."}, "Two more clinics.</textarea>"),
        ("withdraw", {"reason": "It was mended overnight."}, "It was mended overnight.</textarea>"),
    ],
)
def test_what_is_written_to_an_issue_is_kept(story: Story, path: str, fields: dict[str, str], telling: str) -> None:
    manager = Visitor(story.raised(), story.cast.manager)
    form = manager.get(f"/issues/{story.issue.number}/" if path == "messages" else manager.page(path))
    events = IssueEvent.objects.count()
    session_ends(manager)
    answer = manager.post(manager.page(path), fields | {"once": key_on(form)})
    opened = manager.post(
        manager.page(path), kept_fields(sign_in(manager, story.cast.manager, answer["Location"])) | {"change": "1"}
    )
    assert telling in text_of(opened)
    assert (Message.objects.count(), IssueEvent.objects.count()) == (0, events)


def expired_post(story: Story, body: str) -> tuple[Visitor, Any]:
    manager = Visitor(story.raised(), story.cast.manager)
    key = key_on(manager.get(f"/issues/{story.issue.number}/"))
    session_ends(manager)
    return manager, manager.post(manager.page("messages"), {"body": body, "once": key})


def test_another_person_who_signs_in_on_this_device_reads_nothing_of_it(story: Story) -> None:
    browser, answer = expired_post(story, "A private thought.")
    page = sign_in(browser, story.cast.representative, answer["Location"])
    assert "A private thought." not in text_of(page)
    assert page.redirect_chain[-1][0] == "/en/me/"
    browser.client.logout()
    assert "A private thought." not in text_of(sign_in(browser, story.cast.manager, answer["Location"]))


def test_what_is_too_much_to_be_kept_is_shown_at_once(story: Story) -> None:
    words = "Ә" + " ғ" * (KEPT_BYTES // 2)
    _, answer = expired_post(story, words)
    assert answer.status_code == 403
    assert f"{words}</textarea>" in text_of(answer)
    assert not Session.objects.exists()


def test_a_visitor_cannot_have_us_keep_what_no_form_of_ours_holds(story: Story) -> None:
    story.raised()
    answer = Client().post(f"/en/issues/{story.issue.number}/messages/", {"body": "Hello there"})
    assert answer.status_code == 403
    assert not Session.objects.exists()


@pytest.mark.parametrize("again", [True, False], ids=["the same person", "another person"])
def test_a_form_older_than_the_last_sign_in_shows_its_text_and_sends_nothing(story: Story, again: bool) -> None:
    story.raised()
    path, client = f"/en/issues/{story.issue.number}/", Client(enforce_csrf_checks=True)
    client.force_login(story.cast.manager.user)
    key = key_on(client.get(path))
    client.force_login((story.cast.manager if again else story.cast.representative).user)
    answer = client.post(f"{path}messages/", {"body": "When is it paid?", "once": key, "csrfmiddlewaretoken": "x" * 64})
    page = text_of(answer)
    assert answer.status_code == 403
    assert "The form was too old" in page
    assert "When is it paid?</textarea>" in page
    assert ("Open the form with my text" in page) is again, "only what was written for this person is sent on"
    assert not Message.objects.exists()


def test_ones_page_leads_to_it_as_long_as_it_is_kept(story: Story) -> None:
    one = Visitor(story.raised(), story.cast.manager)
    link = 'href="/en/me/kept/"'
    assert link not in text_of(one.get("/me/"))
    key = key_on(one.get(f"/issues/{story.issue.number}/"))
    session_ends(one)
    address = one.post(f"/issues/{story.issue.number}/messages/", body="When is it paid?", once=key)["Location"]
    sign_in(one, story.cast.manager, address)
    assert link in text_of(one.get("/me/"))
