"""Random walks: anybody tries anything at any time. Whatever happens is a move, or a refusal in words."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from backend.core.errors import Refusal
from dialogue.actions import post_message
from issues.actions import move_issue
from issues.actions.lapses import enter_what_is_due
from issues.lifecycle import TRANSITIONS, Move
from issues.models import Issue
from issues.policies import allowed_moves
from issues.record.chain import broken_chains
from tests.factories.people import Cast
from tests.factories.stories import MONDAY, Story
from tests.issues.matrix.fields import fields_of
from tests.issues.matrix.roles import ROLES, acts, player

WALKS, STEPS = 12, 25  # 300 moves; part B walks ten thousand
SEATED = [role for role in ROLES if role not in ("stranger", "system")]
BUILT = sorted({row.move for row in TRANSITIONS} - {Move.DISCARD})
JUNK: list[Any] = [None, "", 7, [], [None], {}, "x" * 20_001, "\x00", [{"n": 99}]]


@st.composite
def tries(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "later": draw(st.sampled_from([0, 0, 1, 2, 5, 12, 30])),
        "kind": draw(st.sampled_from(["likely"] * 6 + ["any", "junk", "message", "worker"])),
        "role": draw(st.sampled_from(ROLES)),
        "move": draw(st.sampled_from(BUILT)),
        "pick": draw(st.integers(0, 20)),
        "junk": draw(st.sampled_from(JUNK)),
    }


@pytest.mark.xdist_group("walk")
@settings(
    max_examples=WALKS,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(walk=st.lists(tries(), min_size=STEPS, max_size=STEPS), verdicts=st.lists(st.booleans(), min_size=2, max_size=3))
def test_no_walk_leaves_the_rules(cast: Cast, walk: list[dict[str, Any]], verdicts: list[bool]) -> None:
    with transaction.atomic():
        story = Story(cast, MONDAY).raised([f"Ask {n}" for n in range(len(verdicts))])
        now = story.issue
        for each in walk:
            story.later(days=each["later"])
            before, made = now, _try(story, now, each, verdicts)
            now = story.issue
            _check(story, before, now, made)
        assert broken_chains([now]) == {}
        transaction.set_rollback(True)


def _try(story: Story, issue: Issue, each: dict[str, Any], verdicts: list[bool]) -> int:
    """How many events it made. Only a Refusal may come out, and then none."""
    try:
        match each["kind"]:
            case "worker":
                return enter_what_is_due(story.now)
            case "message":
                who = each["role"] if each["role"] != "system" else "stranger"
                post_message(issue=issue, **acts(story.cast, who), body="Hello.", at=story.now)
            case _:
                role, move = _chosen(story, issue, each)
                fields = _fields(story, issue, move, each, verdicts)
                move_issue(issue=issue, move=move, at=story.now, **acts(story.cast, role), **fields)
    except Refusal as refusal:
        assert str(refusal)  # noqa: PT017  (a refusal without words helps nobody)
        return 0
    return 1


def _chosen(story: Story, issue: Issue, each: dict[str, Any]) -> tuple[str, str]:
    """Mostly what somebody is offered now: else no walk would come far."""
    if each["kind"] != "likely":
        return each["role"], each["move"]
    offered = [(role, move) for role in SEATED for move in allowed_moves(issue, player(story.cast, role).membership, story.now)
               if move != Move.WITHDRAW]  # fmt: skip
    return offered[each["pick"] * 7 % len(offered)] if offered else (each["role"], each["move"])


def _fields(story: Story, issue: Issue, move: str, each: dict[str, Any], verdicts: list[bool]) -> dict[str, Any]:
    fields = fields_of(move, story, issue)
    if move == Move.ANSWER:
        for row in fields["asks"]:
            if not verdicts[row["n"] - 1]:
                row |= {"verdict": "refused", "commitments": []}
    if move == Move.VOTE:
        fields["opinions"] = [row | {"done": bool((row["n"] + each["pick"]) % 2)} for row in fields["opinions"]]
    if each["kind"] == "junk" and fields:
        fields[sorted(fields)[each["pick"] % len(fields)]] = each["junk"]
    return fields


def _check(story: Story, before: Issue, issue: Issue, made: int) -> None:
    assert issue.rev == before.rev + made
    assert issue.events.latest("seq").to_status == issue.status
    assert issue.is_open == (issue.due_at is not None), f"{issue.status}: somebody owes something while it is open"
    assert sum(each.ended_at is None for each in issue.responsibilities.all()) <= 1
    assert all(ask.is_supported for ask in issue.asks.all() if ask.confirmed_at)
    if issue.is_open and issue.status != before.status:
        assert _has_a_way_on(story, issue), f"{issue.status}: a dead end"


def _has_a_way_on(story: Story, issue: Issue) -> bool:
    """Somebody can do more than give up or promise, now or in sixty days."""
    idle = {Move.WITHDRAW, Move.COMMITMENT_PROGRESS, Move.COMMITMENT_RESCHEDULE, Move.COMMITMENT_DROP}
    people = ("signatory", "manager", "chair", "representative")
    return any(
        set(allowed_moves(issue, player(story.cast, role).membership, story.now + timedelta(days))) - idle
        for days in (0, 60) for role in people
    )  # fmt: skip
