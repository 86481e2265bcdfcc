"""Random walks: anybody tries anything at any time. `python -m tests.trials.walk` walks ten thousand steps."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.factories.people import Cast
from tests.issues.walking import Walk

WALKS, STEPS = 5, 30


@pytest.mark.long
@pytest.mark.thorough
@pytest.mark.django_db
def test_no_walk_leaves_the_rules(cast: Cast) -> None:
    Walk.cast = cast
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=WALKS, stateful_step_count=STEPS, deadline=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
