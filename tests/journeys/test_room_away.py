"""A tab that is hidden for a while, and a line that breaks while files are sent: nothing missing, nothing twice."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from dialogue.actions.editing import edit_message
from dialogue.models import Message
from issues.models import Attachment, Issue
from tests.factories.line import Line, carried
from tests.factories.live import cookie_of, site
from tests.factories.processes import wait_until
from tests.factories.stories import Story
from tests.journeys.conftest import TIMEOUT, Opener, at_the_end, messages, said, write

pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live"), pytest.mark.long, pytest.mark.thorough,
]  # fmt: skip

NOT_POSTED = "Not posted. Your text is saved. Try again"


def hide(page: Page) -> Callable[[str], None]:
    """The tab goes into the background; the answer freezes it ("frozen") and thaws it ("active"), as browsers do."""
    browser = page.context.new_cdp_session(page)
    _visible(page, is_so=False)
    return lambda state: browser.send("Page.setWebLifecycleState", {"state": state})  # type: ignore[func-returns-value]


def _visible(page: Page, *, is_so: bool) -> None:
    page.evaluate(
        """seen => {
            Object.defineProperty(document, "hidden", { get: () => !seen, configurable: true });
            Object.defineProperty(document, "visibilityState", { get: () => seen ? "visible" : "hidden", configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_so,
    )


@pytest.mark.parametrize("line", ["stays", "is lost"])
def test_whoever_comes_back_to_a_hidden_tab_misses_nothing_and_reads_nothing_twice(
    told: Story, room: Opener, line: str
) -> None:  # fmt: skip
    cast = told.cast
    page = room(cast.officer)
    at_the_end(page)
    becomes = hide(page)
    said(told, cast.manager, "While it is hidden.")
    expect(page.locator("#newbar button")).to_have_text("Show 1 new message")
    assert len(messages(page)) == 2, "at the end of the thread, but nobody looks"
    page.evaluate("scrollTo(0, 0)")  # at the end, what comes after the return would be added by itself
    becomes("frozen")
    page.context.set_offline(line == "is lost")
    for n in range(3):
        said(told, cast.manager, f"While it is frozen, {n}.")
    edit_message(issue=Issue(pk=told.pk), seq=3, **cast.manager.acts, body="While it was hidden.", at=told.now)
    page.context.set_offline(False)
    becomes("active")
    _visible(page, is_so=True)
    expect(page.locator("#newbar button")).to_have_text("Show 4 new messages")
    assert page.title().startswith("(4) ")
    page.locator("#newbar button").evaluate("each => each.click()")
    frozen = [f"While it is frozen, {n}." for n in range(3)]
    assert messages(page) == ["When is it paid?", "In March.", "While it was hidden.", *frozen]
    assert page.locator("li.message").evaluate_all("all => all.map(each => each.id)") == [f"m{n}" for n in range(1, 7)]
    expect(page.locator("#m3")).to_be_focused()
    at_the_end(page)
    page.evaluate("document.activeElement.blur()")
    said(told, cast.manager, "And on.")
    expect(page.locator("#m7 .prose")).to_have_text("And on.")
    assert page.locator("#m7").count() == 1


@pytest.fixture
def breaking(browser: Browser, told: Story) -> Iterator[tuple[Page, Line]]:
    """The issue, for the NGO, over a line that can be cut."""
    with carried(site(), "/messages/") as line:
        context = browser.new_context()
        context.set_default_timeout(TIMEOUT)
        session = cookie_of(told.cast.manager)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": f"http://{line.site}"}])
        page = context.new_page()
        page.goto(f"http://{line.site}/en/issues/{told.issue.number}/")
        expect(page.locator("#here")).to_be_visible()
        yield page, line
        context.close()


@pytest.mark.parametrize("cuts", ["upload", "answer"])
def test_a_line_lost_while_files_are_sent_loses_neither_text_nor_file_and_makes_one_message(
    breaking: tuple[Page, Line], cuts: str
) -> None:
    page, line = breaking
    page.locator("form[data-post] summary").click()
    plan = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Day by day.\n" * 40_000}
    note = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"As it is."}
    page.set_input_files("#id_files", [plan, note])  # type: ignore[arg-type, list-item]
    line.cuts = cuts
    write(page, "Here is the plan.")
    expect(page.get_by_role("alert").filter(has_text=NOT_POSTED)).to_be_visible()
    assert line.cut >= 1
    assert page.locator("#message-body").input_value() == "Here is the plan."
    assert page.locator("#id_files").evaluate("field => [...field.files].map(each => each.name)") == [
        "plan.txt",
        "note.txt",
    ]
    line.cuts = ""
    wait_until(lambda: Message.objects.count() == (3 if cuts == "answer" else 2))
    page.locator("form[data-post] > .buttons button").click()
    expect(page.locator("#message-body")).to_have_value("")
    expect(page.locator("#m3 .files")).to_contain_text("plan.txt")
    expect(page.locator("#m3 .files")).to_contain_text("note.txt")
    assert messages(page)[2:] == ["Here is the plan."]
    assert Message.objects.count() == 3
    assert sorted(Attachment.objects.values_list("name", "message")) == [("note.txt", 3), ("plan.txt", 3)]
