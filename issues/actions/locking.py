"""An issue locked for a message: one of the statements that are asked most often."""

from backend.core.prepared import prepared
from issues.models import Issue
from issues.querysets import IssueQuerySet

_ASKED_FOR = (
    "uuid", "number", "language", "status", "origin", "body_addressed", "raised_by", "held_by", "answered_at", "owed_by",
    "active_at", "rev", "seq", "chain_hash",
)  # fmt: skip


@prepared(int)
def locked_issue(pk: int) -> IssueQuerySet:
    """The issue with the body it is addressed to, its row locked until the transaction ends; nothing if it was deleted. Without
    what messages do not ask for; that is read when it is asked for.
    """
    locked: IssueQuerySet = Issue.objects.select_for_update(of=("self",)).select_related("body_addressed").filter(pk=pk)
    return locked.only(*_ASKED_FOR)
