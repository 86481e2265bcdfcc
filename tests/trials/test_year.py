"""The year of `tests.trials.year` in small, in one process: two rounds after each midnight, the second finds nothing."""

from datetime import datetime

import pytest

from issues.actions.lapses import enter_what_is_due
from issues.models import Issue
from issues.record.chain import broken_chains
from tests.trials.year import KINDS, begin, entered, walk


@pytest.mark.thorough
@pytest.mark.django_db
def test_each_move_of_the_clock_is_entered_on_its_day_and_once() -> None:
    year = begin(len(KINDS))

    def midnight(at: datetime, n: int) -> int:
        made = enter_what_is_due(at)
        assert enter_what_is_due(at) == 0
        return made

    made = walk(year, midnight)
    assert entered() == year.expected
    assert made == year.expected.total()
    assert {move for _, move, _ in year.expected} == {
        "answer_due", "clarify_lapse", "confirm_lapse", "council_lapse", "withdraw_lapse", "redirect_lapse", "restore",
        "succeed",
    }  # fmt: skip
    assert broken_chains(Issue.objects.public()) == {}
