"""Some asks of an issue go to another body: they become an issue of their own, linked with the first."""

from collections.abc import Iterable
from datetime import datetime

from backend.organisations.models import Organisation
from issues import clock, official
from issues.actions import duties
from issues.actions.cosigning import put_under
from issues.actions.engine import Act
from issues.actions.numbering import take_numbers
from issues.actions.receiving import receive
from issues.lifecycle import Status
from issues.models import Ask, Issue, Relation, RelationKind, Responsibility
from issues.record.chain import Entry, append

SPLIT_OFF = "split_off"


def split_off(act: Act, body: Organisation, numbers: list[int], hop: int) -> Issue:
    """The linked issue: the same text, NGO and co-signers; the asks numbered from 1, their days running from where they
    first ran. Its chain begins with what came over. Takes the year's counter, the last lock.
    """
    first, today = act.issue, clock.local_day(act.at)
    moving = [ask for ask in first.asks.all() if ask.n in numbers]
    linked = Issue(
        title=first.title, body=first.body, body_html=first.body_html, language=first.language, topic=first.topic,
        region=first.region, place=first.place, body_addressed=body, raised_by=first.raised_by, held_by=first.held_by,
        created_by=first.created_by, official_number=first.official_number, official_date=first.official_date,
        created_at=act.at, edited_at=act.at, raised_at=act.at, active_at=act.at, status=Status.RAISED,
        number=take_numbers(today.year)[0], first_received_at=first_receipt(moving, act.at),
    )  # fmt: skip
    linked.save()
    copies = Ask.objects.bulk_create(
        Ask(
            issue=linked, n=n, text=ask.text, owner=ask.owner, carried_from=ask, first_received_at=ask.first_received_at
        )
        for n, ask in enumerate(moving, start=1)
    )
    Ask.objects.filter(pk__in=[ask.pk for ask in moving]).update(moved_to=linked)
    for ask, copy in zip(moving, copies, strict=True):
        Ask.objects.filter(merged_onto=ask).update(
            merged_onto=copy
        )  # whose issues were merged onto it may disagree there
    for each in first.supporters:
        put_under(linked, each.organisation, by=each.by, at=act.at)
    tenure = receive(linked, body, hop=hop, at=act.at)
    duties.refresh(linked, act.at)
    append(linked, _beginning(act, linked, copies, tenure))
    linked.save()
    Relation.objects.create(issue=first, other=linked, kind=RelationKind.SPLIT, by=act.actor, at=act.at)
    return linked


def first_receipt(asks: Iterable[Ask], at: datetime) -> datetime:
    """When the first of these asks was first received by any body; `at` where none was before."""
    return min([at, *(ask.first_received_at for ask in asks if ask.first_received_at)])


def _beginning(act: Act, linked: Issue, copies: list[Ask], tenure: Responsibility) -> Entry:
    assert linked.topic is not None  # its first issue was raised whole
    assert linked.region is not None
    facts = {
        "number": linked.number, "split_from": act.issue.number, "raised_by": linked.raised_by.slug,
        "held_by": linked.held_by.slug, "body": tenure.body.slug, "topic": linked.topic.slug,
        "region": linked.region.code, "language": linked.language, "asks": [ask.n for ask in copies],
        "hop": tenure.hop, "registered_on": tenure.registered_on.isoformat(), "due_on": tenure.due_on.isoformat(),
        "cosigners": linked.cosigners_count,
    } | official.facts_of(linked)  # fmt: skip
    texts = {"title": linked.title, "body": linked.body, "place": linked.place} | official.texts_of(linked)
    texts |= {f"ask.{ask.n}": ask.text for ask in copies}
    return Entry(SPLIT_OFF, Status.DRAFT, Status.RAISED, act.at, act.actor, act.organisation, facts, texts)
