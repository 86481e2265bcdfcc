"""Several browsers in one room, over real sockets: what one does the others see, and nothing moves because of somebody else."""

import re

import pytest
from playwright.sync_api import expect

from dialogue.actions import hide_message, post_message
from dialogue.models import Message
from dialogue.quoting import quoted
from tests.factories.processes import wait_until
from tests.factories.stories import Story
from tests.journeys.conftest import Opener, at_the_end, messages, said, write

pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live"), pytest.mark.long, pytest.mark.thorough,
]  # fmt: skip


def test_a_conversation_in_two_languages_beside_one_without_javascript(told: Story, room: Opener) -> None:
    cast = told.cast
    ngo, body, plain = room(cast.manager, "kk"), room(cast.officer, "ru"), room(None, "en", javascript=False)
    expect(ngo.locator("#here")).to_have_text("Қазір осында: Мемлекеттік орган – 1, ҮЕҰ – 1")
    expect(body.locator("#here")).to_have_text("Сейчас здесь: Госорган – 1, НПО – 1")
    address = ngo.url
    ngo.locator("#message-body").press_sequentially("Рахмет, күтеміз.")
    expect(body.locator("#typing")).to_have_text("Пишет представитель НПО…")
    ngo.locator("form[data-post] > .buttons button").click()
    expect(ngo.locator("#m3 .prose")).to_have_text("Рахмет, күтеміз.")
    expect(ngo.locator("#message-body")).to_have_value("")
    expect(ngo.locator("#announce")).to_have_text("Хабарлама жарияланды")
    assert ngo.url == address
    at_the_end(body)
    expect(body.locator("#m3 .prose")).to_have_text("Рахмет, күтеміз.")
    expect(body.locator("#m3")).to_contain_text("Ответить")
    assert plain.locator("#m3").count() == 0
    plain.get_by_role("link", name="Check for new messages").click()
    expect(plain.locator("#m3 .prose")).to_have_text("Рахмет, күтеміз.")
    assert [each.body for each in Message.objects.order_by("seq")][2:] == ["Рахмет, күтеміз."]


def test_what_is_new_waits_for_one_who_reads_elsewhere(told: Story, room: Opener) -> None:
    page = room(told.cast.officer)
    page.evaluate("scrollTo(0, 0)")
    page.locator("#issue-head a").first.focus()
    for n in (1, 2):
        said(told, told.cast.manager, f"More, {n}.")
    bar = page.locator("#newbar button")
    expect(bar).to_have_text("Show 2 new messages")
    assert page.evaluate("[scrollY, document.activeElement.closest('#issue-head') !== null]") == [0, True]
    assert page.title().startswith("(2) ")
    assert messages(page) == ["When is it paid?", "In March."]
    expect(page.locator("#announce")).to_have_text("2 new messages in this discussion")
    bar.evaluate("each => each.click()")  # without scrolling there: at the end what is new comes by itself
    assert messages(page)[2:] == ["More, 1.", "More, 2."]
    expect(page.locator("#m3")).to_be_focused()
    assert page.locator("#unread + li").get_attribute("id") == "m3"
    assert not page.title().startswith("(")


def test_nothing_moves_under_one_who_is_writing(told: Story, room: Opener) -> None:
    page = room(told.cast.officer)
    page.locator("#message-body").fill("We are just")
    top = page.locator("#message-body").bounding_box()
    said(told, told.cast.manager, "Meanwhile.")
    expect(page.locator("#newbar button")).to_have_text("Show 1 new message")
    page.locator("#message-body").press("End")
    page.keyboard.type(" looking")
    assert messages(page) == ["When is it paid?", "In March."]
    assert page.locator("#message-body").input_value() == "We are just looking"
    after = page.locator("#message-body").bounding_box()
    assert top
    assert after
    assert after["y"] - top["y"] <= page.locator("#newbar").evaluate("each => each.offsetHeight + 32")


def test_a_reply_stands_under_what_it_answers(told: Story, room: Opener) -> None:
    ngo, body = room(told.cast.manager), room(told.cast.officer)
    body.locator("#m1").get_by_role("link", name="Reply").click()
    expect(body.locator("#write-title")).to_have_text("Reply to #1")
    write(body, "On the first of March.")
    expect(body.locator("#replies-1 #m3")).to_contain_text("On the first of March.")
    expect(body.locator("#write-title")).to_have_text("Write a message")
    expect(ngo.locator("#newbar button")).to_have_text("Show 1 new message")
    ngo.locator("#newbar button").click()
    expect(ngo.locator("#replies-1 #m3")).to_be_focused()


def test_a_quote_comes_into_the_form_behind_what_was_begun(told: Story, room: Opener) -> None:
    page = room(told.cast.manager)
    address = page.url
    page.locator("#m1").get_by_role("link", name="Reply").click()
    expect(page.locator("#write-title")).to_have_text("Reply to #1")
    page.locator("#message-body").fill("We were told:")
    page.locator("#m2").get_by_role("link", name="Quote").click()
    field = page.locator("#message-body")
    expect(field).to_have_value(re.compile(r"^We were told:\n\n> #2 · .+\n>\n> In March\.\n\n$"))
    expect(field).to_be_focused()
    expect(page.locator("#write-title")).to_have_text("Reply to #1")
    page.keyboard.type("Which?")
    page.locator("form[data-post] > .buttons button").click()
    expect(page.locator("#replies-1 #m3 blockquote")).to_contain_text("In March.")
    assert page.url == address


def test_ones_own_message_can_be_edited_at_once_and_only_by_who_wrote_it(told: Story, room: Opener) -> None:
    ngo, body = room(told.cast.manager), room(told.cast.officer)
    at_the_end(body)
    write(ngo, "Slpi.")
    ngo.locator("#m3 + .controls").get_by_role("link", name="Edit #3").click()
    ngo.locator("#message-body").fill("Slip.")
    ngo.get_by_role("button", name="Save").click()
    expect(ngo.locator("#m3 .prose")).to_have_text("Slip.")
    expect(body.locator("#m3 .prose")).to_have_text("Slip.")
    expect(body.locator("#m3 + .controls summary")).to_have_text("More #3")
    assert body.get_by_role("link", name="Edit #3").count() == 0


def test_more_stands_in_the_line_of_its_message_where_there_is_room(told: Story, room: Opener) -> None:
    page = room(told.cast.manager)
    for width, shared in ((1280, True), (360, False)):
        page.set_viewport_size({"width": width, "height": 800})
        line = page.locator("#m2 .message-foot").bounding_box()
        more = page.locator("#m2 + .controls summary").bounding_box()
        assert line
        assert more
        assert (more["y"] < line["y"] + line["height"] / 2) is shared
        page.locator("#m2").get_by_role("link", name="Quote #2").click(trial=True)  # nothing covers it
        page.locator("#m2 + .controls summary").click(trial=True)


def test_marked_unread_it_stays_unread_on_this_page_and_is_new_the_next_time(told: Story, room: Opener) -> None:
    page = room(told.cast.manager)
    page.locator("#m2 + .controls summary").click()
    page.get_by_role("button", name="Mark unread from here").locator("visible=true").click()
    expect(page.locator("#unread + #m2")).to_be_visible()
    expect(page.locator("#announce")).to_have_text("Marked as unread from #2 on")
    expect(page.locator("#m2 + .controls summary")).to_be_focused()
    page.reload()
    expect(page.locator("#discussion")).to_have_text("Discussion (2, 1 new)")


def test_a_hidden_text_leaves_every_screen_also_of_one_who_was_away(told: Story, room: Opener) -> None:
    """Also where another message quotes it."""
    cast = told.cast
    quote = quoted(told.issue.messages.for_thread().get(seq=2))
    post_message(issue=told.issue, **cast.chair.acts, body=f"{quote}Which year?", at=told.now)
    there, away = room(None), room(cast.manager)
    away.context.set_offline(True)
    hide_message(issue=told.issue, seq=2, **cast.moderator.acts, code="personal_data", at=told.now)
    for page in (there, away):
        assert page == there or page.content().count("In March.") == 2
        page.context.set_offline(False)
        expect(page.locator("#m2")).to_contain_text("Removed by the moderators")
        expect(page.locator("#m3 .prose")).to_contain_text(re.compile(r"removed\]\s+Which year\?"))
        assert "In March." not in page.content()


def test_what_comes_live_offers_what_it_would_offer_after_a_reload(told: Story, room: Opener) -> None:
    cast = told.cast
    first, second, moderator = room(cast.manager), room(cast.manager), room(cast.moderator)
    for page in (moderator, second):
        at_the_end(page)
    write(first, "It is April now.")
    offered = "#m3 + .controls, #m3 + .controls + .moderation"
    for page in (first, second):
        expect(page.locator(offered)).to_have_text("Edit #3")
    expect(moderator.locator(offered)).to_have_text(["More #3Mark unread from here Report", "Remove #3"])
    moderator.locator("#m3 + .controls + .moderation a").click()
    expect(moderator).to_have_url(re.compile(r"/m/3/hide/$"))
    hide_message(issue=told.issue, seq=3, **cast.moderator.acts, code="insult", at=told.now)
    for page in (first, second):
        expect(page.locator("#m3")).to_contain_text("Removed by the moderators")
        expect(page.locator(offered)).to_have_count(0)


def test_a_move_renews_the_head_and_leaves_a_line_in_the_thread(told: Story, room: Opener) -> None:
    page = room(told.cast.manager)
    expect(page.locator("#issue-head .tag:not(.tag-overdue)")).to_have_text(re.compile("Raised"))
    page.locator("#discussion").evaluate("each => (each.tabIndex = -1, each.focus())")
    told.move("accept", told.cast.officer, unit="Grants unit", person=told.cast.officer.user)
    expect(page.locator("#issue-head .tag:not(.tag-overdue)")).to_have_text(re.compile("Under consideration"))
    expect(page.locator("#issue-about")).to_contain_text("Grants unit")
    expect(page.locator("#announce")).to_contain_text("Status changed: Under consideration.")
    assert page.evaluate("document.activeElement.id") == "discussion"
    at_the_end(page)
    expect(page.locator("ol.thread > .event-line").last).to_contain_text("Issue taken up · Ministry of Labour")


def test_when_the_issue_closes_nothing_is_offered_any_more_and_the_reason_is_said(told: Story, room: Opener) -> None:
    page = room(told.cast.manager)
    expect(page.locator("#m1").get_by_role("link", name="Reply")).to_be_visible()
    told.move("withdraw", told.cast.manager, reason="It is paid.")
    expect(page.locator("#write")).to_contain_text("This issue is closed: its discussion can be read, not continued.")
    expect(page.locator("form[data-post]")).to_have_count(0)
    for words in ("Reply", "Quote"):
        expect(page.locator("#m1").get_by_role("link", name=words)).to_have_count(0)
    expect(page.locator("#m1 .message-foot a").first).to_be_visible()


def test_a_lost_line_is_said_and_what_was_missed_comes(told: Story, room: Opener) -> None:
    page = room(told.cast.manager)
    page.context.set_offline(True)
    expect(page.locator("#line-state")).to_have_text("You are offline. Your draft is saved on this device.")
    said(told, told.cast.officer, "While you were away.")
    write(page, "Not now.")
    expect(page.get_by_role("alert")).to_contain_text("Not posted. Your text is saved.")
    assert page.locator("#message-body").input_value() == "Not now."
    page.context.set_offline(False)
    expect(page.locator("#newbar button")).to_have_text("Show 1 new message")
    page.locator("form[data-post] > .buttons button").click()
    expect(page.locator("#m4 .prose")).to_have_text("Not now.")
    assert messages(page)[2:] == ["While you were away.", "Not now."]
    assert Message.objects.count() == 4


def test_a_part_of_the_discussion_shows_no_more_live_and_loses_nothing(told: Story, room: Opener) -> None:
    cast = told.cast
    page = room(None, query="?show=official")
    at_the_end(page)
    said(told, cast.manager, "Is it paid?")
    said(told, cast.officer, "It is.", parent=3)
    expect(page.locator("#m4 .prose")).to_have_text("It is.")
    expect(page.locator(".answers:has(+ #m4)")).to_have_text("Reply to #3")
    expect(page.locator("#message-count")).to_have_text("4")
    assert messages(page) == ["In March.", "It is."]
    page.get_by_role("link", name="Messages only").click()
    assert messages(page) == ["When is it paid?", "In March.", "Is it paid?", "It is."]
    at_the_end(page)
    told.move("accept", cast.officer, unit="Grants unit", person=cast.officer.user)
    expect(page.locator("#issue-head .tag:not(.tag-overdue)")).to_have_text(re.compile("Under consideration"))
    said(told, cast.manager, "Thank you.")
    expect(page.locator("#m5 .prose")).to_have_text("Thank you.")
    assert page.locator("ol.thread .event-line").count() == 0


def test_two_windows_of_one_person_count_once_and_a_window_that_closes_is_gone(told: Story, room: Opener) -> None:
    one, other, ngo = room(told.cast.officer), room(told.cast.officer), room(told.cast.manager)
    expect(ngo.locator("#here")).to_have_text("Who is here: State body – 1, NGO – 1")
    one.close()
    said(told, told.cast.officer, "Still here.")
    expect(ngo.locator("#newbar button")).to_be_visible()
    expect(ngo.locator("#here")).to_have_text("Who is here: State body – 1, NGO – 1")
    other.close()
    expect(ngo.locator("#here")).to_have_text("Who is here: NGO – 1")


def test_a_repeated_click_is_one_message(told: Story, room: Opener) -> None:
    page = room(told.cast.manager)
    page.locator("#message-body").fill("Once.")
    page.evaluate(
        "const button = document.querySelector('form[data-post] button'); button.click(); button.click(); button.click()"
    )
    expect(page.locator("#m3 .prose")).to_have_text("Once.")
    wait_until(lambda: Message.objects.count() == 3)
    expect(page.locator("#message-body")).to_have_value("")
    assert messages(page)[2:] == ["Once."]


def test_one_who_is_signed_out_meanwhile_is_told_and_keeps_the_text(told: Story, room: Opener) -> None:
    page = room(told.cast.manager)
    page.locator("#message-body").fill("Kept.")
    from django.contrib.sessions.models import Session

    Session.objects.all().delete()
    expect(page.locator("#line-state")).to_have_text("Live updates are off. Sign in again")
    page.locator("form[data-post] > .buttons button").click()
    expect(page.locator("#write .error")).to_contain_text("Sign in")
    expect(page.locator("#message-body")).to_have_value("Kept.")
    assert Message.objects.count() == 2


def test_a_file_goes_with_its_message_and_comes_live_and_a_reply_keeps_what_was_chosen(
    told: Story, room: Opener
) -> None:
    ngo, officer = room(told.cast.manager), room(told.cast.officer, width=360)
    ngo.locator("form[data-post] summary").click()
    ngo.set_input_files("#id_files", {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Day by day.\n"})
    ngo.locator("#m2").get_by_role("link", name="Reply #2").click()
    expect(ngo.locator("#write-title")).to_have_text("Reply to #2")
    assert ngo.locator("#id_files").evaluate("field => field.files.length") == 1
    write(ngo, "Here is the plan.")
    expect(ngo.locator("#m3 .files")).to_contain_text("plan.txt")
    expect(ngo.locator("#write-title")).to_have_text("Write a message")
    assert ngo.locator("#id_files").evaluate("field => field.files.length") == 0
    at_the_end(officer)
    expect(officer.locator("#m3 .files")).to_contain_text("plan.txt")
