"""The official answer as an act of two people: prepared by an officer, published or returned by a signatory."""

from datetime import timedelta
from typing import Any

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.models import Kind, Role
from issues import signing
from issues.actions import prepare_answer, publish_prepared, return_prepared
from issues.actions.personal_data import PersonalDataFound
from issues.actions.preparing import Changed
from issues.lifecycle import Status
from issues.models import Issue, IssueEvent, PreparedAnswer, PreparedEnd, PreparedState, ScopeCode
from issues.record.chain import broken_chains
from tests.factories.people import Player, organisation, player
from tests.factories.stories import Story, answer_row
from tests.issues.test_signing_for import deputise


def row(story: Story, n: int = 1, verdict: str = "supported", **changed: Any) -> dict[str, Any]:
    return answer_row(n, verdict, (story.now + timedelta(30)).date()) | changed


def prepared(story: Story, who: Player | None = None, *rows: dict[str, Any], **more: Any) -> PreparedAnswer:
    given: dict[str, Any] = {"asks": list(rows) or [row(story)], "hand_over": True} | more
    return prepare_answer(issue=story.issue, at=story.now, **(who or story.cast.officer).acts, **given)


def published(story: Story, who: Player | None = None, **more: Any) -> IssueEvent:
    return publish_prepared(issue=story.issue, at=story.now, **(who or story.cast.signatory).acts, **more)


def returned(story: Story, word: str = "Say from which budget.", **more: Any) -> PreparedAnswer:
    return return_prepared(issue=story.issue, at=story.now, word=word, **story.cast.signatory.acts, **more)


def numbers(who: Player, story: Story) -> list[str]:
    return signing.queue(who.membership, story.now)


def test_what_an_officer_prepares_the_signatory_publishes_as_the_ordinary_move(story: Story) -> None:
    held = prepared(story.accepted(), note="The ministry of finance agreed by phone.")
    assert (held.state, held.version, held.note) == (
        PreparedState.WAITING,
        1,
        "The ministry of finance agreed by phone.",
    )
    event = published(story.later(days=1), version=1)
    issue = story.issue
    assert (event.move, event.actor, issue.status) == ("answer", story.cast.signatory.user, Status.IN_PROGRESS)
    assert issue.answers.get().signed_by == story.cast.signatory.user
    assert issue.commitments.get().shows == "The register of payments"
    held.refresh_from_db()
    assert (held.ended_as, held.ended_at) == (PreparedEnd.PUBLISHED, story.now)
    assert broken_chains([issue]) == {}


def test_preparing_leaves_no_trace_in_the_issue_and_its_record(story: Story) -> None:
    before = story.accepted().issue
    prepared(story)
    returned(story)
    after = story.issue
    assert (after.rev, after.version, after.active_at, after.events.count()) == (
        before.rev, before.version, before.active_at, before.events.count(),
    )  # fmt: skip


def test_it_may_be_saved_unfinished_and_is_checked_as_a_whole_when_handed_over(story: Story) -> None:
    story.accepted(["Pay.", "Explain."])
    held = prepared(story, None, {"n": 1, "text": "Half a sentence"}, hand_over=False)
    assert (held.state, held.asks) == (PreparedState.WRITTEN, [{"n": 1, "text": "Half a sentence"}])
    with pytest.raises(Invalid) as caught:
        prepared(story, None, {"n": 1, "text": "Half a sentence"})
    assert set(caught.value.errors) == {"asks.1.verdict", "asks.1.ground", "asks.2.verdict"}
    held.refresh_from_db()
    assert (held.state, held.version) == (PreparedState.WRITTEN, 1)


@pytest.mark.parametrize("who", ["coordinator", "rival_officer", "rival", "manager", "chair", "moderator"])
def test_nobody_else_prepares_or_publishes(story: Story, who: str) -> None:
    story.accepted()
    with pytest.raises(Forbidden):
        prepared(story, getattr(story.cast, who))
    prepared(story)
    with pytest.raises(Forbidden):
        published(story, getattr(story.cast, who))


def test_an_officer_neither_publishes_nor_returns(story: Story) -> None:
    prepared(story.accepted())
    with pytest.raises(Forbidden):
        published(story, story.cast.officer)
    with pytest.raises(Forbidden):
        return_prepared(issue=story.issue, word="No.", **story.cast.officer.acts, at=story.now)
    assert PreparedAnswer.objects.of(story.issue) is not None


def test_a_deputy_publishes_in_the_signatorys_place(story: Story) -> None:
    prepared(story.accepted())
    deputise(story, story.cast.coordinator)
    event = published(story, story.cast.coordinator)
    assert event.facts["for"] == str(story.cast.signatory.user.uuid)
    assert story.issue.answers.get().signed_for == story.cast.signatory.user


def test_it_is_returned_with_a_word_mended_and_handed_over_again(story: Story) -> None:
    prepared(story.accepted())
    held = returned(story)
    assert (held.state, held.returned_word, held.returned_by) == (
        PreparedState.RETURNED, "Say from which budget.", story.cast.signatory.user,
    )  # fmt: skip
    assert numbers(story.cast.signatory, story) == []
    held = prepared(story, None, row(story, text="From the reserve."), version=held.version, hand_over=False)
    assert held.state == PreparedState.RETURNED  # until it is handed over again
    held = prepared(story, None, row(story, text="From the reserve."), version=held.version)
    assert (held.state, held.version) == (PreparedState.WAITING, 4)
    assert numbers(story.cast.signatory, story) == [story.issue.number]
    published(story, version=4)
    assert story.issue.asks.get().answers.get().text == "From the reserve."


def test_a_return_needs_a_word(story: Story) -> None:
    prepared(story.accepted())
    with pytest.raises(Invalid) as caught:
        returned(story, word=" ")
    assert set(caught.value.errors) == {"word"}


def test_the_second_of_two_editors_is_told_who_changed_it_and_may_save_over_it(story: Story) -> None:
    other = player("second", story.cast.ministry, Role.OFFICER)
    prepared(story.accepted(), hand_over=False, version=0)
    prepared(story, other, row(story, text="Theirs."), hand_over=False, version=1)
    with pytest.raises(Changed) as caught:
        prepared(story, None, row(story, text="Mine."), hand_over=False, version=1)
    assert str(caught.value) == "Changed by Second since you opened it."
    assert caught.value.now.asks[0]["text"] == "Theirs."
    held = prepared(story, None, row(story, text="Mine."), hand_over=False, version=2)
    assert (held.asks[0]["text"], held.version) == ("Mine.", 3)


def test_two_who_both_begin_are_told_as_well(story: Story) -> None:
    prepared(story.accepted(), version=0)
    with pytest.raises(Changed):
        prepared(story, player("second", story.cast.ministry, Role.OFFICER), version=0)


def test_what_an_officer_changed_meanwhile_is_not_published_unread(story: Story) -> None:
    prepared(story.accepted())
    prepared(story, None, row(story, text="Quite another answer."), version=1)
    with pytest.raises(Conflict, match="Changed by Officer since you opened it"):
        published(story, version=1)
    prepared(story, hand_over=False, version=2)
    with pytest.raises(Conflict, match="working on this answer again"):
        published(story, version=3)
    assert story.issue.status == Status.UNDER_CONSIDERATION


def test_an_answer_given_otherwise_ends_it(story: Story) -> None:
    held = prepared(story.accepted())
    story.move("answer", story.cast.signatory, asks=[row(story)])
    held.refresh_from_db()
    assert held.ended_as == PreparedEnd.ANSWERED
    with pytest.raises(Conflict):
        published(story)
    with pytest.raises(Conflict):
        prepared(story, version=1)


@pytest.mark.parametrize(
    ("move", "who", "fields"),
    [
        ("redirect", "signatory", {"body": "ecology", "reason": "Theirs."}),
        ("withdraw", "manager", {"reason": "Settled."}),
        ("out_of_scope", "moderator", {"code": ScopeCode.values[0]}),
    ],
)
def test_it_ends_with_its_responsibility(story: Story, move: str, who: str, fields: dict[str, Any]) -> None:
    prepared(story.accepted())
    story.move(move, getattr(story.cast, who), **fields)
    assert PreparedAnswer.objects.of(story.issue) is None
    assert numbers(story.cast.signatory, story) == []
    assert numbers(story.cast.rival, story) == []


def test_there_is_one_for_each_responsibility(story: Story) -> None:
    prepared(story.accepted())
    story.move("redirect", story.cast.signatory, body="ecology", reason="Theirs.")
    theirs = prepared(story, story.cast.rival_officer, version=0)
    assert theirs.version == 1
    assert PreparedAnswer.objects.count() == 2
    assert numbers(story.cast.rival, story) == [story.issue.number]
    assert numbers(story.cast.signatory, story) == []


def test_personal_data_is_masked_or_kept_knowingly_when_it_is_published(story: Story) -> None:
    prepared(story.accepted(), None, row(story, text="Call +7 701 123 45 67."))
    with pytest.raises(PersonalDataFound) as caught:
        published(story)
    [(name, hit)] = caught.value.found
    assert (name, story.issue.status) == ("ask.1", Status.UNDER_CONSIDERATION)
    event = published(story, keep=[hit.token])
    assert event.facts["kept"] == {"phone": 1}


def test_a_parents_signatory_signs_for_a_child_without_one_and_others_see_nothing(story: Story) -> None:
    child = organisation("labour-aktobe", Kind.STATE_BODY, parent=story.cast.ministry)
    officer = player("child_officer", child, Role.OFFICER)
    story.raised(body_addressed=child)
    prepared(story, officer)
    assert numbers(story.cast.signatory, story) == [story.issue.number]
    assert numbers(story.cast.rival, story) == []
    published(story)
    assert story.issue.answers.get().signed_by == story.cast.signatory.user


def test_the_queue_begins_with_the_earliest_date(story: Story) -> None:
    later = Story(story.cast, story.now + timedelta(5)).accepted()
    prepared(later)
    prepared(story.accepted())
    assert numbers(story.cast.signatory, later) == [story.issue.number, later.issue.number]


def test_a_promise_whose_date_has_passed_by_then_is_refused_and_nothing_ends(story: Story) -> None:
    prepared(story.accepted(), None, answer_row(1, "supported", (story.now + timedelta(1)).date()))
    with pytest.raises(Invalid) as caught:
        published(story.later(days=3))
    assert set(caught.value.errors) == {"asks.1.commitments.1.due"}
    assert PreparedAnswer.objects.of(Issue(pk=story.pk)) is not None
