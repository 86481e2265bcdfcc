"""Real transactions at once: the first wins, the others learn what happened, and the record has no fork."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.core.errors import Conflict, Refusal
from backend.organisations.models import Role
from dialogue.actions import post_message
from dialogue.models import Message
from issues.actions import cosign, move_issue
from issues.actions.lapses import enter_what_is_due
from issues.models import Issue, IssueEvent
from issues.record.chain import broken_chains
from tests.factories.at_once import at_once
from tests.factories.in_full import in_full
from tests.factories.people import Player, make_cast, organisation, player
from tests.factories.stories import MONDAY, Story, almaty

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]
PEOPLE = 50


@pytest.fixture
def story(transactional_db: None) -> Story:
    return Story(make_cast())


def moving(story: Story, move: str, who: Player | None, **fields: Any) -> Callable[[], Any]:
    acts = who.acts if who else {"actor": None, "organisation": None}
    return partial(move_issue, issue=Issue(pk=story.pk), move=move, at=story.now, **acts, **fields)


def test_fifty_managers_confirm_and_dispute_at_once_and_one_of_them_wins(story: Story) -> None:
    """Show 5."""
    story.reported("supported", "supported", "supported")
    before = story.issue.rev
    managers = [player(f"manager_{n}", story.cast.ngo, Role.MANAGER) for n in range(PEOPLE)]
    found = at_once([
        moving(story, "confirm", manager) if n % 2 else moving(story, "dispute", manager, asks=[1, 2, 3], reason="No.")
        for n, manager in enumerate(managers)
    ])  # fmt: skip
    issue = story.issue
    won = [each for each in found if isinstance(each, IssueEvent)]
    lost = [each for each in found if not isinstance(each, IssueEvent)]
    assert len(won) == 1
    assert issue.rev == before + 1
    assert issue.events.count() == before + 1
    assert issue.status == ("resolved" if won[0].move == "confirm" else "disputed")
    assert {type(each) for each in lost} == {Conflict}
    assert len(lost) == PEOPLE - 1
    for each in lost:
        assert f"({won[0].actor}, " in str(each), "each is told who was first"
    assert broken_chains([issue]) == {}


@pytest.mark.thorough
def test_fifty_managers_press_publish_at_once_and_all_but_one_read_who_was_first(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Show 5 over HTTP: pages with the same version in hand, each request on a connection of its own."""
    story.reported("supported", "supported")
    monkeypatch.setattr(timezone, "now", lambda: story.now)
    issue = story.issue
    sent = {"confirmed": "1", "version": str(issue.version), "asks": ["1", "2"]}
    requests = []
    for n in range(PEOPLE):
        client = Client()
        client.force_login(player(f"manager_{n}", story.cast.ngo, Role.MANAGER).user)
        act, more = ("confirm", {}) if n % 2 else ("dispute", {"reason": "Nothing arrived."})
        requests.append(partial(client.post, f"/en/issues/{issue.number}/{act}/", sent | more))
    found = at_once(requests)
    assert Counter(each.status_code for each in found) == {303: 1, 409: PEOPLE - 1}
    event = story.issue.events.latest("seq")
    assert (event.seq, event.move in ("confirm", "dispute")) == (issue.rev + 1, True)
    assert event.actor
    for each in found:
        assert each.status_code == 303 or event.actor.name in each.content.decode()
    assert broken_chains([story.issue]) == {}


def test_two_signatories_answer_at_once_and_there_is_one_answer(story: Story) -> None:
    story.accepted()
    second = player("second_signatory", story.cast.ministry, Role.SIGNATORY)
    row = {"n": 1, "verdict": "refused", "ground": "law", "text": "No."}
    found = at_once([moving(story, "answer", who, asks=[row]) for who in (story.cast.signatory, second)])
    assert sorted(type(each).__name__ for each in found) == ["Conflict", "IssueEvent"]
    assert story.issue.answers.count() == 1


def test_many_submit_at_once_each_with_a_number_of_its_own_and_no_eleventh(story: Story) -> None:
    drafts = []
    for _ in range(14):
        story.draft()
        drafts.append(moving(story, "submit", story.cast.manager))
    found = at_once(drafts)
    assert Counter(type(each).__name__ for each in found) == {"IssueEvent": 10, "Conflict": 4}
    numbers = [each.facts["number"] for each in found if isinstance(each, IssueEvent)]
    assert len(set(numbers)) == 10


def test_messages_and_moves_at_once_leave_no_gap_and_no_fork(story: Story) -> None:
    story.raised()
    cast = story.cast
    writers = (cast.manager, cast.officer, cast.other_manager, cast.moderator)

    def post(who: Player, n: int) -> Callable[[], Any]:
        return partial(
            post_message, issue=Issue(pk=story.pk), **who.acts, body=f"Message {n}", key=uuid4(), at=story.now
        )  # fmt: skip

    acts = [post(writers[n % len(writers)], n) for n in range(20)]
    acts += [moving(story, "accept", cast.officer, unit="Unit", person=cast.officer.user) for _ in range(4)]
    found = at_once(acts)
    assert Counter(type(each).__name__ for each in found) == {"Message": 20, "IssueEvent": 1, "Conflict": 3}
    issue = story.issue
    assert (issue.rev, issue.seq, issue.version) == (22, 20, 3)
    messages = Message.objects.filter(issue=issue).order_by("seq")
    assert [each.seq for each in messages] == list(range(1, 21))
    assert sorted({each.rev for each in messages}) == [each.rev for each in messages]
    assert broken_chains([issue]) == {}


def test_the_same_post_sent_ten_times_at_once_is_one_message(story: Story) -> None:
    story.raised()
    key, acts = uuid4(), story.cast.manager.acts
    found = at_once([lambda: post_message(issue=Issue(pk=story.pk), **acts, body="Once.", key=key)] * 10)
    assert {each.seq for each in found} == {1}
    assert Message.objects.count() == 1


def test_two_workers_and_a_person_at_the_same_date_enter_one_event_each(story: Story) -> None:
    for _ in range(5):
        story.on(MONDAY).reported()
    late = almaty(2026, 2, 28)
    found = at_once([lambda: enter_what_is_due(late)] * 4)
    assert sum(found) == 5
    assert IssueEvent.objects.filter(move="confirm_lapse").count() == 5
    assert broken_chains(Issue.objects.all()) == {}


def test_two_workers_enter_one_lapse_of_a_proposed_redirect(story: Story) -> None:
    story.raised().on(almaty(2026, 2, 6)).move("redirect", story.cast.signatory, body="ecology", reason="Theirs.")
    found = at_once([partial(enter_what_is_due, almaty(2026, 2, 12, 0, 0))] * 2)
    assert sorted(found) == [0, 1]
    assert [event.move for event in story.issue.events.all()] == ["submit", "redirect", "redirect_lapse"]
    assert story.issue.proposals.get().outcome == "lapsed"
    assert broken_chains([story.issue]) == {}


def test_a_draft_discarded_and_submitted_at_once_is_one_of_both(story: Story) -> None:
    story.draft()
    found = at_once([moving(story, "discard", story.cast.representative), moving(story, "submit", story.cast.manager)])
    assert sum(isinstance(each, Refusal) for each in found) == 1
    assert {type(each) for each in found} <= {Conflict, IssueEvent, type(None)}
    assert Issue.objects.filter(pk=story.pk, status="raised").exists() == any(
        isinstance(each, IssueEvent) for each in found
    )


def test_co_signers_take_over_at_once_and_one_holds_the_issue(story: Story) -> None:
    story.accepted()
    others = [player(f"manager_{n}", organisation(f"ngo-{n}"), Role.MANAGER) for n in range(6)]
    story.cosigned(*others).move("withdraw", story.cast.manager, reason="We cannot go on.")
    before = story.issue
    found = at_once([moving(story, "take_over", who) for who in others])
    won = [each for each in found if isinstance(each, IssueEvent)]
    lost = [each for each in found if not isinstance(each, IssueEvent)]
    issue = story.issue
    assert (len(won), {type(each) for each in lost}) == (1, {Conflict})
    assert all(f"({won[0].actor}, " in str(each) for each in lost), "each is told who was first"
    assert issue.held_by == won[0].organisation
    assert (issue.rev, issue.version) == (before.rev + 1, before.version + 1)
    assert {ask.owner for ask in issue.asks.all()} == {issue.held_by}
    assert issue.cosigners_count == len(issue.supporters) == len(others) - 1
    assert broken_chains([issue]) == {}


def test_co_signing_and_withdrawing_at_once_leaves_a_window_or_nothing_to_sign(story: Story) -> None:
    story.accepted()
    sign = partial(cosign, issue=Issue(pk=story.pk), at=story.now, **story.cast.other_manager.acts)
    found = at_once([moving(story, "withdraw", story.cast.manager, reason="We stop."), *[sign] * 4])
    issue = story.issue
    if issue.status == "withdrawn":
        assert Counter(type(each).__name__ for each in found) == {"IssueEvent": 1, "Conflict": 4}
        assert issue.cosigners_count == 0
    else:
        assert Counter(type(each).__name__ for each in found) == {"IssueEvent": 2, "Conflict": 3}
        assert issue.duties.filter(kind="withdraw", met_at=None, ended_at=None).count() == 1
        assert issue.cosigners_count == issue.cosigners.count() == 1
    assert broken_chains([issue]) == {}


def test_a_take_over_on_the_last_evening_and_four_workers_after_midnight_end_in_one_of_both(story: Story) -> None:
    story.accepted().withdrawing().on(almaty(2026, 2, 9, 23, 59))
    late = almaty(2026, 2, 10)
    found = at_once([moving(story, "take_over", story.cast.other_manager), *[lambda: enter_what_is_due(late)] * 4])
    issue, entered = story.issue, sum(each for each in found[1:])
    assert (issue.status, issue.held_by.slug, entered) in (
        ("under_consideration", "zhasyl", 0), ("withdrawn", "qamqor", 1),
    )  # fmt: skip
    assert broken_chains([issue]) == {}


def test_the_issues_row_is_locked_before_anything_of_it_is_read(story: Story) -> None:
    story.raised()
    with CaptureQueriesContext(connection) as ran:
        story.move("withdraw", story.cast.manager, reason="Solved.")
        post = partial(post_message, issue=story.issue, **story.cast.manager.acts, body="Late.")
        with pytest.raises(Conflict):
            post()
    statements = [sql for each in ran if (sql := in_full(each["sql"])).startswith("SELECT")]
    assert "FOR UPDATE" in statements[0]
    assert sum("FOR UPDATE" in each and '"issues_issue"' in each for each in statements) == 2
