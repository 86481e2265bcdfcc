"""The estimators on the UK petitions: from 10,000 signatures to the government's response, and how petitions come that far."""

import json
from collections import Counter
from datetime import date, datetime
from functools import cache
from typing import Any

import pytest

from issues import clock
from issues.metrics.intervals import MEDIAN, P90
from issues.metrics.survival import Outcomes, Quantile, aalen_johansen, kaplan_meier, waits_for_answer
from tests.issues.metrics.peers import differences_of_curve, differences_of_incidence
from tests.issues.metrics.waits import ANSWERED, CENSORED, WITHDRAWAL, redistributed
from tests.trials.uk_petitions import DATA

pytestmark = [
    pytest.mark.skipif(
        not DATA.exists(), reason="the petitions are not beside the repository: ../shared/data/uk_petitions"
    ),
    pytest.mark.long,
    pytest.mark.thorough,
]


@cache
def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]


@cache
def last_seen() -> datetime:
    """When the register was read: its newest change, on 3 January 2023. What was then open is censored."""
    return max(datetime.fromisoformat(row["updated_at"]) for row in rows())


def by_day(ends: Counter[tuple[int, str]]) -> Outcomes:
    found: dict[int, dict[Any, int]] = {}
    for (day, outcome), n in ends.items():
        found.setdefault(day, {})[outcome] = n
    return found


def working_days_to_the_response() -> Outcomes:
    calendar = clock.current_calendar()
    ends: Counter[tuple[int, str]] = Counter()
    for row in rows():
        if row["response_threshold_reached_at"]:
            asked = clock.registration_day(datetime.fromisoformat(row["response_threshold_reached_at"]), calendar)
            answered = row["government_response_at"]
            seen = datetime.fromisoformat(answered) if answered else last_seen()
            ends[clock.wait_days(asked, seen, calendar), ANSWERED if answered else CENSORED] += 1
    return by_day(ends)


def days_to_ten_thousand_signatures() -> Outcomes:
    """Calendar days from opening; closing without them competes, as a withdrawal would."""
    ends: Counter[tuple[int, str]] = Counter()
    for row in rows():
        dates = {ANSWERED: row["response_threshold_reached_at"], WITHDRAWAL: row["closed_at"]}
        outcome, end = next(((why, at) for why, at in dates.items() if at), (CENSORED, last_seen().isoformat()))
        ends[(date.fromisoformat(end[:10]) - date.fromisoformat(row["opened_at"][:10])).days, outcome] += 1
    return by_day(ends)


def test_the_wait_for_a_response_with_the_one_petition_that_still_waits() -> None:
    """In our working days. Half are answered by day 13; by day 19 it is 95, one more is last seen waiting then, and 90 % are
    reached on day 20.
    """
    waits = waits_for_answer(working_days_to_the_response())
    found = kaplan_meier(waits)
    assert (found.n, found.events, waits[19]) == (107, 106, (5, 1))
    assert [sum(n for day, (n, _) in waits.items() if day <= last) for last in (12, 13, 18, 19, 20)] == [
        44,
        55,
        90,
        95,
        97,
    ]
    assert found.median == Quantile(MEDIAN, day=13, earliest=12, latest=14)
    assert found.p90 == Quantile(P90, day=20, earliest=18, latest=26)
    assert (found.steps[0].day, found.steps[-1].day, found.steps[-1].survival) == (6, 40, 0)
    assert list(differences_of_curve(waits, found)) == []


def test_how_many_petitions_come_to_ten_thousand_signatures() -> None:
    """107 of 1,270 have, 185 are open. Counted as never coming: 8.4 %; left out: 9.9 %; by Aalen-Johansen 8.76 %. Kaplan-Meier,
    to which those closed are still on their way, says 8.80 %: nearly all close when six months are over, and little comes later.
    """
    outcomes = days_to_ten_thousand_signatures()
    found = aalen_johansen(outcomes)
    assert (found.n, found.ended[ANSWERED], found.ended[WITHDRAWAL]) == (1270, 107, 978)
    assert round(found.steps[-1].incidence[ANSWERED], 4) == 0.0876
    exact = redistributed(outcomes)
    assert [step.incidence for step in found.steps] == [
        {cause: float(share) for cause, share in exact[step.day].items()} for step in found.steps
    ]
    assert list(differences_of_incidence(outcomes, found)) == []
    waits = waits_for_answer(outcomes)
    alone = kaplan_meier(waits)
    assert round(1 - alone.steps[-1].survival, 4) == 0.088
    assert list(differences_of_curve(waits, alone)) == []
