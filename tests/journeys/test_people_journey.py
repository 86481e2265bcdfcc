"""A new person in a browser without JavaScript: invited, lets themselves in by the mail's link, acts, is let go, is out."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from playwright.sync_api import expect

from issues.models import Issue
from tests.factories.people import Cast, Player
from tests.journeys.conftest import Window

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.thorough]


def test_a_new_person_comes_by_a_link_acts_and_is_out_once_let_go(
    cast: Cast, window: Callable[[Player | None, str], Window]
) -> None:
    manager = window(cast.manager, "en")
    page = manager.open("/me/")
    page.get_by_role("link", name="The people of your organisation").click()
    page.get_by_role("link", name="Invite somebody").click()
    page.fill("#id_email", "aigul@new.example")
    page.get_by_label("Representative").check()
    page.fill("#id_post", "Lawyer")
    manager.press("Send the invitation")
    expect(page.locator(".notice-success")).to_contain_text("aigul@new.example")

    found = re.search(r"http\S+/invitations/\S+", str(mail.outbox[-1].body))
    assert found
    newcomer = window(None, "en")
    theirs = newcomer.page
    theirs.goto(found[0])
    theirs.fill("#id_name", "Aigul Serik")
    theirs.get_by_role("radio", name="English").check()
    theirs.fill("#id_password", "correct-horse-battery")
    theirs.fill("#id_again", "correct-horse-battery")
    newcomer.press("Accept the invitation")
    expect(theirs.locator("header .acting")).to_contain_text("Aigul Serik · Acting for: Qamqor (en) · Representative")

    theirs.locator("main").get_by_role("link", name="Raise an issue").click()
    theirs.fill("#id_title", "The ramp is missing")
    theirs.fill("#id_body", "Since 2024.")
    newcomer.press("Save and finish later")
    expect(theirs.locator("main")).to_contain_text("The ramp is missing")
    draft = Issue.objects.get()
    assert draft.created_by is not None
    assert (draft.created_by.email, draft.raised_by) == ("aigul@new.example", cast.ngo)

    page = manager.open("/me/organisation/")
    page.locator("tr", has_text="Aigul Serik").get_by_role("link", name="End the membership").click()
    manager.press("End the membership")
    expect(page.locator(".notice-success")).to_contain_text("Aigul Serik")

    theirs.get_by_role("link", name="The ramp is missing").click()
    expect(theirs.locator("h1")).to_have_text("Page not found")
    expect(theirs.locator("header .notice")).to_contain_text("You no longer act for: Qamqor (en).")
    complaint = f"404 {newcomer.site}{draft.get_absolute_url()}"
    assert complaint in newcomer.trouble
    newcomer.trouble.clear()  # that refusal was the point
