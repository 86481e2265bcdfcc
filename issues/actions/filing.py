"""From draft to a body that considers it: submit, discard, accept, clarify, extend."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Conflict
from issues import clock, official
from issues.actions import duties
from issues.actions.attaching import publish_draft
from issues.actions.checks import LONG, Checked, member_called
from issues.actions.engine import Act, Done, handles, still_verified
from issues.actions.keeping import forget_on_commit
from issues.actions.numbering import take_numbers
from issues.actions.personal_data import kept_knowingly
from issues.actions.receiving import receive, why_not_body
from issues.actions.relating import check_named, locked_of, publish_named
from issues.lifecycle import Move, Status
from issues.models import DutyKind, Issue, RelationKind
from issues.models.ask import MAX_ASKS

OPEN_WITH_ONE_BODY = 10  # [policy], domain.md section 1


@handles(Move.DISCARD)
def discard(act: Act) -> Done:
    forget_on_commit(act.issue.attachments.values_list("storage_key", flat=True))
    act.issue.delete()
    return Done(deleted=True)


@handles(Move.SUBMIT)
def submit(act: Act, keep: Any = None) -> Done:
    """The issue becomes public under its number; `keep`: tokens of personal data kept knowingly. Locks the NGO too, until
    the transaction ends.
    """
    issue, today = act.issue, clock.local_day(act.at)
    named = locked_of(issue)
    _check_room(act)
    _check_whole(issue, today, named)
    texts = texts_of(issue)
    kept = kept_knowingly(texts, keep)
    assert issue.topic is not None  # checked just now
    assert issue.region is not None
    issue.raised_at = issue.first_received_at = issue.active_at = act.at
    [issue.number] = take_numbers(today.year)
    tenure = receive(issue, act.body, hop=0, at=act.at)
    asks = list(issue.asks.all())
    files, names = publish_draft(issue)
    issue.asks.update(first_received_at=act.at)
    return Done(
        Status.RAISED,
        facts={
            "number": issue.number, "body": act.body.slug, "topic": issue.topic.slug,
            "region": issue.region.code, "language": issue.language, "asks": [ask.n for ask in asks],
            "registered_on": tenure.registered_on.isoformat(), "due_on": tenure.due_on.isoformat(),
        } | official.facts_of(issue) | files | publish_named(issue, named, act.seat, act.at) | kept,
        texts=texts | names,
    )  # fmt: skip


def texts_of(draft: Issue) -> dict[str, str]:
    """Everything that people wrote in it, as its event will hold it."""
    texts = {"title": draft.title, "body": draft.body, "place": draft.place} | official.texts_of(draft)
    return texts | {f"ask.{ask.n}": ask.text for ask in draft.asks.all()}


def fields_of(texts: Mapping[str, str]) -> dict[str, Any]:
    """The same as `save_draft` takes it."""
    fields: dict[str, Any] = {name: text for name, text in texts.items() if not name.startswith("ask.")}
    return fields | {"asks": [text for name, text in texts.items() if name.startswith("ask.")]}


def _check_room(act: Act) -> None:
    """Further drafts wait. Under the NGO's lock, so that two drafts do not both take the last place."""
    ngo = still_verified(act)
    open_now = Issue.objects.open().filter(held_by=ngo, body_addressed=act.issue.body_addressed)
    if act.issue.body_addressed is not None and open_now.count() >= OPEN_WITH_ONE_BODY:
        words = _("Your organisation has as many open issues with this body as it may have at a time: %(limit)s.")
        raise Conflict(words % {"limit": OPEN_WITH_ONE_BODY})


def _check_whole(issue: Issue, today: date, named: list[tuple[Issue, RelationKind]]) -> None:
    with Checked() as check:
        check_named(check, issue, named)
        check.line("title", issue.title)
        check.text("body", issue.body, limit=LONG)
        for name, words in (
            ("topic", _("Choose a topic.")), ("region", _("Choose a region, or the whole country.")),
            ("language", _("Say in which language the text is written.")),
        ):  # fmt: skip
            if not getattr(issue, name):
                check.fail(name, words)
        if not 1 <= len(issue.asks.all()) <= MAX_ASKS:
            check.fail("asks", _("Write from one to ten numbered asks: what exactly should the state do?"))
        if why := why_not_body(issue.body_addressed, today):
            check.fail("body_addressed", why)


@handles(Move.ACCEPT)
def accept(act: Act, unit: str, person: Any) -> Done:
    tenure = act.tenure
    with Checked() as check:
        tenure.unit = check.line("unit", unit)
        assigned = member_called(person, act.body, act.at)
        if assigned is None:
            check.fail("person", _("Choose a person of the responsible body."))
    assert assigned
    tenure.person, tenure.accepted_at = assigned, act.at
    tenure.save()
    duties.meet(act.issue, DutyKind.ACCEPT, at=act.at)
    return Done(Status.UNDER_CONSIDERATION, facts={"person": str(assigned.uuid)}, texts={"unit": tenure.unit})


@handles(Move.CLARIFY_REQUEST)
def clarify_request(act: Act, question: str) -> Done:
    """One concrete question; the answer's clock runs on. From `raised` it counts as taking the issue up."""
    with Checked() as check:
        question = check.text("question", question)
    tenure = act.tenure
    tenure.clarification_at = act.at
    if tenure.accepted_at is None:
        tenure.accepted_at, tenure.person = act.at, act.actor
        duties.meet(act.issue, DutyKind.ACCEPT, at=act.at)
    tenure.save()
    due = clock.due(clock.CLARIFY, clock.local_day(act.at), clock.current_calendar())
    duties.open_duty(act.issue, DutyKind.CLARIFY, due, act.at, tenure=tenure)
    return Done(Status.CLARIFICATION, facts={"due_on": due.due_on.isoformat()}, texts={"question": question})


@handles(Move.CLARIFY)
def clarify(act: Act, text: str, keep: Any = None) -> Done:
    with Checked() as check:
        text = check.text("text", text)
    kept = kept_knowingly({"text": text}, keep)
    duties.meet(act.issue, DutyKind.CLARIFY, at=act.at)
    return Done(Status.UNDER_CONSIDERATION, facts=kept, texts={"text": text})


@handles(Move.EXTEND)
def extend(act: Act, until: Any, reason: str) -> Done:
    """Once, by a signed reasoned decision, within two calendar months of registration (APPC art. 76)."""
    tenure, calendar = act.tenure, clock.current_calendar()
    cap = clock.extension_cap(tenure.registered_on, calendar)
    with Checked() as check:
        reason = check.text("reason", reason)
        day = check.day("until", until)
        if day is not None and not tenure.original_due_on < day <= cap:
            words = _("Choose a date after the present due date, and not later than the cap. Cap: %(cap)s.")
            check.fail("until", words % {"cap": cap.strftime("%d.%m.%Y")})
        elif day is not None and not calendar.is_working(day):
            check.fail("until", _("This is a free day: choose a working day."))
    assert day
    due = clock.due(clock.EXTENSION_MONTHS, tenure.registered_on, calendar, until=day)
    tenure.due_on, tenure.extended_at = day, act.at
    tenure.save()
    duties.open_duty(act.issue, DutyKind.ANSWER, due, act.at, tenure=tenure)
    tell_by = clock.tell_by(clock.local_day(act.at), calendar)
    facts = {"until": day.isoformat(), "original_due_on": tenure.original_due_on.isoformat(),
             "tell_by": tell_by.isoformat()}  # fmt: skip
    return Done(facts=facts, texts={"reason": reason})
