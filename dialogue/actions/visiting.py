"""Remembering what a person has seen of an issue. No act: nobody learns of it, and no event tells it."""

from datetime import datetime, timedelta

from django.utils import timezone

from backend.accounts.models import User
from dialogue.models import Visit
from issues.models import Issue

WRITTEN_EVERY = timedelta(minutes=1)


def note_visit(*, person: User, issue: Issue, at: datetime) -> Visit | None:
    """The visit before this one; None at the first. One query, and one more at most once a minute."""
    before = Visit.objects.filter(person=person, issue=issue).first()
    if before is None:
        first = Visit(
            person=person, issue=issue, rev=issue.rev, at=at, seen=issue.seq
        )  # all of it is new: no line says so
        Visit.objects.bulk_create([first], ignore_conflicts=True)
    elif at - before.at >= WRITTEN_EVERY:
        Visit.objects.filter(pk=before.pk).update(rev=issue.rev, at=at)
    return before


def note_seen(*, person: User, issue: Issue, seq: int, back: bool = False) -> None:
    """They have read up to this message; never back, unless they say so. One query, two at the first visit."""
    seq = max(0, min(seq, issue.seq))
    visits = Visit.objects.filter(person=person, issue=issue)
    moved = visits.filter(seen__gt=seq) if back else visits.filter(seen__lt=seq)
    if not moved.update(seen=seq) and not visits.exists():
        first = Visit(person=person, issue=issue, rev=issue.rev, at=timezone.now(), seen=seq)
        Visit.objects.bulk_create([first], ignore_conflicts=True)
