"""A small world of issues, walked at random: anybody tries anything at any time (hypothesis, stateful).

Whatever happens is a move, or a refusal in words. After each step the tables say what the events say, somebody owes
something while an issue is open, and no status is a dead end.
"""

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from backend.core.errors import Refusal
from backend.organisations.models import Organisation
from dialogue.actions import post_message
from issues.actions import add_addendum, cosign, link_official_appeal, move_issue, relate, uncosign, unrelate
from issues.actions.lapses import enter_what_is_due
from issues.lifecycle import TRANSITIONS, Move, Status
from issues.metrics import counting
from issues.models import Duty, Issue, Relation
from issues.policies import allowed_moves
from issues.record.chain import broken_chains
from tests.factories.people import Cast
from tests.factories.stories import MONDAY, Story
from tests.issues.folding import differences
from tests.issues.matrix.fields import fields_of
from tests.issues.matrix.roles import ROLES, acts, player
from tests.issues.matrix.situations import SITUATIONS

SEATED = [role for role in ROLES if role not in ("stranger", "system")]
MOVES = sorted({row.move for row in TRANSITIONS} - {Move.DISCARD, Move.SUBMIT})
JUNK: list[Any] = [None, "", 7, [], [None], {}, "x" * 20_001, "\x00", [{"n": 99}]]
# Giving up, promising more, and what a moderator may do to anything are no way on.
IDLE = {
    Move.WITHDRAW, Move.COMMITMENT_PROGRESS, Move.COMMITMENT_RESCHEDULE, Move.COMMITMENT_DROP, Move.MERGE,
    Move.OUT_OF_SCOPE,
}  # fmt: skip
BEGINNINGS = sorted(set(SITUATIONS) - {"draft", "recorded"})
# Nobody tires of these in a walk of a few dozen steps; oftener they would end each walk early.
RARE = {Move.WITHDRAW, Move.MERGE, Move.OUT_OF_SCOPE}
seeds = st.integers(0, 2**64 - 1)
HAPPENINGS = {
    "somebody_does_what_is_offered": 50, "anybody_tries_anything": 20, "somebody_speaks_or_signs": 8,
    "somebody_sends_junk": 5, "time_passes": 5, "nobody_does_anything": 5, "the_council_meets": 4, "the_worker_looks": 2,
    "somebody_links_two_issues": 5, "the_ministry_ends": 1,
}  # fmt: skip


class Walk(RuleBasedStateMachine):
    """`seen` counts over all walks: moves tried, moves in the record (the worker's too), statuses, and refusals by kind."""

    cast: Cast
    seen: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()

    @initialize(seed=seeds)
    def begin(self, seed: int) -> None:
        """Two NGOs have raised much the same, and the older issue shares one ask with the newer; or, in half of the walks, an
        issue is already somewhere on its way.
        """
        chance = Random(seed)
        self.verdicts = [chance.random() < 2 / 3 for _ in range(6)]
        if chance.random() < 1 / 2:
            self.story = SITUATIONS[chance.choice(BEGINNINGS)](Story(self.cast, MONDAY))
        else:
            self.story = Story(self.cast, MONDAY).raised([f"Ask {n}" for n in range(3)])
            older = Story(self.cast, MONDAY - timedelta(5)).raised(["Ask 1", "More"], by=self.cast.other_manager)
            self.story.older = older
        begun = Issue.objects.public().values_list("pk", "status", "rev")
        self.before = {pk: (status, rev) for pk, status, rev in begun}
        self.seen.update(f"status {status}" for status, _rev in self.before.values())
        self.made: set[str] = set()  # in this walk

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @rule(seed=seeds)
    def something_happens(self, seed: int) -> None:
        """One rule with a seed, as hypothesis would leave out some of many in each walk, and repeat the same few values."""
        chance = Random(seed)
        self.seen["steps"] += 1
        (what,) = chance.choices([*HAPPENINGS], [*HAPPENINGS.values()])
        getattr(self, what)(chance)

    def chosen(self, chance: Random) -> Issue:
        """Any issue of the world, mostly an open one. Once none is open the NGO raises another."""
        if not Issue.objects.open().exists():
            self.story.raised([f"Ask {n}" for n in range(3)], body_addressed=self.cast.rival.organisation)
        among = Issue.objects.open() if chance.random() < 3 / 4 else Issue.objects.public()
        return Issue.objects.with_parts().get(pk=chance.choice(among.order_by("pk").values_list("pk", flat=True)))

    def time_passes(self, chance: Random) -> None:
        self.story.later(days=chance.choice([1, 2, 3, 5, 12, 30]), hours=chance.randrange(10))

    def nobody_does_anything(self, chance: Random) -> None:
        """Until just after a date, and the worker looks."""
        ahead = Duty.objects.open().filter(due_at__gt=self.story.now).order_by("due_at", "pk")
        if dates := list(ahead.values_list("due_at", flat=True)[:4]):
            self.story.on(chance.choice(dates) + timedelta(seconds=1))
            self.the_worker_looks(chance)

    def the_worker_looks(self, chance: Random) -> None:
        self.seen["entered by the worker"] += enter_what_is_due(self.story.now)
        self.seen["summed up"] += counting.sum_up()

    def the_ministry_ends(self, chance: Random) -> None:
        after = chance.choice([self.cast.rival.organisation, None])
        last = self.story.now.date()
        Organisation.objects.filter(pk=self.cast.ministry.pk, valid_to=None).update(valid_to=last, successor=after)
        self.story.later(days=1)

    def somebody_does_what_is_offered(self, chance: Random) -> None:
        """Mostly what nobody has done yet in this walk: else each would go round the same few moves."""
        self.story.later(days=chance.choice([0, 0, 0, 1, 1, 3]), hours=1)
        issue = self.chosen(chance)
        rare = RARE - {Move.WITHDRAW} if issue.supporters else RARE  # with a co-signer it opens a window
        offered = [
            (role, move)
            for role in SEATED
            for move in allowed_moves(issue, player(self.cast, role).membership, self.story.now)
            if move not in rare or chance.random() < 1 / 10
        ]
        fresh = [each for each in offered if each[1] not in self.made]
        offered = fresh if fresh and chance.random() < 2 / 3 else offered
        if not offered:
            self.anybody_tries_anything(chance)
            return
        role, move = chance.choice(offered)
        self.tried(issue, role, move, chance)

    def the_council_meets(self, chance: Random) -> None:
        """Three vote alike, and the chair concludes as they voted."""
        disputed = Issue.objects.filter(status=Status.DISPUTED).with_parts().order_by("pk").first()
        if disputed is None:
            return
        done = chance.random() < 1 / 2
        opinions = [row | {"done": done} for row in fields_of(Move.VOTE, self.story, disputed)["opinions"]]
        for member in (self.cast.chair, *self.cast.members):
            self.attempt(disputed, Move.VOTE, member.acts, {"opinions": opinions})
        self.tried(disputed, "chair", Move.CONCLUDE_DONE if done else Move.CONCLUDE_NOT_DONE, chance)

    def anybody_tries_anything(self, chance: Random) -> None:
        self.tried(self.chosen(chance), chance.choice(ROLES), chance.choice(MOVES), chance)

    def somebody_sends_junk(self, chance: Random) -> None:
        self.tried(self.chosen(chance), chance.choice(ROLES), chance.choice(MOVES), chance, junk=chance.choice(JUNK))

    def somebody_speaks_or_signs(self, chance: Random) -> None:
        issue = self.chosen(chance)
        role = chance.choice(["other_manager", chance.choice(SEATED)])  # the one is an NGO that may co-sign
        who = acts(self.cast, role)
        with self.refusals():
            match chance.choice(["say", "add", "cosign", "cosign", "uncosign", "link"]):
                case "say":
                    post_message(issue=issue, body="Hello.", at=self.story.now, **who)
                case "add":
                    add_addendum(issue=issue, text=f"News {chance.randrange(7)}.", at=self.story.now, **who)
                case "cosign":
                    cosign(issue=issue, at=self.story.now, **who)
                case "uncosign":
                    uncosign(issue=issue, at=self.story.now, **who)
                case _:
                    self.link_an_appeal(issue, who, chance)

    def link_an_appeal(self, issue: Issue, who: dict[str, Any], chance: Random) -> None:
        day = (self.story.now - timedelta(chance.randrange(30) - 2)).date()
        number = str(chance.randrange(1000))
        link_official_appeal(issue=issue, official_number=number, official_date=day, at=self.story.now, **who)
        self.seen["linked"] += 1

    def somebody_links_two_issues(self, chance: Random) -> None:
        """Mostly people of the NGO that holds the one; or a link, if there is one, is taken back."""
        numbers = Issue.objects.public().order_by("pk").values_list("number", flat=True)
        issue, number, kind = self.chosen(chance), chance.choice(numbers), chance.choice(["related", "recurs", "split"])
        links = list(Relation.objects.order_by("pk").values_list("issue", "other__number"))
        if links and chance.random() < 1 / 2:
            (pk, number), kind = chance.choice(links), ""
            issue = Issue.objects.with_parts().get(pk=pk)
        holder = "manager" if issue.held_by == self.cast.ngo else "other_manager"
        who = acts(self.cast, chance.choice([holder, holder, "representative", "officer"]))
        with self.refusals():
            if kind:
                relate(issue=issue, other=number, kind=kind, at=self.story.now, **who)
            else:
                unrelate(issue=issue, other=number, at=self.story.now, **who)
            self.seen[f"linked as {kind}" if kind else "unlinked"] += 1

    def tried(self, issue: Issue, role: str, move: str, chance: Random, **junk: Any) -> None:
        fields = self.fields(issue, move, chance)
        if junk and fields:
            fields[chance.choice(sorted(fields))] = junk["junk"]
        self.attempt(issue, move, acts(self.cast, role), fields)

    def attempt(self, issue: Issue, move: str, who: dict[str, Any], fields: dict[str, Any]) -> None:
        self.seen["tried"] += 1
        with self.refusals():
            move_issue(issue=issue, move=move, at=self.story.now, **who, **fields)

    def fields(self, issue: Issue, move: str, chance: Random) -> dict[str, Any]:
        fields = fields_of(move, self.story, issue)
        match move:
            case Move.ANSWER:
                for row in fields["asks"]:
                    if not self.verdicts[row["n"] % 6]:
                        row |= {"verdict": "refused", "commitments": []}
            case Move.VOTE:
                fields["opinions"] = [row | {"done": chance.random() < 1 / 2} for row in fields["opinions"]]
            case Move.REDIRECT:
                fields["body"] = "ecology" if issue.body_addressed == self.cast.ministry else "labour"
                waiting = [ask.n for ask in issue.asks.all() if not ask.verdict and not ask.moved_to_id]
                fields["asks"] = waiting[: chance.randint(1, len(waiting))] if waiting else [1]
            case Move.REASSIGN:
                fields["body"] = "ecology"  # somebody acts for it
            case Move.COMMITMENT_ADD:
                fields["owner"] = issue.held_by.slug if chance.random() < 1 / 3 else None
            case Move.RESTORE if chance.random() < 1 / 3:
                fields = {}
        return fields

    def refusals(self) -> "_Refused":
        return _Refused(self.seen)

    @invariant()
    def check_what_moved(self) -> None:
        """The tables say what the events say, every chain verifies, somebody owes something, there is a way on, and
        the public numbers are kept.
        """
        if not hasattr(self, "before"):
            return
        moved = False
        for pk, status, rev in Issue.objects.public().values_list("pk", "status", "rev"):
            if self.before.get(pk) != (status, rev):
                known, self.before[pk] = self.before.get(pk, ("", 0)), (status, rev)
                self.seen[f"status {status}"] += 1
                issue = Issue.objects.with_parts().get(pk=pk)
                self.count_moves(issue, since=known[1])
                self.check(issue)
                moved = True
        assert not moved or counting.differences() == {}, "the public numbers are what a recount finds"

    def count_moves(self, issue: Issue, since: int) -> None:
        """By whoever made them, the worker too."""
        moves = issue.events.filter(seq__gt=since, move__in=Move.values).values_list("move", flat=True)
        self.made.update(moves)
        self.seen.update(f"move {move}" for move in moves)

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
