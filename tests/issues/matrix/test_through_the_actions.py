"""Show 4: every cell through the actions: the allowed ones lead where they should, all others are refused.

`admit` is the first thing `move_issue` does after its lock, and writes nothing; asking it first keeps this quick.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

from backend.core.errors import Refusal
from issues import policies
from issues.actions import engine, move_issue
from issues.actions.engine import admit
from issues.facts import body_in_force
from issues.lifecycle import TRANSITIONS, Move, Status
from issues.models import Duty, Issue, IssueEvent
from issues.policies import Seat, allowed_moves
from issues.record.chain import broken_chains
from tests.factories.stories import Story
from tests.issues.matrix.fields import fields_of
from tests.issues.matrix.roles import ROLES, acts, player
from tests.issues.matrix.sample import some
from tests.issues.matrix.situations import SITUATIONS
from tests.issues.matrix.table import table
from tests.issues.matrix.told import told_by_its_record

# What the table allows by status alone, while these actions also look at the commitments, or at how the votes fell.
SEEN_BUT_REFUSED = {
    "commitment_add", "commitment_take", "commitment_progress", "commitment_reschedule", "commitment_drop", "conclude_done",
    "conclude_not_done",
}  # fmt: skip


def test_every_move_of_the_table_has_cells_and_every_cell_a_move() -> None:
    written = table()
    assert written.party.keys() == set(Move.values)
    assert {row.move for row in TRANSITIONS} == written.party.keys()
    allowed = {move for moves in written.cells.values() for move in moves}
    assert allowed == written.party.keys()
    assert written.cells.keys() == SITUATIONS.keys()
    assert {situation.partition(",")[0] for situation in written.cells} == set(Status.values)


def attempts(situation: str) -> Iterator[tuple[str, str]]:
    """Everybody tries everything in the plain situation of each status. Elsewhere those try who could ever make the move:
    what else matters there makes nobody a party (and `allowed_moves` is asked for everybody everywhere).
    """
    for move in Move.values:
        written = table()
        party = written.party_of(move, situation) | written.party[move]
        yield from ((move, role) for role in (sorted(party) if "," in situation else ROLES))


@pytest.mark.parametrize("situation", some(SITUATIONS))
def test_only_the_written_cells_are_allowed(situation: str, story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    SITUATIONS[situation](story)
    issue = story.issue
    _read_once(issue, monkeypatch)
    told_by_its_record(issue)
    before = _state(issue)
    assert [*_wrongly_offered(story, issue, situation)] == []
    seats = {role: _seat(story, role) for role in ROLES}
    wrong = [
        f"{move} by {role}: {found} instead of {expected}"
        for move, role in attempts(situation)
        if (found := _outcome(story, issue, move, role, seats[role]))
        != (expected := table().outcome(situation, move, role))
    ]
    assert wrong == []
    assert _state(story.issue) == before


def _read_once(issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked again and again of this issue, which nobody changes, at one instant; a move reads the issue anew."""
    for module, name in ((engine, "gather"), (policies, "gather"), (policies, "capacities"), (engine, "last_move")):
        monkeypatch.setattr(module, name, _remembering(issue, getattr(module, name)))


def _remembering(issue: Issue, ask: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[tuple[Any, ...], Any] = {}

    def answer(*about: Any) -> Any:
        if not any(each is issue for each in about):
            return ask(*about)
        key = tuple("this" if each is issue else each for each in about)
        if key not in known:
            known[key] = ask(*about)
        return known[key]

    return answer


def _wrongly_offered(story: Story, issue: Issue, situation: str) -> Iterator[str]:
    """Where `allowed_moves`, which makes the buttons, differs from the cells."""
    for role in set(ROLES) - {"stranger", "system"}:
        offered = set(allowed_moves(issue, player(story.cast, role).membership, story.now))
        written = {move for move, (who, _) in table().cells[situation].items() if role in who}
        yield from (f"{move} is not offered to {role}" for move in written - offered)
        yield from (f"{move} is offered to {role}" for move in offered - written - SEEN_BUT_REFUSED)
    yield from allowed_moves(issue, None, story.now)


def _seat(story: Story, role: str) -> Seat | None:
    """Read once for all that this person tries: `move_issue` reads it anew."""
    who = acts(story.cast, role)
    return Seat.taken(who["actor"], who["organisation"], story.now) if who["actor"] and who["organisation"] else None


def _outcome(story: Story, issue: Issue, move: str, role: str, seat: Seat | None) -> str | int:
    """The status that the move leads to, rolled back; or the refusal's."""
    who = acts(story.cast, role)
    try:
        admit(issue, Move(move), who["actor"], who["organisation"], story.now, seat)
        fields = fields_of(move, story, issue)
        with transaction.atomic():
            event = move_issue(issue=issue, move=move, at=story.now, **who, **fields)
            transaction.set_rollback(True)
    except Refusal as refusal:
        return refusal.status if str(refusal) else "a refusal without words"
    if event is None:
        return "deleted"
    made = 1 + _is_succeeded_first(story, issue, move)
    assert (event.seq, event.issue.rev, event.issue.version) == (
        issue.rev + made,
        issue.rev + made,
        issue.version + made,
    )
    assert (event.from_status, event.to_status) == (issue.status, event.issue.status)
    return event.issue.status


def _is_succeeded_first(story: Story, issue: Issue, move: str) -> bool:
    """A body that has ended is succeeded before anybody's move, in an event of its own."""
    return issue.is_open and move != Move.SUCCEED and body_in_force(issue, story.now) != issue.body_addressed


def _state(issue: Issue) -> tuple[Any, ...]:
    """What a move would change."""
    assert broken_chains([issue]) == {}
    duties = Duty.objects.filter(issue=issue).order_by("pk").values_list("pk", "met_at", "ended_at", "lapsed_at")
    asks = issue.asks.values_list("verdict", "concluded", "confirmed_at")
    promises = issue.commitments.values_list("progress", "due", "dropped_on")
    events = IssueEvent.objects.filter(issue=issue).count()
    return issue.status, issue.rev, issue.version, issue.due_at, events, list(duties), list(asks), list(promises)
