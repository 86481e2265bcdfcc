"""An issue locked for a message: one of the statements that are asked most often."""

from backend.core.prepared import prepared
from issues.models import Issue
from issues.querysets import IssueQuerySet


@prepared(int)
def locked_issue(pk: int) -> IssueQuerySet:
    """The issue with the body it is addressed to, its row locked until the transaction ends; nothing if it was deleted."""
    locked: IssueQuerySet = Issue.objects.select_for_update(of=("self",)).select_related("body_addressed").filter(pk=pk)
    return locked
