"""Which council looks at a dispute, who of it may take part, and how many votes make a conclusion."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from backend.organisations.models import Membership, Organisation, Role
from issues import clock
from issues.models import Dispute, Issue

VOTES_NEEDED = 3


def council_for(issue: Issue, at: datetime) -> Organisation | None:
    """The council attached to the responsible body, or to whoever succeeded it by then (D24), else the default council. One
    query.
    """
    body = issue.body_addressed.in_force(clock.local_day(at)) if issue.body_addressed else None
    return Organisation.objects.council_for(body) if body else None


def seized_of(dispute: Dispute, at: datetime) -> list[int]:
    """Ids of the councils that may vote and conclude: the dispute's own, and once it is silent the default one too."""
    seized = [dispute.council_id] if dispute.council_id else []
    if dispute.silent_at or not seized or _past(dispute, at):
        default = Organisation.objects.default_council()
        if default is not None and default.pk not in seized:
            seized.append(default.pk)
    return seized


def _past(dispute: Dispute, at: datetime) -> bool:
    duties = dispute.issue.duties.all()
    return any(each.dispute_id == dispute.pk and each.kind == "conclude" and each.is_past(at) for each in duties)


def members_able(issue: Issue, seized: Iterable[int], at: datetime) -> QuerySet[Membership]:
    """Active members of these councils who are not recused: nobody who belongs to an NGO that holds or held the issue, to
    a co-signer or to the body (domain.md section 1). One query on an issue from `with_parts()`.
    """
    cosigners = [each.organisation_id for each in issue.supporters]
    parties = [*issue.holders, *cosigners, issue.body_addressed_id]
    recused = Membership.objects.active(at).filter(user=OuterRef("user"), organisation__in=parties)
    seats = Membership.objects.active(at).filter(organisation__in=list(seized), role__in=[Role.MEMBER, Role.CHAIR])
    return seats.filter(~Exists(recused), user__is_active=True).select_related("user", "organisation")


def recused(issue: Issue, seized: Iterable[int], at: datetime) -> list[tuple[Membership, Organisation]]:
    """Members of these councils who take no part, each with the party that is why: what `members_able` leaves out. Two
    queries on an issue from `with_parts()`.
    """
    cosigners = [each.organisation_id for each in issue.supporters]
    parties = [*issue.holders, *cosigners, issue.body_addressed_id]
    seats = Membership.objects.active(at).filter(organisation__in=list(seized), role__in=[Role.MEMBER, Role.CHAIR])
    members = {each.user_id: each for each in seats.select_related("user", "organisation")}
    theirs = Membership.objects.active(at).filter(user__in=members, organisation__in=parties)
    ties = {each.user_id: each.organisation for each in theirs.select_related("organisation").order_by("-id")}
    return [(members[person], ties[person]) for person in members if person in ties]


def quorum(able: int) -> int:
    """At least three votes, or all who are not recused where they are fewer; never a conclusion without a vote."""
    return max(1, min(VOTES_NEEDED, able))
