"""Two people of one side with the same form open: the second learns what the first did and keeps the text; nothing comes twice."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.organisations.models import Role
from dialogue.models import PrivateNote
from issues.models import Commitment
from tests.factories.people import player
from tests.factories.stories import Story, answer_row
from tests.issues.test_move_pages import answer_to
from tests.issues.visiting import Visitor, in_days, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")

type Of = Callable[[Story], Any]

TEXT = "What the second person wrote."


def promise(story: Story) -> Commitment:
    found = story.issue.commitments.order_by("pk").first()
    assert found
    return found


def on_a_promise(act: str) -> Callable[[Story], str]:
    return lambda story: f"commitments/{promise(story).pk}/{act}"


def said(**fields: Any) -> Callable[[Story], dict[str, Any]]:
    return lambda story: fields


# The form that both have open, whose, what stands before; what the second types, and what the first did meanwhile.
FORMS: dict[str, tuple[Any, str, Of, Of, tuple[str, str, Of]]] = {
    "answer": (
        "answer", "signatory", lambda story: story.accepted(),
        lambda story: answer_to(1, story) | {"asks.1.text": TEXT},
        ("answer", "signatory", lambda story: {"asks": [answer_row(1, "supported", in_days(story, 30))]}),
    ),
    "extend": (
        "extend", "signatory", lambda story: story.accepted(),
        lambda story: {"until": in_days(story, 30).isoformat(), "reason": TEXT},
        ("extend", "signatory", lambda story: {"until": in_days(story, 25), "reason": "We ask."}),
    ),
    "question": (
        "clarify-request", "officer", lambda story: story.accepted(), said(question=TEXT),
        ("clarify_request", "signatory", said(question="Which region?")),
    ),
    "redirect": (
        "redirect", "signatory", lambda story: story.accepted(), said(body="ecology", reason=TEXT),
        ("answer", "signatory", lambda story: {"asks": [answer_row(1, "supported", in_days(story, 30))]}),
    ),
    "one commitment more": (
        "commitments/add", "signatory", lambda story: story.answered("supported"),
        lambda story: {"n": "1", "text": TEXT, "unit": "Press", "due": in_days(story, 60).isoformat(), "shows": "Mail"},
        ("commitment_add", "signatory", lambda story: {
            "n": 1, "text": "Tell all", "unit": "Press", "due": in_days(story, 60), "shows": "Mail"}),
    ),
    "progress": (
        on_a_promise("progress"), "officer", lambda story: story.answered("supported"), said(progress="limited", reason=TEXT),
        ("commitment_progress", "signatory", lambda story: {
            "commitment": promise(story).pk, "progress": "substantial", "reason": "Most is paid."}),
    ),
    "another date": (
        on_a_promise("reschedule"), "signatory", lambda story: story.answered("supported"),
        lambda story: {"due": in_days(story, 60).isoformat(), "reason": TEXT},
        ("commitment_reschedule", "signatory", lambda story: {
            "commitment": promise(story).pk, "due": in_days(story, 50), "reason": "The bank is slow."}),
    ),
    "dropped": (
        on_a_promise("drop"), "signatory", lambda story: story.answered("supported"), said(reason=TEXT),
        ("commitment_drop", "signatory", lambda story: {"commitment": promise(story).pk, "reason": "Not needed."}),
    ),
    "reported": (
        "report-done", "signatory", lambda story: story.answered("supported"), said(**{"evidence.1.text": TEXT}),
        ("report_done", "signatory", lambda story: {"evidence": [{"n": 1, "text": "See the register."}]}),
    ),
    "conclusion": (
        "conclude", "chair", lambda story: story.disputed().voted(done=True), said(outcome="done", text=TEXT),
        ("conclude_done", "chair", said(text="It was paid.")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_second_learns_what_happened_keeps_the_text_and_changes_nothing(form: str, story: Story) -> None:
    path, who, begin, typed, (move, other, fields) = FORMS[form]
    second = Visitor(begin(story), getattr(story.cast, who))
    address = second.page(path if isinstance(path, str) else path(story))
    opened = second.get(address)
    assert opened.status_code == 200, form
    sent = typed(story) | {"version": opened.context["issue"].version}
    story.later(hours=1).move(move, getattr(story.cast, other), **fields(story))
    before = list(story.issue.events.values_list("move", "facts"))
    for more in ({}, {"confirmed": "1"}):
        answer = second.post(address, sent, **more)
        page = text_of(answer)
        assert answer.status_code == 409
        assert TEXT in page
        assert "Nothing was changed." in page
        assert "Last move:" in page
    assert list(story.issue.events.values_list("move", "facts")) == before


def test_members_of_the_council_vote_at_once_and_each_vote_counts(story: Story) -> None:
    members = [Visitor(story, member) for member in story.disputed().cast.members]
    opened = [each.get(each.page("vote")).context["issue"].version for each in members]
    for each, version, vote in zip(members, opened, ("done", "not_done"), strict=True):
        for more, status in (({}, 200), ({"confirmed": "1"}, 303)):
            answer = each.post(each.page("vote"), {"opinions.1.done": vote, "version": version}, **more)
            assert answer.status_code == status, text_of(answer)
    assert sorted(each.done for each in story.issue.disputes.get().opinions.all()) == [False, True]


@pytest.mark.parametrize("version", ["0", "-1", "x", "9" * 30, ""])
def test_a_vote_on_what_one_changed_oneself_meanwhile_or_on_no_version_is_old(story: Story, version: str) -> None:
    member = Visitor(story.disputed(), story.cast.chair)
    opened = member.get(member.page("vote")).context["issue"].version
    member.act("vote", {"opinions.1.done": "done"})
    for old in (opened, version):
        sent = {"opinions.1.done": "not_done", "version": old, "confirmed": "1"}
        assert member.post(member.page("vote"), sent).status_code == 409
    assert [each.done for each in story.issue.disputes.get().opinions.all()] == [True]


def test_a_vote_on_a_disagreement_that_was_concluded_meanwhile_is_old(story: Story) -> None:
    member = Visitor(story.disputed().voted(done=True), story.cast.members[0])
    version = member.get(member.page("vote")).context["issue"].version
    story.move("conclude_done", story.cast.chair, text="It was paid.")
    sent = {"opinions.1.done": "not_done", "version": version, "confirmed": "1"}
    assert member.post(member.page("vote"), sent).status_code == 409


def test_two_notes_written_at_once_are_both_kept(story: Story) -> None:
    colleague = player("colleague", story.cast.ministry, Role.OFFICER)
    story.accepted()
    people = [Visitor(story, who) for who in (story.cast.officer, colleague)]
    for each in people:
        assert each.get(each.page("notes")).status_code == 200
    for each, words in zip(people, ("Mine.", "Theirs."), strict=True):
        assert each.post(each.page("notes"), {"body": words}).status_code == 303
    assert [note.body for note in PrivateNote.objects.of(story.issue, story.cast.ministry).order_by("n")] == [
        "Mine.",
        "Theirs.",
    ]
