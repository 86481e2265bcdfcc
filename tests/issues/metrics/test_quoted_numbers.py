"""A link for quoting shows the numbers of its day for ever, and says what became of them."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from issues.actions.lapses import enter_what_is_due
from tests.factories.clock import site_at
from tests.factories.stories import Story, almaty, answer_row

PAGES = ("/en/metrics/", "/en/metrics/answered_on_time/", "/en/metrics/time_to_first_answer/?body=labour&kind=ministry",
         "/en/metrics/mean_slippage/", "/en/metrics/moderation/", "/en/metrics/changed/?week=2026-W06&from=2026-01-01")  # fmt: skip


def link_on(page: str) -> str:
    found = re.search(r'href="([^"]+)">Link for quoting', Client().get(page).content.decode())
    assert found, page
    href = unescape(found[1])
    return href if href.startswith("/") else page.partition("?")[0] + href


def quoted(link: str) -> list[tuple[str, str, str]]:
    """(number, in the link, now)."""
    page = Client().get(link).content.decode()
    (table,) = re.findall(r'id="quoted".*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    return re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>', table)


def test_a_quoted_number_stays_as_it_was_shown(story: Story) -> None:
    for verdict in ("supported", *["refused"] * 10):  # enough for shares and medians
        Story(story.cast).answered(verdict)
    dropped = Story(story.cast).answered("supported")  # with a first date to come
    dropped.move(
        "commitment_drop", story.cast.signatory, commitment=dropped.issue.commitments.get().pk, reason="No money."
    )
    late = story.raised()
    with site_at(almaty(2026, 3, 1)):
        links = [link_on(page) for page in PAGES]
        on_the_day = [quoted(link) for link in links]
    assert all(then == now for told in on_the_day for _label, then, now in told)
    late.on(almaty(2026, 3, 2)).move("answer", story.cast.signatory, asks=[answer_row(1, "refused", late.now.date())])
    Story(story.cast).raised().move("out_of_scope", story.cast.moderator, code="court")
    enter_what_is_due(almaty(2026, 6, 1))
    with site_at(almaty(2026, 6, 1)):
        later = [quoted(link) for link in links]
    assert [[each[:2] for each in told] for told in later] == [[each[:2] for each in told] for told in on_the_day]
    changed = [page for page, told in zip(PAGES, later, strict=True) if any(then != now for _label, then, now in told)]
    assert len(changed) >= 4, "else little was put to the test"


def test_it_says_what_the_same_filters_give_now(story: Story) -> None:
    late = story.raised()
    with site_at(almaty(2026, 3, 1)):
        link = link_on("/en/metrics/response_rate/")
    late.on(almaty(2026, 3, 2)).move("answer", story.cast.signatory, asks=[answer_row(1, "refused", late.now.date())])
    with site_at(late.now + timedelta(1)):
        assert quoted(link) == [("Answered at all", "0 / 1", "1 / 1")]
        assert "can differ" in Client().get(link).content.decode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("answered_on_time.1.0.1", "answered_on_time.1.1.1"), ("as_of=2026-03-01", "as_of=2026-02-01"),
        ("seal=", "seal=x"), ("from=2026-01-01", "from=2026-02-01"), ("said=", "said=" + "9" * 5000),
    ],
)  # fmt: skip
def test_numbers_that_we_did_not_seal_are_not_shown(story: Story, old: str, new: str) -> None:
    story.raised()
    with site_at(almaty(2026, 3, 1)):
        link = link_on("/en/metrics/answered_on_time/?from=2026-01-01")
        assert old in link
        page = Client().get(link.replace(old, new)).content.decode()
    assert "are not ours, and are not shown" in page
    assert "In the link" not in page


def test_an_address_without_a_day_quotes_nothing(db: None) -> None:
    for query in ("as_of=2026-02-31", "as_of=x", "said=1&seal=2"):
        assert 'id="quoted"' not in Client().get(f"/en/metrics/?{query}").content.decode()
