"""The far walk of `tests.trials.walk`; not collected by itself, as it takes a quarter of an hour."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from issues.lifecycle import Move, Status
from tests.factories.people import Cast
from tests.issues.walking import MOVES, Walk
from tests.trials.walk import STEPS


@pytest.mark.django_db
def test_ten_thousand_steps_reach_everything_and_leave_nothing_behind(cast: Cast) -> None:
    Walk.cast, walks = cast, int(os.environ["BIRGE_WALKS"])
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=walks, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink], print_blob=True,
        ),
    )  # fmt: skip
    print(f"\n{walks} walks of {STEPS} steps each, unless one ends early")
    print("\n".join(f"{n:8} {what}" for what, n in sorted(Walk.seen.items())))
    reached = {what.partition(" ")[2] for what in Walk.seen if what.startswith("status ")}
    made = {what.partition(" ")[2] for what in Walk.seen if what.startswith("move ")}
    assert set(Status.values) - reached == {Status.DRAFT, Status.RECORDED}, "a status that is never reached"
    assert set(MOVES) - made <= {Move.SUCCEED}, "a move that is never made"
