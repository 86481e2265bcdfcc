"""Every number equals the exact count of the list it links to, on the page and by machine."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from issues.metrics.asked import MetricFilters
from issues.metrics.counting import sum_up
from issues.metrics.definitions import METRICS
from issues.metrics.figures import Figure, figures
from issues.metrics.units import UnitsAsked, totals_of
from tests.factories.api import Program
from tests.factories.clock import site_at
from tests.factories.sampled import one_in
from tests.factories.stories import Story

FILTERS = ("", "body=labour", "language=kk", "region=KZ-75", "body=labour&language=kk", "from=2026-03-01&to=2026-03-20")


@pytest.fixture
def told(story: Story) -> Story:
    """Issues that came to an end, and some that did not; half of it summed up already."""
    story.reported("supported", "refused").move("confirm", story.cast.manager, asks=[1])
    Story(story.cast).raised().merged()
    sum_up()
    Story(story.cast).raised().withdrawing()
    Story(story.cast).disputed("supported")
    sent = Story(story.cast).accepted()
    sent.move("redirect", story.cast.signatory, body="ecology", reason="Theirs.")
    later = Story(story.cast).raised()
    later.move("withdraw", story.cast.manager, reason="Settled.")
    return story


@pytest.mark.parametrize("days", one_in(3, [60, 0, 400]))
def test_every_number_is_the_count_of_its_list(told: Story, days: int) -> None:
    at = told.now + timedelta(days)
    for query in FILTERS:
        found = figures(MetricFilters.read(QueryDict(query)), at)
        assert set(found) == set(METRICS)
        for key, figure in found.items():
            for part, n in _parts(figure).items():
                asked = UnitsAsked.read(QueryDict(f"{query}&metric={key}&part={part}"))
                assert asked is not None
                assert (query, key, part, totals_of(asked, at)[0]) == (query, key, part, n)


def _parts(figure: Figure) -> dict[str, int]:
    return {"numerator": figure.numerator, "denominator": figure.denominator, **figure.beside}


def test_the_page_says_what_its_list_says(told: Story) -> None:
    with site_at(told.now + timedelta(60)):
        page = Client().get("/en/metrics/").content.decode()
        links = set(re.findall(r'href="(/en/issues/\?metric=[^"]+)"[^>]*>(?:n = |[A-Z][a-z]+: )?(\d+)<', page))
        assert len(links) > 20
        for href, n in links:
            listed = Client().get(href.replace("&amp;", "&"))
            heading = re.search(r"<h1[^>]*>(\d+) ", listed.content.decode())
            assert heading is not None, href
            assert heading[1] == n, href


def test_a_program_gets_the_same_numbers_and_lists(told: Story) -> None:
    with site_at(told.now + timedelta(60)):
        read = Program().get("metrics/", body="labour").json()["metrics"]
        for key, figure in read.items():
            listed = Program().get("issues/", metric=key, part="denominator", body="labour", count="1").json()
            assert (key, listed["count"]) == (key, figure["denominator"])
            assert len(listed["results"]) == min(25, figure["denominator"])
        assert Program().get("issues/", metric="nothing").status_code == 422
        beside = Program().get("issues/", metric="answered_on_time", status="open", body="labour", sort="due")
        assert (beside.status_code, sorted(beside.json()["errors"])) == (422, ["sort", "status"])
        assert Program().get("metrics/", body="nobody").status_code == 422


def test_few_units_have_no_rate_on_the_page_and_every_number_its_definition(told: Story) -> None:
    with site_at(told.now + timedelta(60)):
        page = Client().get("/en/metrics/answered_on_time/").content.decode()
        assert "Too few for a rate: counts only." in page
        assert "Answered by the original due date" in page
        assert Client().get("/en/metrics/nothing/").status_code == 404


def test_a_month_of_the_trend_is_the_count_of_that_month(told: Story) -> None:
    from issues.metrics.tables import by_month

    at = told.now + timedelta(60)
    months = by_month(MetricFilters.read(QueryDict("")), at)
    whole = figures(MetricFilters.read(QueryDict("")), at, ["answered_on_time"])["answered_on_time"]
    assert sum(month.rate.n for month in months) == whole.denominator
    assert sum(month.rate.numerator for month in months) == whole.numerator


def test_a_stranger_recomputes_the_first_number_from_the_rows(told: Story, tmp_path: Any) -> None:
    import subprocess
    import sys

    from issues.metrics.recompute import SCRIPT

    at = told.now + timedelta(400)
    with site_at(at):
        rows = b"".join(Client().get("/en/open-data/asks.csv"))
    (tmp_path / "asks.csv").write_bytes(rows)
    (tmp_path / "recompute.py").write_text(SCRIPT, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "recompute.py", "asks.csv", str(at.date())], cwd=tmp_path, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    figure = figures(MetricFilters.read(QueryDict("")), at, ["confirmed_done"])["confirmed_done"]
    assert ran.stdout == f"{figure.numerator} of {figure.denominator} asks confirmed done within 365 days\n"
    assert figure.numerator == 1
