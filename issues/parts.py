"""Everybody named in an issue and its parts, each fetched once.

The same few organisations and people stand in nearly every part. Joined to each of them they would be most of what is
read; here the parts come bare, in one query, then all organisations in one query and all people in another.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.db import models
from django.db.models.fetch_modes import FetchMode

from backend.accounts.models import User
from backend.organisations.models import Organisation
from issues.models import Ask, Issue


def introduce(issues: Iterable[Issue], mode: FetchMode) -> None:
    """Tell the parts, read by `read_parts`, who and which ask they name. Two queries; one more if another issue is named,
    or an ask of it, another for that ask, and one for the successors of a body that has one.
    """
    whole = {issue.pk: issue for issue in issues}
    asks = {ask.pk: ask for issue in whole.values() for ask in issue.asks.all()}
    parts = [part for issue in whole.values() for part in _parts(issue)]
    own = set(asks)
    known: tuple[tuple[type[models.Model], dict[int, Any]], ...] = (
        (Organisation, {}), (User, {}), (Ask, asks), (Issue, dict(whole)),
    )  # fmt: skip
    for model, rows in known:
        _name(parts, model, rows, mode)
        if model is Ask:  # where an ask was first asked
            parts += [row for pk, row in rows.items() if pk not in own]
    _succeed([body for issue in whole.values() for body in _bodies(issue)], mode)


def _bodies(issue: Issue) -> Iterator[Organisation]:
    """Whose place another may take."""
    if issue.body_addressed is not None:
        yield issue.body_addressed
    yield from (proposal.to_body for proposal in issue.proposals.all())


def _succeed(bodies: list[Organisation], mode: FetchMode) -> None:
    """Each body's successor, and that one's. A query for each step, none where nobody has one."""
    done: set[int] = set()
    while bodies := [body for body in bodies if body.successor_id is not None and body.pk not in done]:
        _name(bodies, Organisation, {}, mode)
        done |= {body.pk for body in bodies}
        bodies = [body.successor for body in bodies if body.successor is not None]


def _parts(issue: Issue) -> Iterator[models.Model]:
    yield issue
    for ask in issue.asks.all():
        yield ask
        yield from ask.evidence.all()
        yield from ask.merged.all()
        for said in ask.answers.all():
            yield from (said, said.answer)
    for dispute in issue.disputes.all():
        yield dispute
        yield from dispute.asks.all()
        yield from dispute.opinions.all()
    for kind in (issue.cosigners, issue.commitments, issue.responsibilities, issue.proposals, issue.rulings):
        yield from kind.all()


def _name(parts: Iterable[models.Model], model: type[models.Model], known: dict[int, Any], mode: FetchMode) -> None:
    """Set the references of the parts to rows of `model`. One query where some are not known yet."""
    named = [
        (part, field, pk)
        for part in parts
        for field in _references(type(part), model)
        if (pk := getattr(part, field.attname)) is not None
    ]
    if missing := {pk for _, _, pk in named} - known.keys():
        known |= models.QuerySet(model).fetch_mode(mode).in_bulk(missing)
    for part, field, pk in named:
        field.set_cached_value(part, known[pk])


@cache
def _references(model: type[models.Model], to: type[models.Model]) -> tuple[Any, ...]:
    return tuple(field for field in model._meta.concrete_fields if field.related_model is to)
