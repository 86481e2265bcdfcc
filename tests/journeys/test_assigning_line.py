"""Chromium: a coordinator assigns rows on a line that comes and goes, with and without JavaScript, and undoes it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from backend.core.models import FirstAnswer
from backend.organisations.models import Role
from issues.actions import assign
from tests.factories.people import Cast, Player, player
from tests.factories.stories import Story
from tests.journeys.conftest import Window
from tests.journeys.test_bad_line import NOT_POSTED, cast, signed_in  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]

POSTED = re.compile(r"/desk/assign/")


@pytest.fixture
def second(cast: Cast) -> Player:  # noqa: F811
    return player("second", cast.ministry, Role.OFFICER)


@pytest.fixture
def story(cast: Cast) -> Story:  # noqa: F811
    return Story(cast, timezone.now() - timedelta(hours=1)).accepted()


def owner(story: Story) -> str:
    return str(story.issue.responsibilities.get(ended_at=None).person)


def posts(page: Page) -> list[str]:
    """Fills with the addresses that forms are sent to."""
    found: list[str] = []
    page.on("request", lambda request: request.method == "POST" and found.append(request.url))
    return found


def chosen(page: Page, story: Story, second: Player) -> Page:
    """The form, reached from one's own desk, with a person and a unit in it."""
    page.goto("/en/desk/?bucket=later")
    page.locator(f"#issue-{story.issue.number} input[name=issue]").check()
    page.get_by_role("button", name="Assign the chosen rows").click()
    page.get_by_label("Responsible person").select_option(str(second.user.uuid))
    page.locator("#id_unit").fill("Care")
    return page


def assign_button(page: Page) -> None:
    page.get_by_role("button", name="Assign", exact=True).dblclick()


def test_pressed_twice_it_assigns_once_and_so_does_undo(
    story: Story,
    second: Player,
    signed_in: Callable[[Player], Page],  # noqa: F811
) -> None:
    page = chosen(signed_in(story.cast.coordinator), story, second)
    sent = posts(page)
    assign_button(page)
    expect(page.locator(".notice-success")).to_contain_text("1 issue was given to: Second.")
    assert [POSTED.search(each) is not None for each in sent] == [True]
    assert page.url.endswith("/en/desk/?bucket=later"), "back at the part of the desk it came from"
    assert owner(story) == "Second"
    page.wait_for_load_state("networkidle")  # the script that holds the second press is there; without it see below
    page.get_by_role("button", name="Undo").dblclick()
    expect(page.locator(".notice-success")).to_have_text("Undone: 1 issue is as it was before.")
    assert len(sent) == 2
    assert owner(story) == "Officer"
    assert page.url.endswith("/en/desk/?bucket=later")
    page.go_back()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_a_lost_line_keeps_what_was_chosen_and_says_so_and_the_same_button_then_works_once(
    story: Story,
    second: Player,
    signed_in: Callable[[Player], Page],  # noqa: F811
) -> None:
    page = chosen(signed_in(story.cast.coordinator), story, second)
    sent = posts(page)
    page.context.set_offline(True)
    assign_button(page)
    expect(page.get_by_role("alert").filter(has_text=NOT_POSTED)).to_be_visible()
    expect(page.get_by_label("Responsible person")).to_have_value(str(second.user.uuid))
    expect(page.locator("#id_unit")).to_have_value("Care")
    assert (sent, owner(story)) == ([], "Officer")
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("Responsible person")).to_have_value(str(second.user.uuid))
    expect(page.locator("#id_unit")).to_have_value("Care")
    assign_button(page)
    expect(page.locator(".notice-success")).to_contain_text("1 issue was given to: Second.")
    assert (len(sent), owner(story)) == (1, "Second")

    page.context.set_offline(True)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("alert").filter(has_text=NOT_POSTED)).to_be_visible()
    assert owner(story) == "Second"
    page.context.set_offline(False)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".notice-success")).to_have_text("Undone: 1 issue is as it was before.")
    assert (len(sent), owner(story)) == (2, "Officer")


def test_what_another_assigned_meanwhile_is_told_and_stays(
    story: Story,
    second: Player,
    signed_in: Callable[[Player], Page],  # noqa: F811
) -> None:
    page = chosen(signed_in(story.cast.coordinator), story, second)
    assign_button(page)
    expect(page.locator(".notice-success")).to_contain_text("1 issue was given to: Second.")
    third = player("third", story.cast.ministry, Role.OFFICER)
    assign(issues=[story.issue.number or ""], person=third.user, **story.cast.coordinator.acts)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".notice-warning")).to_contain_text("Not undone. Somebody else assigned these issues since")
    expect(page.locator(f"#issue-{story.issue.number}")).to_contain_text("Third")
    assert owner(story) == "Third"


def test_without_javascript_two_presses_assign_once_and_undo_once(
    story: Story, second: Player, window: Callable[[Player, str], Window]
) -> None:
    one = window(story.cast.coordinator, "en")
    page = one.open("/desk/")
    page.locator(f"#issue-{story.issue.number} input[name=issue]").check()
    one.press("Assign the chosen rows…")
    page.get_by_label("Responsible person").select_option(str(second.user.uuid))
    page.get_by_role("button", name="Assign", exact=True).dblclick()
    expect(page.locator(".notice-success")).to_contain_text("1 issue was given to: Second.")
    page.get_by_role("button", name="Undo", exact=True).dblclick()
    expect(page.locator(".notice-success")).to_have_text("Undone: 1 issue is as it was before.")
    assert owner(story) == "Officer"
    assert FirstAnswer.objects.count() == 2
