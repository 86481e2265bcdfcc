"""Reading in the public's words. Every page ends in one `for_<page>()`, which fetches all it shows (habit 7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils import timezone

from backend.organisations.models import Membership
from issues.lifecycle import BEFORE_ANSWER, OPEN, Status

if TYPE_CHECKING:
    from backend.accounts.models import User
    from backend.organisations.models import Organisation
    from issues.models import Ask, Attachment, Commitment, Duty, Issue, Relation  # noqa: F401


class Head(Protocol):
    """Of an issue: its place in any order of a list, and what tells whether its row is what it was."""

    pk: int
    number: str
    raised_at: datetime
    active_at: datetime
    cosigners_count: int
    due_at: datetime | None
    owed_by: str
    rev: int
    chain_hash: bytes


HEAD = ("pk", "number", "raised_at", "active_at", "cosigners_count", "due_at", "owed_by", "rev", "chain_hash")


def is_overdue(at: datetime) -> Q:
    """As `Issue.is_overdue`."""
    return Q(owed_by="body", due_at__lt=at)


class _Whole(models.query.ModelIterable):  # type: ignore[type-arg]
    """Issues with their parts, and those with who is named in them."""

    def __iter__(self) -> Iterator[Issue]:
        from issues.parts import introduce
        from issues.whole import read_parts

        issues = list(super().__iter__())
        if issues:
            mode = issues[0]._state.fetch_mode
            read_parts(issues, mode)
            introduce(issues, mode)
        return iter(issues)


class IssueQuerySet(models.QuerySet["Issue"]):
    def visible_to(self, person: User | AnonymousUser) -> IssueQuerySet:
        """All that was raised, and the drafts of the person's own NGOs; `policies.can_view` says the same of one issue."""
        public = ~Q(status=Status.DRAFT)
        if not person.is_authenticated:
            return self.filter(public)
        mine = Membership.objects.active(timezone.now()).filter(user=person, user__is_active=True)
        return self.filter(public | Q(raised_by__in=mine.values("organisation")))

    def public(self) -> IssueQuerySet:
        return self.exclude(status=Status.DRAFT)

    def drafts_of(self, organisation: Organisation) -> IssueQuerySet:
        return self.filter(status=Status.DRAFT, raised_by=organisation).order_by("-edited_at", "-id")

    def open(self) -> IssueQuerySet:
        return self.filter(status__in=OPEN)

    def before_answer(self) -> IssueQuerySet:
        return self.filter(status__in=BEFORE_ANSWER)

    def overdue(self, at: datetime) -> IssueQuerySet:
        """The body's date in force has passed: derived, never stored (habit 5)."""
        return self.filter(is_overdue(at))

    def on_legacy(self) -> IssueQuerySet:
        return self.filter(origin="legacy")

    def for_list(self) -> IssueQuerySet:
        """Rows of a list: four joins, no further query; without the texts, which no row shows."""
        parties = self.select_related("body_addressed", "raised_by", "held_by", "region").defer("body", "body_html")
        return parties.fetch_mode(models.FETCH_RAISE)

    def for_heads(self) -> models.QuerySet[Any, Head]:
        """Rows of a list before anybody knows whether they must be read: no join, no further query."""
        return self.values_list(*HEAD, named=True)

    def with_asks(self) -> IssueQuerySet:
        """An issue in the words of its NGO, for whoever makes no move: five joins, one query for the asks and one for the
        co-signatures.
        """
        from issues.models import Ask, Cosigner

        asks = Prefetch("asks", Ask.objects.select_related("owner", "moved_to"))
        cosigners = Prefetch("cosigners", Cosigner.objects.select_related("organisation"))
        parties = self.select_related("topic", "region", "body_addressed", "raised_by", "held_by")
        return parties.prefetch_related(asks, cosigners).fetch_mode(models.FETCH_RAISE)

    def with_parts(self) -> IssueQuerySet:
        """The issue with all its parts and everybody named in them, what a move or a page needs: one query for the parts,
        one for the organisations, one for the people.
        """
        whole = self.select_related("topic", "region", "source")
        whole._iterable_class = _Whole
        return whole

    def for_page(self) -> IssueQuerySet:
        """The issue page: all its parts and public files, without those of its messages, and nothing fetched later by
        accident.
        """
        from issues.models import Addendum, Attachment

        addenda = Prefetch("addenda", Addendum.objects.select_related("organisation", "by"))
        files = Prefetch("attachments", Attachment.objects.published().exclude(place="message"))
        return self.with_parts().prefetch_related(files, addenda).fetch_mode(models.FETCH_RAISE)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def published(self) -> AttachmentQuerySet:
        """Those that everybody sees: of a hidden message none."""
        return self.filter(stage="published", withheld_at=None)

    def downloadable(self) -> AttachmentQuerySet:
        """All but those that were taken down, or hidden with their message: of these only the record speaks."""
        return self.filter(taken_down_at=None, withheld_at=None)

    def pending_of(self, person: User, organisation: Organisation, issue: Issue) -> AttachmentQuerySet:
        """What waits in a form of this person, acting for this organisation, on this issue."""
        return self.filter(stage="pending", uploaded_by=person, organisation=organisation, issue=issue)

    def abandoned(self, at: datetime, hours: int) -> AttachmentQuerySet:
        """What waited in a form for too long."""
        return self.filter(stage="pending", at__lt=at - timedelta(hours=hours))

    def visible_to(self, person: User | AnonymousUser) -> AttachmentQuerySet:
        """Public ones; those of drafts of the person's own NGOs; what waits in the person's own forms."""
        if not person.is_authenticated:
            return self.published()
        mine = Membership.objects.active(timezone.now()).filter(user=person, user__is_active=True)
        return self.filter(
            Q(stage="published")
            | Q(stage="draft", issue__raised_by__in=mine.values("organisation"))
            | Q(stage="pending", uploaded_by=person)
        )


class RelationQuerySet(models.QuerySet["Relation"]):
    def standing(self) -> RelationQuerySet:
        return self.filter(ended_at=None)

    def named_by(self, issue: Issue) -> RelationQuerySet:
        """What its NGO named, and did not take back."""
        return self.standing().filter(issue=issue).exclude(kind="split")

    def on(self, issue: Issue) -> RelationQuerySet:
        """All that stand on the page of the issue: those it names, and those that name it. Needs no further query."""
        here = self.standing().filter(Q(issue=issue) | Q(other=issue))
        return here.select_related("issue", "other").fetch_mode(models.FETCH_RAISE)


class AskQuerySet(models.QuerySet["Ask"]):
    def supported(self) -> AskQuerySet:
        return self.filter(verdict__in=["supported", "partly"])


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def pending(self) -> CommitmentQuerySet:
        return self.filter(completed_on=None, dropped_on=None)

    def counting(self) -> CommitmentQuerySet:
        """All but the joint measures that were only offered: one counts once the NGO's manager has taken it on."""
        return self.exclude(owner__kind="ngo", taken_at=None)

    def kept(self) -> CommitmentQuerySet:
        return self.counting().filter(completed_on__lte=F("first_due"), broken_at=None)

    def late(self) -> CommitmentQuerySet:
        """Complete, after the first date."""
        return self.counting().filter(completed_on__gt=F("first_due"), broken_at=None)

    def not_due_yet(self, today: date) -> CommitmentQuerySet:
        return self.counting().pending().filter(first_due__gte=today, broken_at=None)

    def with_result(self, result: str, today: date) -> CommitmentQuerySet:
        """Those whose `Commitment.result` is this one, of the four that count (`open`: still pending)."""
        match result:
            case "kept":
                return self.kept()
            case "late":
                return self.late()
            case "broken":
                return self.broken(today)
        return self.not_due_yet(today)

    def for_board(self) -> CommitmentQuerySet:
        """Rows of the board of commitments: four joins, no further query."""
        parents = self.select_related("issue", "ask", "owner", "issue__body_addressed")
        return parents.fetch_mode(models.FETCH_RAISE)

    def broken(self, today: date) -> CommitmentQuerySet:
        """Dropped, found not done, or the first date passed and not complete."""
        late = Q(completed_on=None, first_due__lt=today)
        return self.counting().filter(Q(dropped_on__isnull=False) | Q(broken_at__isnull=False) | late)


class DutyQuerySet(models.QuerySet["Duty"]):
    def open(self) -> DutyQuerySet:
        return self.filter(met_at=None, ended_at=None)

    def passed(self, at: datetime) -> DutyQuerySet:
        """Open duties whose date has passed and is not entered yet: the worker's list, from a partial index."""
        return self.open().filter(lapsed_at=None, due_at__lt=at)
