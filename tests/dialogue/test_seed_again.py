"""`seed` with the same arguments, and with more of them."""

import hashlib
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from dialogue.models import Message
from issues.lifecycle import Status
from issues.models import Issue
from issues.record.chain import broken_chains
from tests.issues.folding import differences

pytestmark = pytest.mark.django_db

UNTIL = date(2026, 11, 26)


@pytest.mark.exhaustive
def test_the_same_arguments_give_the_same_content_and_another_seed_another() -> None:
    first, again, other = (_content_of(seed=number) for number in (1, 1, 2))
    assert first == again
    assert first != other


def _content_of(**options: Any) -> str:
    """A digest of what was written, taken back afterwards."""
    with transaction.atomic():
        call_command("seed", issues=8, messages=24, until=UNTIL, **options)
        said = [
            *Issue.objects.order_by("pk").values_list("uuid", "number", "title", "chain_hash"),
            *Issue.objects.order_by("events__pk").values_list("events__canonical", "events__hash"),
            *Message.objects.order_by("pk").values_list("key", "body", "at"),
        ]
        transaction.set_rollback(True)
    return hashlib.sha256(repr(said).encode()).hexdigest()


@pytest.mark.exhaustive
def test_three_thousand_issues_are_as_whole() -> None:
    call_command("seed", issues=3000, messages=9000, until=UNTIL)
    issues = Issue.objects.with_parts().exclude(status__in=[Status.DRAFT, Status.RECORDED])
    assert broken_chains(issues) == {}
    assert {issue.number: found for issue in issues if (found := differences(issue))} == {}
