"""`seed`: every row it copies is what the actions would have left."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from backend.organisations.bin import is_valid_bin
from backend.organisations.models import Organisation
from dialogue.models import Message
from issues.actions import move_issue
from issues.actions.lapses import enter_what_is_due
from issues.lifecycle import Move, Status
from issues.metrics import counting
from issues.models import Dispute, Duty, Issue, MetricCell, Outcome, Verdict
from issues.record.chain import broken_chains
from tests.issues.folding import differences

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

NOW = datetime(2026, 11, 25, 19, 2, tzinfo=UTC)  # the worker has just been awake in Almaty


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A hundred and sixty issues, once for all of these tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("seed", issues=160, messages=480, until=date(2026, 11, 26))
        yield
        transaction.set_rollback(True)


def each_chain_is_whole_and_each_row_is_the_fold_of_its_events() -> None:
    connection.check_constraints()
    issues = Issue.objects.with_parts().exclude(status=Status.DRAFT)
    assert broken_chains(issues) == {}
    raised_here = issues.exclude(status=Status.RECORDED)
    assert {issue.number: found for issue in raised_here if (found := differences(issue))} == {}


def there_is_as_much_as_asked_for_of_every_status_outcome_and_verdict() -> None:
    assert (Issue.objects.count(), Message.objects.count()) == (160, 480)
    assert set(Issue.objects.values_list("status", flat=True)) == set(Status.values)
    outcomes = set(Issue.objects.values_list("disputes__outcome", flat=True))
    assert outcomes >= {"", *(set(Outcome.values) - {Outcome.CONFIRMED, Outcome.REASSIGNED})}
    assert set(Issue.objects.values_list("asks__verdict", flat=True)) == {"", *Verdict.values}
    moves = set(Issue.objects.values_list("events__move", flat=True))
    assert set(Move.values) - moves == {Move.DISCARD, Move.REASSIGN}


def the_worker_finds_nothing_that_it_would_have_entered() -> None:
    assert enter_what_is_due(NOW) == 0


def events_messages_and_numbers_have_no_gap() -> None:
    for issue in Issue.objects.prefetch_related("events", "messages"):
        assert [event.seq for event in issue.events.all()] == list(range(1, issue.rev + 1))
        assert [message.seq for message in issue.messages.all()] == list(range(1, issue.seq + 1))
        times = [event.at for event in issue.events.all()]
        assert times == sorted(times)
    numbers = sorted(Issue.objects.filter(number__startswith="2024-").values_list("number", flat=True))
    assert numbers == [f"2024-{n:06d}" for n in range(1, len(numbers) + 1)]


def a_published_date_carries_its_own_explanation() -> None:
    duties = Duty.objects.all()
    assert duties.count() > 160
    for duty in duties:
        assert duty.explanation["meta"]["due_on"] == duty.due_on.isoformat()
        assert duty.explanation["meta"]["registered_on"] == duty.starts_on.isoformat()


def a_disagreement_names_the_event_that_opened_it() -> None:
    seen = set()
    for dispute in Dispute.objects.select_related("issue"):
        ref, issue = dispute.opening_ref, dispute.issue
        match dispute.opening:
            case "no_answer":
                assert issue.duties.filter(pk=ref, kind="answer").exists()
            case "report" | "lapse":
                assert issue.events.get(seq=ref).to_status in {"reported_done", "unconfirmed"}
            case "late" | "moved" | "dropped":
                assert issue.commitments.filter(pk=ref.split(":")[0]).exists()
        seen.add(dispute.opening)
    assert seen == {"no_answer", "report", "lapse", "refusal", "late", "moved", "dropped", "unreported"}


def the_public_numbers_are_counted_from_what_was_seeded() -> None:
    assert MetricCell.objects.exists()
    assert counting.differences() == {}


def ngos_have_valid_numbers() -> None:
    numbers = Organisation.objects.filter(slug__startswith="seed-ngo-").values_list("bin", flat=True)
    assert len(numbers) == len(set(numbers)) == 30
    assert all(is_valid_bin(number or "") for number in numbers)


def the_page_of_a_seeded_issue_opens(client: Client, status: str) -> None:
    issue = Issue.objects.filter(status=status).order_by("pk")[0]
    if status == Status.DRAFT:
        assert issue.created_by
        client.force_login(issue.created_by)
    page = client.get(issue.get_absolute_url())
    assert page.status_code == 200
    assert issue.title.split(":")[0] in page.content.decode()


def a_seeded_issue_goes_on_by_the_actions() -> None:
    issue = Issue.objects.filter(status=Status.UNDER_CONSIDERATION, asks__n=1).order_by("pk")[0]
    body = issue.body_addressed
    assert body
    signatory = body.memberships.get(role="signatory").user
    asks = [{"n": ask.n, "verdict": "refused", "ground": "law", "text": "No."} for ask in issue.asks.all()]
    move_issue(issue=issue, move=Move.ANSWER, actor=signatory, organisation=body, at=NOW, asks=asks)
    issue.refresh_from_db()
    assert issue.status == Status.REFUSED
    assert broken_chains([issue]) == {}


def what_was_seeded_is_not_seeded_again() -> None:
    with pytest.raises(CommandError, match="begun here already"):
        call_command("seed", issues=10)


@pytest.mark.long
def test_a_small_seed_holds(seeded: None, client: Client) -> None:
    """One test, so that one worker alone seeds: nearly all of it is the rehearsals."""
    each_chain_is_whole_and_each_row_is_the_fold_of_its_events()
    there_is_as_much_as_asked_for_of_every_status_outcome_and_verdict()
    the_worker_finds_nothing_that_it_would_have_entered()
    events_messages_and_numbers_have_no_gap()
    a_published_date_carries_its_own_explanation()
    a_disagreement_names_the_event_that_opened_it()
    the_public_numbers_are_counted_from_what_was_seeded()
    ngos_have_valid_numbers()
    for status in Status.values:
        the_page_of_a_seeded_issue_opens(client, status)
    what_was_seeded_is_not_seeded_again()
    a_seeded_issue_goes_on_by_the_actions()
