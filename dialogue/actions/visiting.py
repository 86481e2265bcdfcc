"""Remembering what a person has seen of an issue. No act: nobody learns of it, and no event tells it."""

from datetime import datetime, timedelta

from backend.accounts.models import User
from dialogue.models import Visit
from issues.models import Issue

WRITTEN_EVERY = timedelta(minutes=1)


def note_visit(*, person: User, issue: Issue, at: datetime) -> Visit | None:
    """The visit before this one; None at the first. One query, and one more at most once a minute."""
    before = Visit.objects.filter(person=person, issue=issue).first()
    if before is None:
        Visit.objects.bulk_create([Visit(person=person, issue=issue, rev=issue.rev, at=at)], ignore_conflicts=True)
    elif at - before.at >= WRITTEN_EVERY:
        Visit.objects.filter(pk=before.pk).update(rev=issue.rev, at=at)
    return before
