"""What the hub asks of the dialogue: which frames follow a `rev`, where issues stand, and who may still watch.

One frame for each change (D5). It shows a message as it is now: a text that was hidden meanwhile is in no frame.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from backend.accounts.models import User
from backend.core.live.room import READ_AT_ONCE, Frame, Text
from backend.core.prepared import prepared
from backend.organisations.acting import SESSION_KEY
from backend.organisations.models import Kind, Membership
from backend.organisations.seats import seats_in_force
from dialogue.actions import MESSAGE_POSTED
from dialogue.actions.posting import SIDE_OF
from dialogue.fragments import render_message
from dialogue.models import Message, Side
from issues import policies
from issues.models import Issue, IssueEvent
from issues.record.removed import MESSAGE_HIDDEN, MESSAGE_TEXTS

SIGN_IN, NOT_ALLOWED, NO_SUCH_ISSUE = 4401, 4403, 4404


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in, as they were when they came: `password` and `organisation` must stay for them to stay."""

    pk: int
    session: str
    password: str
    organisation: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a watcher stands: the issue, its `rev`; `side` is "" for those who speak for none."""

    issue: int
    rev: int
    person: Person | None
    side: str
    may_post: bool


def find_place(number: str, cookie: str) -> Place | int:
    """The place of whoever has this session, or the code to close with. One query for a visitor, at most six for others."""
    if not cookie:
        return next((Place(pk, rev, None, "", False) for pk, rev in _public(number)), NO_SUCH_ISSUE)
    session = import_module(settings.SESSION_ENGINE).SessionStore(cookie)
    person, seat = None, None
    user = get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
    if isinstance(user, User):
        seat = _seat(user, session)
        person = Person(user.pk, cookie, user.password, seat.organisation.pk if seat else None)
    elif session.session_key is None:  # it was looked for, and is not there
        return SIGN_IN
    issue = Issue.objects.visible_to(user).filter(number=number).select_related("body_addressed").first()
    if issue is None:
        return NO_SUCH_ISSUE
    side = SIDE_OF[Kind(seat.organisation.kind)] if seat else ""
    may_post = seat is not None and policies.can_post(seat, issue) is None
    return Place(issue.pk, issue.rev, person, "" if side == Side.PLATFORM else side, may_post)


@prepared(str)
def _public(number: str) -> QuerySet[Issue, tuple[int, int]]:
    return Issue.objects.public().filter(number=number).values_list("pk", "rev")


def _seat(user: User, session: Any) -> policies.Seat | None:
    """As `backend.organisations.acting` chooses for a page."""
    seats = seats_in_force(user, timezone.now())
    chosen = next(
        (each for each in seats if each.organisation_id == session.get(SESSION_KEY)), seats[0] if seats else None
    )
    return policies.Seat(user, chosen.organisation, chosen.role) if chosen else None


class Thread:
    """The `Source` of all issues."""

    def newest(self, rooms: Iterable[int]) -> dict[int, int]:
        """One query."""
        return dict(Issue.objects.filter(pk__in=rooms).values_list("pk", "rev"))

    def frames(self, room: int, after: int, languages: Iterable[str]) -> list[Frame]:
        """At most `READ_AT_ONCE`. Two queries, and one where a text was blanked."""
        found = list(_following(room, after))
        subjects = {seq: _subject(room, move, facts) for seq, move, facts in found}
        shown = _shown(room, {each for each in subjects.values() if each is not None})
        rendered: dict[tuple[int, str], str] = {}
        frames = []
        for rev, move, _ in found:
            subject = subjects[rev] if subjects[rev] in shown else None
            frame = Frame(rev, subject)
            for language in languages:
                frame.texts[language] = _text(rev, move, shown.get(subject or 0), language, rendered)
            frames.append(frame)
        return frames

    def revoked(self, people: Sequence[Person]) -> dict[Person, int]:
        """Those signed out, switched off, with another password, or no longer of the organisation they came for. Three queries."""
        now = timezone.now()
        sessions = Session.objects.filter(session_key__in={each.session for each in people}, expire_date__gt=now)
        alive = set(sessions.values_list("session_key", flat=True))
        users = User.objects.filter(pk__in={each.pk for each in people}, is_active=True)
        passwords = dict(users.values_list("pk", "password"))
        members = Membership.objects.active(now).filter(user__in={each.pk for each in people})
        seats = set(members.values_list("user", "organisation"))
        out = {}
        for each in people:
            if each.session not in alive or passwords.get(each.pk) != each.password:
                out[each] = SIGN_IN
            elif each.organisation is not None and (each.pk, each.organisation) not in seats:
                out[each] = NOT_ALLOWED
        return out


@cache
def thread() -> Thread:
    return Thread()


@prepared(int, int)
def _following(issue: int, after: int) -> QuerySet[IssueEvent, tuple[int, str, dict[str, Any]]]:
    events = IssueEvent.objects.filter(issue=issue, seq__gt=after).order_by("seq")
    return events.values_list("seq", "move", "facts")[:READ_AT_ONCE]


def _shown(issue: int, wanted: set[int]) -> dict[int, Message]:
    """The messages of these numbers. Mostly it is the one that was just posted."""
    if len(wanted) == 1:
        return {message.seq: message for message in _message(issue, *wanted)}
    return {message.seq: message for message in _messages(issue).filter(seq__in=wanted)} if wanted else {}


@prepared(int, int)
def _message(issue: int, seq: int) -> QuerySet[Message]:
    return _messages(issue).filter(seq=seq)


def _messages(issue: int) -> QuerySet[Message]:
    return (
        Message.objects.for_thread()
        .select_related("issue")
        .filter(issue=issue)
        .defer("issue__body", "issue__body_html")
    )


def _subject(issue: int, move: str, facts: Mapping[str, Any]) -> int | None:
    """The number of the message that a change is about."""
    if "message" in facts and move.startswith("message_"):
        return int(facts["message"])
    for each in facts.get("blanked", ()):
        events = IssueEvent.objects.filter(issue=issue, seq=each["event"], move__in=MESSAGE_TEXTS)
        for said in events.values_list("facts", flat=True):
            return int(said["message"])
    return None


def _text(rev: int, move: str, message: Message | None, language: str, rendered: dict[tuple[int, str], str]) -> Text:
    if message is None:
        return _ready({"t": "head", "rev": rev})
    key = (message.seq, language)
    if key not in rendered:
        rendered[key] = render_message(message, language)
    what = {MESSAGE_POSTED: "msg", MESSAGE_HIDDEN: "hide"}.get(move, "edit")
    return _ready({"t": what, "rev": rev, "seq": message.seq, "html": rendered[key]})


def _ready(said: dict[str, Any]) -> Text:
    return Text(json.dumps(said, ensure_ascii=False, separators=(",", ":")))
