"""From draft to a body that considers it: submit, discard, accept, clarify, redirect, extend."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Conflict, NotBuilt
from backend.organisations.models import Organisation
from issues import clock
from issues.actions import duties
from issues.actions.attaching import publish_draft
from issues.actions.checks import LONG, Checked, body_called, member_called
from issues.actions.engine import NOT_BUILT, Act, Done, handles, still_verified
from issues.actions.keeping import forget_on_commit
from issues.actions.numbering import take_numbers
from issues.actions.personal_data import kept_knowingly
from issues.lifecycle import Move, Status
from issues.models import DutyKind, Issue, Responsibility
from issues.models.issue import MAX_ASKS

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
    _check_room(act)
    _check_whole(issue, today)
    texts = texts_of(issue)
    kept = kept_knowingly(texts, keep)
    assert issue.topic is not None  # checked just now
    assert issue.region is not None
    issue.raised_at = issue.active_at = act.at
    [issue.number] = take_numbers(today.year)
    tenure = receive(act, act.body, hop=0)
    asks = list(issue.asks.all())
    files, names = publish_draft(issue)
    return Done(
        Status.RAISED,
        facts={
            "number": issue.number, "body": act.body.slug, "topic": issue.topic.slug,
            "region": issue.region.code, "language": issue.language, "asks": [ask.n for ask in asks],
            "registered_on": tenure.registered_on.isoformat(), "due_on": tenure.due_on.isoformat(),
        } | files | kept,
        texts=texts | names,
    )  # fmt: skip


def texts_of(draft: Issue) -> dict[str, str]:
    """Everything that people wrote in it, as its event will hold it."""
    texts = {"title": draft.title, "body": draft.body, "place": draft.place}
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


def _check_whole(issue: Issue, today: date) -> None:
    with Checked() as check:
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
        if words := _why_not_body(issue.body_addressed, today):
            check.fail("body_addressed", words)


def _why_not_body(body: Organisation | None, today: date) -> Any:
    if body is None:
        return _("Choose the state body that should answer.")
    if body.is_legacy_body:
        return _("This body is known from another register alone: no issue can be addressed to it. Choose another.")
    if body.kind != "state_body" or not body.is_valid_on(today):
        return _("This body does not exist on this day. Choose another.")
    return None


def receive(act: Act, body: Organisation, *, hop: int) -> Responsibility:
    """A body becomes responsible: its own receipt, and its own dates to accept, redirect and answer."""
    calendar = clock.current_calendar()
    registered = clock.registration_day(act.at, calendar)
    answer = clock.due(clock.ANSWER, registered, calendar, submitted_at=act.at)
    tenure = Responsibility.objects.create(
        issue=act.issue, body=body, hop=hop, received_at=act.at, registered_on=registered,
        original_due_on=answer.due_on, due_on=answer.due_on,
    )  # fmt: skip
    for kind, limit in ((DutyKind.ACCEPT, clock.ACCEPT), (DutyKind.REDIRECT, clock.REDIRECT)):
        due = clock.due(limit, registered, calendar, submitted_at=act.at)
        duties.open_duty(act.issue, kind, due, act.at, tenure=tenure)
    duties.open_duty(act.issue, DutyKind.ANSWER, answer, act.at, tenure=tenure)
    return tenure


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


@handles(Move.REDIRECT)
def redirect(act: Act, body: Any, reason: str, asks: Any = None) -> Done:
    """The whole issue, at once, at its first hop: the new body has its own receipt; the NGO's whole wait stays visible."""
    numbers = [ask.n for ask in act.issue.asks.all()]
    old, new = act.body, body_called(body)
    with Checked() as check:
        if asks is not None and check.numbers("asks", asks, numbers) != numbers and not check.errors:
            raise NotBuilt(NOT_BUILT)  # some of the asks: they become a linked issue
        reason = check.text("reason", reason)
        if words := _why_not_body(new, clock.local_day(act.at)):
            check.fail("body", words)
        elif new == old:
            check.fail("body", _("This body is responsible already."))
    assert new
    tenure = act.tenure
    hop = tenure.hop + 1
    tenure.ended_at, tenure.ended_by = act.at, str(Move.REDIRECT)
    tenure.save()
    duties.end(act.issue, at=act.at)
    act.issue.body_addressed = new
    received = receive(act, new, hop=hop)
    facts = {"from": old.slug, "body": new.slug, "hop": hop, "registered_on": received.registered_on.isoformat(),
             "due_on": received.due_on.isoformat()}  # fmt: skip
    return Done(Status.RAISED, facts=facts, texts={"reason": reason})


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
