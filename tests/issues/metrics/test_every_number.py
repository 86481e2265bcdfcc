"""Show 2 of the metrics: each number on each of their pages leads to a list of exactly so many, and no number leads nowhere."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.test import Client

from issues.metrics.definitions import METRICS
from issues.metrics.units import UnitsAsked, totals_of
from issues.metrics.weeks import Week
from tests.factories.clock import site_at
from tests.factories.stories import MONDAY, Story, almaty
from tests.issues.metrics.asking import pair

pytestmark = pytest.mark.thorough

LATER = almaty(2027, 6, 1)
WEEK = Week(MONDAY.date())
PAGES = (
    "/metrics/", *(f"/metrics/{key}/" for key in METRICS), "/bodies/labour/", "/",
    *(f"/metrics/changed/?week={week}" for week in (WEEK.before, WEEK, WEEK.after, WEEK.after.after)),
)  # fmt: skip
QUERIES = (
    "body=labour&language=en",
    "kind=ministry&from=2026-02-03&to=2026-03-20",
    "region=KZ-15&topic=social-security",
)
COUNT = re.compile(r"(?:^|: |n = |\()([\d,]+)(?:$|\))")
"""In the words of a link: "37", "Answered: 37", "n = 37"; of a chart's "64% (24 / 37)" the last."""
SAID_BESIDE = re.compile(
    r"95% interval: \S+|p90: \S+|(?:[\d.]+–)?[\d.]+%|[\d.,]+ (?:working day|calendar day|character)s?"
)
"""Values, not counts: what they rest on stands beside them as links."""


class Numbers(HTMLParser):
    """`links`: (address, words, or the name of a drawn one); `loose`: words of cards and cells that are in no link."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.loose: list[str] = []
        self.stack: list[tuple[str, dict[str, Any]]] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in ("meta", "link", "input", "img", "br", "use", "path", "rect", "line", "circle", "hr"):
            return
        found = dict(attrs)
        self.stack.append((tag, found))
        if tag == "a":
            self.links.append((found.get("href") or "", found.get("aria-label") or ""))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self.stack]
        if not data.strip() or any(found.get("class") == "vh" for _, found in self.stack):
            return
        if "a" in tags:
            href, said = self.links[-1]
            self.links[-1] = (href, said or data.strip())
        elif self._counts(tags):
            self.loose.append(data)

    def _counts(self, tags: list[str]) -> bool:
        """In a card, or a cell of a table of numbers; not where issues are told by name, or a curve day by day."""
        ids = {found.get("aria-labelledby") or found.get("id") or "" for _, found in self.stack}
        by_name = ids & {"waits", "waiting", "endings", "waiting-title", "endings-title"}
        in_card = any("metric-card" in (found.get("class") or "") for _, found in self.stack)
        return not by_name and "h3" not in tags and (in_card or "td" in tags)


def read(path: str) -> Numbers:
    response = Client().get(f"/en{path}")
    assert response.status_code == 200, path
    found = Numbers()
    found.feed(response.content.decode())
    return found


def listed(href: str) -> int:
    """How many the list says it has, in its heading."""
    query = QueryDict(urlsplit(href).query)
    behind = UnitsAsked.read(query)
    if behind is not None:
        assert not behind.filters.ignored, href
        return totals_of(behind, LATER)[0]  # which is what the heading is made of: `headed`
    page = Client().get(href).content.decode()
    heading = re.search(r"<h1[^>]*>\s*([\d,]+|No) ", page)
    assert heading, href
    return 0 if heading[1] == "No" else int(heading[1].replace(",", ""))


def headed(key: str, n: int) -> None:
    """The page of a list says it, and has so many rows."""
    page = Client().get(f"/en/issues/?metric={key}&part=denominator").content.decode()
    heading = re.search(r"<h1[^>]*>(\d+) ", page)
    assert (heading and int(heading[1]), page.count('<li class="row">')) == (n, min(25, n))


def compared(path: str, known: dict[str, int]) -> int:
    found, n = read(path), 0
    for href, words in found.links:
        if not re.match(r"/en/(issues|commitments)/\?", href) or not (
            counts := COUNT.findall(words.replace(" / ", "("))
        ):
            continue
        if href not in known:
            known[href] = listed(href)
        assert int(counts[-1].replace(",", "")) == known[href], (path, href, words)
        n += 1
    for words in found.loose:
        assert not re.search(r"\d", SAID_BESIDE.sub("", words)) or words == "0", (path, words)
    return n


def test_every_number_is_the_count_of_the_list_that_it_leads_to(eventful: Story) -> None:
    known: dict[str, int] = {}
    with site_at(LATER):
        for key in ("answered_on_time", "new_ngos", "moderation", "answer_length"):
            headed(key, pair(key, LATER)[1])
        numbers = {path: compared(path, known) for path in PAGES}
        for query in QUERIES:
            for path in ("/metrics/", "/metrics/time_to_first_answer/", "/metrics/moderation/"):
                numbers[f"{path}?{query}"] = compared(f"{path}?{query}", known)
    assert all(numbers.values()), numbers
    assert numbers["/metrics/"] > 100
    assert len(known) > 500
    assert sum(map(bool, known.values())) > 200
    for key in METRICS:
        assert all(pair(key, LATER)), f"{key} is nothing in this world: it would be compared with nothing"
