"""Following an issue, and no longer: a person's own business, outside the record."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.core.errors import Conflict
from issues.lifecycle import Status
from issues.models import Follow, Issue


def follow(*, issue: Issue, actor: User, at: datetime | None = None) -> None:
    """The person follows the issue from now on; once, however often they say so. Raises Conflict for a draft. Two queries."""
    if issue.status == Status.DRAFT:
        raise Conflict(_("A draft is nobody's to follow: it is not published yet."))
    Follow.objects.get_or_create(issue=issue, person=actor, defaults={"at": at or timezone.now()})


def unfollow(*, issue: Issue, actor: User) -> None:
    """No longer; nothing is said of who did not follow. One query."""
    Follow.objects.filter(issue=issue, person=actor).delete()
