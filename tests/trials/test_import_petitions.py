"""Show 3: the real petitions as legacy issues, with the mapping of the examples."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from issues import clock
from issues.imports.mapping import read_meaning
from issues.models import Answer, Issue, IssueEvent
from issues.record.chain import broken_chains
from tests.factories.processes import PROJECT
from tests.factories.registers import Taken, take, taken_issue
from tests.trials.uk_petitions import DATA

pytestmark = [
    pytest.mark.skipif(
        not DATA.exists(), reason="the petitions are not beside the repository: ../shared/data/uk_petitions"
    ),
    pytest.mark.long,
    pytest.mark.thorough,
]
REGISTER = "UK Government and Parliament petitions"


@pytest.fixture(scope="module")
def taken(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Taken, Taken]]:
    """Taken over twice, once for all tests of this module, and rolled back after them."""
    meaning = read_meaning(PROJECT / "examples" / "uk_petitions.toml", create_bodies=True)
    with django_db_blocker.unblock(), transaction.atomic():
        yield take(DATA, meaning), take(DATA, meaning)
        transaction.set_rollback(True)


def test_all_of_them_go_in_and_a_second_run_adds_nothing(taken: tuple[Taken, Taken]) -> None:
    first, second = taken
    assert (first.counts, first.report.answers, first.why) == ((1270, 0, 0, 0), 106, {})
    assert (second.counts, second.report.answers) == ((0, 0, 1270, 0), 0)
    assert Issue.objects.on_legacy().count() == 1270
    assert IssueEvent.objects.count() == 1270 + 106


def test_106_have_their_answer_on_the_day_that_the_source_gives(taken: tuple[Taken, Taken]) -> None:
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    given = {str(row["id"]): response["responded_on"] for row in rows if (response := row["government_response"])}
    found = {
        answer.issue.source.source_id: clock.local_day(answer.published_at).isoformat()
        for answer in Answer.objects.select_related("issue__source")
    }
    assert len(given) == 106
    assert found == given


def test_the_23_without_a_department_lie_with_the_default_body(taken: tuple[Taken, Taken]) -> None:
    bodies = Counter(Issue.objects.on_legacy().values_list("body_addressed__slug", flat=True))
    assert bodies["uk-government"] == 23
    assert bodies["uk-department-for-environment-food-and-rural-affairs"] == 332
    assert bodies["uk-department-for-levelling-up-housing-and-communities"] == 68
    assert len(bodies) == 19
    assert {slug for slug in bodies if not slug.startswith("uk-")} == set(), "none is ours, though names are the same"


def test_the_other_departments_are_kept(taken: tuple[Taken, Taken]) -> None:
    kept = [dict(issue.source.kept)["Departments"] for issue in Issue.objects.on_legacy().select_related("source")
            if issue.body_addressed.slug != "uk-government"]  # fmt: skip
    assert Counter(map(len, kept)) == {1: 1232, 2: 15}


def test_one_of_them_read_by_hand(taken: tuple[Taken, Taken]) -> None:
    issue = taken_issue("300034", REGISTER)
    assert (issue.number[:5], clock.local_day(issue.raised_at)) == ("2020-", date(2020, 3, 5))
    assert issue.title == "Fund Kuvan (sapropterin) on the NHS for people with PKU"
    assert issue.body.startswith("The drug Kuvan allows people with the rare condition PKU")
    assert "\n\nPKU is a rare condition, diagnosed at birth." in issue.body
    assert "\r" not in issue.body
    assert issue.source_status == "Closed: the six months of signing ended"
    assert issue.source.url == "https://petition.parliament.uk/petitions/300034"
    answer = issue.asks.get().answers.all()[0]
    assert answer.text.startswith("We understand how difficult it is living with phenylketonuria.")
    assert clock.local_day(answer.answer.published_at) == date(2020, 4, 7)
    assert answer.answer.body.name_en == "Department of Health and Social Care"


def test_every_chain_verifies(taken: tuple[Taken, Taken]) -> None:
    assert broken_chains(Issue.objects.on_legacy()) == {}
