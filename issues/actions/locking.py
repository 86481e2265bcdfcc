"""An issue locked for a message: one of the statements that are asked most often."""

from backend.core.prepared import prepared
from issues.models import Issue
from issues.querysets import IssueQuerySet


def lock_issue(pk: int) -> Issue | None:
    """The issue with the body it is addressed to, its row locked until the transaction ends; None if it was deleted. One query."""
    return next(iter(_locked(pk)), None)


@prepared(int)
def _locked(pk: int) -> IssueQuerySet:
    locked: IssueQuerySet = Issue.objects.select_for_update(of=("self",)).select_related("body_addressed").filter(pk=pk)
    return locked
