"""A small world of issues, walked at random: anybody tries anything at any time (hypothesis, stateful).

Whatever happens is a move, or a refusal in words. After each step the tables say what the events say, somebody owes
something while an issue is open, and no status is a dead end.
"""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from backend.core.errors import Refusal
from backend.organisations.models import Organisation
from dialogue.actions import post_message
from issues.actions import add_addendum, cosign, link_official_appeal, move_issue, relate, uncosign, unrelate
from issues.actions.lapses import enter_what_is_due
from issues.lifecycle import TRANSITIONS, Move
from issues.models import Issue
from issues.policies import allowed_moves
from issues.record.chain import broken_chains
from tests.factories.people import Cast
from tests.factories.stories import MONDAY, Story
from tests.issues.folding import differences
from tests.issues.matrix.fields import fields_of
from tests.issues.matrix.roles import ROLES, acts, player

SEATED = [role for role in ROLES if role not in ("stranger", "system")]
MOVES = sorted({row.move for row in TRANSITIONS} - {Move.DISCARD, Move.SUBMIT})
JUNK: list[Any] = [None, "", 7, [], [None], {}, "x" * 20_001, "\x00", [{"n": 99}]]
# Giving up, promising more, and what a moderator may do to anything are no way on.
IDLE = {
    Move.WITHDRAW, Move.COMMITMENT_PROGRESS, Move.COMMITMENT_RESCHEDULE, Move.COMMITMENT_DROP, Move.MERGE,
    Move.OUT_OF_SCOPE,
}  # fmt: skip
# Nobody tires of these in a walk of a few dozen steps; oftener they would end each walk early.
RARE = {Move.WITHDRAW, Move.MERGE, Move.OUT_OF_SCOPE}
picks, roles = st.integers(0, 10_000), st.sampled_from(ROLES)


class Walk(RuleBasedStateMachine):
    """`seen` counts over all walks: moves made, statuses reached, and refusals by their kind."""

    cast: Cast
    seen: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()

    @initialize(verdicts=st.lists(st.booleans(), min_size=3, max_size=3))
    def begin(self, verdicts: list[bool]) -> None:
        """Two NGOs have raised much the same; the older issue shares one ask with the newer."""
        self.verdicts = [*verdicts, *verdicts]
        self.story = Story(self.cast, MONDAY).raised([f"Ask {n}" for n in range(3)])
        older = Story(self.cast, MONDAY - timedelta(5)).raised(["Ask 1", "More"], by=self.cast.other_manager)
        self.story.older = older
        self.before: dict[int, tuple[str, int]] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    def chosen(self, pick: int) -> Issue:
        """Any issue of the world, the first two oftener than those that came of them."""
        known = [self.story.pk, *Issue.objects.public().order_by("pk").values_list("pk", flat=True)]
        return Issue.objects.with_parts().get(pk=known[pick % len(known)])

    @rule(days=st.sampled_from([1, 2, 3, 5, 12, 30]), hours=st.integers(0, 9))
    def time_passes(self, days: int, hours: int) -> None:
        self.story.later(days=days, hours=hours)

    @rule(picked=st.lists(picks, min_size=1, max_size=10), days=st.sampled_from([0, 0, 1, 2, 4, 10]))
    def people_do_what_is_offered(self, picked: list[int], days: int) -> None:
        """Else no walk would come far."""
        for pick in picked:
            self.story.later(days=days, hours=1)
            self.somebody_does_what_is_offered(pick)
            self.check_what_moved()

    def somebody_does_what_is_offered(self, pick: int) -> None:
        issue = self.chosen(pick)
        offered = [
            (role, move)
            for role in SEATED
            for move in allowed_moves(issue, player(self.cast, role).membership, self.story.now)
            if move not in RARE or pick % 11 == 0
        ]
        if offered:
            role, move = offered[pick * 7 % len(offered)]
            self.tried(issue, role, move, pick)

    @rule(tries=st.lists(st.tuples(picks, roles, st.sampled_from(MOVES)), min_size=1, max_size=5))
    def anybody_tries_anything(self, tries: list[tuple[int, str, str]]) -> None:
        for pick, role, move in tries:
            self.tried(self.chosen(pick), role, move, pick)

    @rule(pick=picks, role=roles, move=st.sampled_from(MOVES), junk=st.sampled_from(JUNK))
    def somebody_sends_junk(self, pick: int, role: str, move: str, junk: Any) -> None:
        self.tried(self.chosen(pick), role, move, pick, junk=junk)

    @rule(pick=picks, role=st.sampled_from(SEATED), act=st.sampled_from(["say", "add", "cosign", "uncosign", "link"]))
    def somebody_speaks_or_signs(self, pick: int, role: str, act: str) -> None:
        issue, who = self.chosen(pick), acts(self.cast, role)
        with self.refusals():
            if act == "say":
                post_message(issue=issue, body="Hello.", at=self.story.now, **who)
            elif act == "link":
                day = (self.story.now - timedelta(pick % 30 - 2)).date()
                link_official_appeal(
                    issue=issue, official_number=f"{pick}", official_date=day, at=self.story.now, **who
                )
                self.seen["linked"] += 1
            elif act == "add":
                add_addendum(issue=issue, text=f"News {pick % 7}.", at=self.story.now, **who)
            else:
                (cosign if act == "cosign" else uncosign)(issue=issue, at=self.story.now, **who)

    @rule(pick=picks, other=picks, role=st.sampled_from(["manager", "representative", "other_manager", "officer"]),
          kind=st.sampled_from(["related", "recurs", "split"]), back=st.booleans())  # fmt: skip
    def somebody_links_two_issues(self, pick: int, other: int, role: str, kind: str, back: bool) -> None:
        issue, named, who = self.chosen(pick), self.chosen(other), acts(self.cast, role)
        with self.refusals():
            if back:
                unrelate(issue=issue, other=named.number, at=self.story.now, **who)
            else:
                relate(issue=issue, other=named.number, kind=kind, at=self.story.now, **who)
            self.seen["unlinked" if back else f"linked as {kind}"] += 1

    @rule()
    def the_worker_looks(self) -> None:
        self.seen["entered by the worker"] += enter_what_is_due(self.story.now)

    @precondition(lambda self: self.cast.ministry.valid_to is None)
    @rule(pick=st.integers(0, 19), successor=st.booleans())
    def the_ministry_ends(self, pick: int, successor: bool) -> None:
        if pick == 0:
            after = self.cast.rival.organisation if successor else None
            last = self.story.now.date()
            Organisation.objects.filter(pk=self.cast.ministry.pk, valid_to=None).update(valid_to=last, successor=after)

    def tried(self, issue: Issue, role: str, move: str, pick: int, **junk: Any) -> None:
        self.seen["tried"] += 1
        with self.refusals():
            fields = self.fields(issue, move, pick)
            if junk and fields:
                fields[sorted(fields)[pick % len(fields)]] = junk["junk"]
            move_issue(issue=issue, move=move, at=self.story.now, **acts(self.cast, role), **fields)
            self.seen[f"move {move}"] += 1

    def fields(self, issue: Issue, move: str, pick: int) -> dict[str, Any]:
        fields = fields_of(move, self.story, issue)
        match move:
            case Move.ANSWER:
                for row in fields["asks"]:
                    if not self.verdicts[row["n"] % 6]:
                        row |= {"verdict": "refused", "commitments": []}
            case Move.VOTE:
                fields["opinions"] = [row | {"done": bool((row["n"] + pick) % 2)} for row in fields["opinions"]]
            case Move.REDIRECT:
                fields["body"] = "ecology" if issue.body_addressed == self.cast.ministry else "labour"
                waiting = [ask.n for ask in issue.asks.all() if not ask.verdict and not ask.moved_to_id]
                fields["asks"] = waiting[: 1 + pick % len(waiting)] if waiting else [1]
            case Move.REASSIGN:
                fields["body"] = "ecology"  # somebody acts for it
            case Move.COMMITMENT_ADD:
                fields["owner"] = issue.held_by.slug if pick % 3 == 0 else None
            case Move.RESTORE if pick % 2:
                fields = {}
        return fields

    def refusals(self) -> "_Refused":
        return _Refused(self.seen)

    @invariant()
    def check_what_moved(self) -> None:
        """The tables say what the events say, every chain verifies, somebody owes something, and there is a way on."""
        if not hasattr(self, "before"):
            return
        for pk, status, rev in Issue.objects.public().values_list("pk", "status", "rev"):
            if self.before.get(pk) != (status, rev):
                self.before[pk] = status, rev
                self.seen[f"status {status}"] += 1
                self.check(Issue.objects.with_parts().get(pk=pk))

    def check(self, issue: Issue) -> None:
        assert differences(issue) == {}, issue.number
        assert broken_chains([issue]) == {}
        assert issue.is_open == (issue.due_at is not None), f"{issue.status}: somebody owes something while it is open"
        assert sum(each.ended_at is None for each in issue.responsibilities.all()) <= 1
        if issue.is_open:
            assert self.has_a_way_on(issue), f"{issue.status}: a dead end"

    def has_a_way_on(self, issue: Issue) -> bool:
        """Somebody can do more than give up or promise, now or in sixty days."""
        return any(
            set(allowed_moves(issue, player(self.cast, role).membership, self.story.now + timedelta(days))) - IDLE
            for days in (0, 60)
            for role in ("signatory", "rival", "manager", "other_manager", "chair", "default_chair", "moderator")
        )


class _Refused:
    """Only a refusal may come out, with words: no constraint, no other error reaches a person."""

    def __init__(self, seen: Counter[str]) -> None:
        self.seen = seen

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, refusal: BaseException | None, trace: Any) -> bool:
        if not isinstance(refusal, Refusal):
            return False
        assert str(refusal)
        self.seen[f"refused {refusal.status}"] += 1
        return True
