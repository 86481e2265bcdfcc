"""Periods and filters: whole months from sums, their edges from days, and everything as counted directly over the rows."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict

from backend.organisations.models import Kind, Organisation
from issues.metrics.asked import MetricFilters
from issues.metrics.counting import differences, sum_up
from issues.metrics.measures import Measure
from issues.metrics.reading import Count, Period, counts
from issues.models import MetricChange, MetricSum, Region, Topic
from tests.factories.people import Cast, organisation
from tests.factories.sampled import one_in
from tests.factories.stories import Story, almaty, answer_row
from tests.issues.metrics.asking import pair

LATER = almaty(2027, 6, 1)
LANGUAGES = ("en", "kk", "ru")
REGIONS, TOPICS = ("KZ-15", "KZ-75", "KZ-71"), ("ecology", "land", "social-security")
FIRST, LAST = date(2025, 11, 20), date(2026, 4, 10)
QUERIES = 120


@pytest.mark.parametrize(
    ("since", "until", "months", "edges"),
    [
        ("2026-02-01", "2026-02-28", "02..02", []),
        ("2026-02-02", "2026-02-27", None, ["02-02..02-27"]),
        ("2026-02-01", "2026-02-27", None, ["02-01..02-27"]),
        ("2026-02-10", "2026-02-28", None, ["02-10..02-28"]),
        ("2026-02-10", "2026-03-09", None, ["02-10..03-09"]),
        ("2026-02-10", "2026-03-31", "03..03", ["02-10..02-28"]),
        ("2026-02-10", "2026-04-09", "03..03", ["02-10..02-28", "04-01..04-09"]),
        ("2026-02-01", "2026-04-09", "02..03", ["04-01..04-09"]),
        ("2026-12-31", "2027-01-01", None, ["12-31..01-01"]),
        ("2026-02-10", None, "03..", ["02-10..02-28"]),
        ("2026-02-01", None, "02..", []),
        (None, "2026-02-28", "..02", []),
        (None, "2026-03-01", "..02", ["03-01..03-01"]),
        (None, None, "..", []),
    ],
)
def test_a_period_is_whole_months_and_the_days_at_its_edges(
    since: str | None, until: str | None, months: str | None, edges: list[str]
) -> None:
    period = Period(since and date.fromisoformat(since), until and date.fromisoformat(until))  # type: ignore[arg-type]
    assert [f"{one:%m-%d}..{other:%m-%d}" for one, other in period.edges()] == edges
    first, last = period.months()
    is_whole = first is None or last is None or first <= last
    assert (f"{first:%m}" if first else "") + ".." + (f"{last:%m}" if last else "") == months or not is_whole
    assert is_whole == (months is not None)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (almaty(2026, 1, 31, 23, 59), "2026-01-31"), (almaty(2026, 2, 1, 0, 1), "2026-02-01"),
        (almaty(2026, 2, 14, 23, 59), "2026-02-14"), (almaty(2026, 2, 15, 0, 1), "2026-02-15"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_summed", [False, True])
def test_days_are_those_of_almaty_and_both_ends_belong(story: Story, at: datetime, day: str, is_summed: bool) -> None:
    story.on(at).raised()
    assert not is_summed or sum_up() > 0
    on = date.fromisoformat(day)
    before, after = on - timedelta(1), on + timedelta(1)
    month = f"{day[:8]}01&to={day[:8]}{monthrange(on.year, on.month)[1]}"
    for query, n in (
        (f"from={on}&to={on}", 1), (f"from={before}&to={on}", 1), (f"from={on}&to={after}", 1), (f"from={month}", 1),
        (f"to={on}", 1), (f"from={on}", 1), (f"to={before}", 0), (f"from={after}", 0), (f"from={before}&to={before}", 0),
    ):  # fmt: skip
        for body in ("", "&body=labour", "&language=en", "&body=labour&language=en"):
            assert pair("confirmed_done", LATER, query + body) == (0, n), query + body


def test_a_body_is_asked_for_with_its_children_and_successors(cast: Cast) -> None:
    """The ministry has a committee, which a new agency succeeded; the agency has no part in the ministry's own."""
    agency = organisation("agency", Kind.STATE_BODY)
    committee = organisation("committee", Kind.STATE_BODY, parent=cast.ministry)
    for body in (cast.ministry, committee, agency, cast.rival.organisation):
        Story(cast).raised(body_addressed=body)
    Organisation.objects.filter(pk=committee.pk).update(valid_to=date(2026, 2, 6), successor=agency)
    found = {
        slug: pair("confirmed_done", LATER, f"body={slug}")[1] for slug in ("labour", "committee", "agency", "ecology")
    }
    assert found == {"labour": 3, "committee": 2, "agency": 1, "ecology": 1}
    assert sum_up() > 0
    assert found == {slug: pair("confirmed_done", LATER, f"body={slug}")[1] for slug in found}


def world(cast: Cast, chance: Random, issues: int) -> None:
    """Issues of half a year by two NGOs to two bodies, anywhere on their way."""
    bodies = {cast.ministry: cast.signatory, cast.rival.organisation: cast.rival}
    for _ in range(issues):
        body, signatory = chance.choice(list(bodies.items()))
        at = almaty(2025, 12, 1) + timedelta(days=chance.randrange(120), hours=chance.randrange(24))
        story = Story(cast, at).raised(
            [f"Ask {n}" for n in range(chance.randint(1, 3))], chance.choice([cast.manager, cast.other_manager]),
            body_addressed=body, language=chance.choice(LANGUAGES), topic=Topic.objects.get(slug=chance.choice(TOPICS)),
            region=Region.objects.get(code=chance.choice(REGIONS)),
        )  # fmt: skip
        go_on(story, chance, signatory)


def go_on(story: Story, chance: Random, signatory: Any) -> None:
    story.later(days=chance.randrange(1, 40))
    match chance.randrange(6):
        case 0:
            story.move("out_of_scope", story.cast.moderator, code="court")
        case 1:
            other = "ecology" if story.issue.body_addressed == story.cast.ministry else "labour"
            story.on(story.issue.raised_at or story.now).move("redirect", signatory, body=other, reason="Theirs.")
        case 2 | 3 | 4:
            verdicts = ("supported", "partly", "refused")
            due = (story.now + timedelta(chance.randrange(5, 60))).date()
            given = [answer_row(ask.n, chance.choice(verdicts), due) for ask in story.issue.asks.all()]
            story.move("answer", signatory, asks=given)


def directly(asked: MetricFilters, measures: Iterable[Measure], period: Period) -> Counter[tuple[int, int, date]]:
    """Counted over the rows themselves, as nobody keeps them."""
    conditions: list[tuple[str, Any]] = [
        ("measure = ANY(%s)", [int(measure) for measure in measures]), ("day >= %s", period.since),
        ("day <= %s", period.until), ("body_id = ANY(%s)", asked.bodies), ("language = %s", asked.language),
        ("region_id = %s", asked.region and asked.region.pk), ("topic_id = %s", asked.topic and asked.topic.pk),
    ]  # fmt: skip
    given = [(sql, value) for sql, value in conditions if value]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure, x, date_trunc('month', day)::date, count(*) FROM issues_cells_now WHERE "
            f"{' AND '.join(sql for sql, _ in given)} GROUP BY 1, 2, 3",
            [value for _, value in given],
        )
        return Counter({(measure, x, month): n for measure, x, month, n in cursor.fetchall()})


def asked_at_random(chance: Random) -> MetricFilters:
    days = [FIRST + timedelta(chance.randrange((LAST - FIRST).days)) for _ in range(2)]
    if chance.random() < 1 / 3:  # whole months
        days = [min(days).replace(day=1), max(days).replace(day=1) + timedelta(-1 if chance.random() < 1 / 2 else 0)]
    query = {
        "from": str(min(days)), "to": str(max(days)), "body": chance.choice(["labour", "ecology"]),
        "region": chance.choice(REGIONS), "topic": chance.choice(TOPICS), "language": chance.choice(LANGUAGES),
    }  # fmt: skip
    chosen = {
        name: value for name, value in query.items() if chance.random() < (2 / 3 if name in ("from", "to") else 1 / 3)
    }
    asked = MetricFilters.read(QueryDict("&".join(f"{name}={value}" for name, value in chosen.items())))
    assert not asked.ignored
    return asked


def by_x(rows: Iterable[Count]) -> Counter[tuple[int, int]]:
    return Counter({(int(row.measure), row.x): row.n for row in rows})


@pytest.mark.long
@pytest.mark.parametrize("seed", one_in(2, [1, 2]))
def test_by_sums_and_by_cells_whatever_is_asked_is_what_the_rows_say(cast: Cast, seed: int) -> None:
    """A third is summed up, another third changed what was summed, and the rest is only counted."""
    chance = Random(seed)
    world(cast, chance, 8)
    assert sum_up() > 0
    world(cast, chance, 8)
    assert MetricSum.objects.exists()
    assert MetricChange.objects.exists()
    assert differences() == {}
    found = 0
    for _ in range(QUERIES):
        asked = asked_at_random(chance)
        period, measures = Period(asked.since, asked.until), chance.sample(list(Measure), chance.randint(1, 20))
        expected = directly(asked, measures, period)
        monthly = {
            (int(row.measure), row.x, row.month): row.n for row in counts(asked, measures, period, by_month=True)
        }
        assert monthly == dict(expected), asked
        totals: Counter[tuple[int, int]] = Counter()
        for (measure, x, _month), n in expected.items():
            totals[measure, x] += n
        assert by_x(counts(asked, measures, period)) == totals, asked
        found += bool(totals)
    assert found > QUERIES / 3, "most of what is asked has an answer"
