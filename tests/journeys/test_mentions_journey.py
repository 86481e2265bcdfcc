"""Naming somebody of the room from the keyboard, and seeing oneself named: live, on the page, and after an edit."""

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import User
from dialogue.actions.editing import edit_message
from dialogue.models import Mention
from issues.models import Issue
from tests.factories.stories import Story
from tests.journeys.conftest import Opener, at_the_end, said

pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live"), pytest.mark.long, pytest.mark.thorough,
]  # fmt: skip


def options(page: Page) -> list[str]:
    return page.locator("#people-offered").get_by_role("option").all_inner_texts()


def test_a_name_is_chosen_with_the_keys_and_its_bearer_sees_it_at_once(told: Story, room: Opener) -> None:
    cast = told.cast
    for who, name in (
        (cast.officer, "Serik Omarov"),
        (cast.chair, "Serik <b>Kairatov</b>"),
        (cast.manager, "Aigul Bekova"),
    ):
        User.objects.filter(pk=who.user.pk).update(name=name)
    said(told, cast.chair, "The council reads along.")
    writer, named, other = room(cast.manager), room(cast.officer, "ru"), room(cast.chair)
    field = writer.locator("#message-body")
    field.press_sequentially("Dear @")
    expect(writer.get_by_role("listbox", name="People in this discussion")).to_be_visible()
    council, body = str(cast.chair.organisation), str(cast.ministry)
    assert options(writer) == [f"Serik <b>Kairatov</b> · {council}", f"Serik Omarov · {body}"]
    expect(writer.locator("#announce")).to_have_text("People found: 2. Choose with the arrow keys.")
    field.press_sequentially("om")
    expect(writer.locator("#people-offered").get_by_role("option")).to_have_count(1)
    field.press("Escape")
    expect(writer.locator("#people-offered")).to_have_count(0)
    assert field.input_value() == "Dear @om"
    field.press("Backspace")
    field.press("Backspace")
    expect(writer.locator("#people-offered").get_by_role("option")).to_have_count(2)
    field.press("ArrowDown")
    expect(writer.locator('#people-offered [aria-selected="true"]')).to_have_text(f"Serik Omarov · {body}")
    assert field.get_attribute("aria-activedescendant") == writer.locator(
        '#people-offered [aria-selected="true"]'
    ).get_attribute("id")
    field.press("Enter")
    assert field.input_value() == "Dear @Serik Omarov "
    expect(field).to_be_focused()
    field.press_sequentially("and others")
    writer.locator("form[data-post] > .buttons button").click()
    expect(writer.locator("#m4 .mention")).to_have_text("@Serik Omarov")
    at_the_end(named)
    expect(named.locator("#m4 + .mentioned")).to_contain_text("Вас упомянули")
    at_the_end(other)
    expect(other.locator("#m4 .mention")).to_be_visible()
    for page in (other, writer):
        assert page.locator(".mentioned").count() == 0
    assert [each.person for each in Mention.objects.select_related("person")] == [cast.officer.user]
    named.reload()
    expect(named.locator("#m4 + .mentioned")).to_contain_text("Вас упомянули")
    edit_message(issue=Issue(pk=told.pk), seq=4, **cast.manager.acts, body="Dear @Serik <b>Kairatov</b>", at=told.now)
    expect(other.locator("#m4 + .mentioned")).to_contain_text("You are mentioned")
    expect(named.locator("#m4 .mention")).to_have_text("@Serik <b>Kairatov</b>")
    expect(named.locator(".mentioned")).to_have_count(0)


def test_without_javascript_a_typed_name_does_as_well(told: Story, room: Opener) -> None:
    page = room(told.cast.manager, javascript=False)
    page.locator("#message-body").fill(f"@{told.cast.officer.user}, thank you.")
    page.locator("form[data-post] > .buttons button").click()
    expect(page.locator("#m3 .mention")).to_have_text(f"@{told.cast.officer.user}")
