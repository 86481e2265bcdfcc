"""What changed on an issue since a person looked: from its record, without what they did themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from backend.accounts.models import User
from backend.core.errors import Words
from backend.core.words import number
from dialogue.actions import MESSAGE_POSTED
from dialogue.mentions import first_mention
from dialogue.models import Visit
from issues.lifecycle import Move
from issues.models import Issue, IssueEvent

READ_AT_MOST = 500

PROMISES = {
    Move.COMMITMENT_ADD, Move.COMMITMENT_TAKE, Move.COMMITMENT_PROGRESS, Move.COMMITMENT_RESCHEDULE, Move.COMMITMENT_DROP
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Since:
    """`at`: when they looked; `news`: what changed, each in words and where it is read."""

    at: datetime
    news: list[tuple[Words, str]]


def since_looked(issue: Issue, person: User, before: Visit | None) -> Since | None:
    """None at the first visit, and where nothing is new. At most two queries, only where something changed."""
    if before is None or before.rev >= issue.rev:
        return None
    changes = issue.events.filter(seq__gt=before.rev).exclude(actor=person).order_by("seq")
    told = changes.only("seq", "move", "from_status", "to_status", "facts")
    events = list(told[:READ_AT_MOST])
    news = _news(issue, events)
    if any(each.move.startswith("message_") for each in events) and (named := first_mention(issue, person, before.rev)):
        news.insert(0, (gettext("you are mentioned"), reverse("message", args=[issue.number, named])))
    return Since(before.at, news) if news else None


def _news(issue: Issue, events: Sequence[IssueEvent]) -> list[tuple[Words, str]]:
    """The weightiest first: the status, the answer, promises, messages; the rest as the history has it."""
    moved = [each for each in events if each.from_status != each.to_status]
    answers = [each for each in events if each.move == Move.ANSWER]
    promises = [each for each in events if each.move in PROMISES]
    posted = [each for each in events if each.move == MESSAGE_POSTED]
    told = {each.seq for each in (*moved, *answers, *promises, *posted)}
    rest = [each for each in events if each.seq not in told]
    news: list[tuple[Words, str]] = []
    if moved:
        news.append((gettext("status: %(status)s") % {"status": issue.get_status_display()}, "#issue-head"))
    if answers:
        news.append((gettext("official answer"), "#answers"))
    if promises:
        words = ngettext("%(n)s change of a promise", "%(n)s changes of promises", len(promises))
        news.append((_counted(words, promises), "#commitments"))
    if posted:
        words = ngettext("%(n)s message", "%(n)s messages", len(posted))
        first = reverse("message", args=[issue.number, posted[0].facts["message"]])
        news.append((_counted(words, posted), first))
    if rest:
        words = ngettext("%(n)s other change", "%(n)s other changes", len(rest))
        news.append((_counted(words, rest), f"{reverse('issue_history', args=[issue.number])}#event-{rest[0].seq}"))
    return news


def _counted(words: str, events: Sequence[IssueEvent]) -> str:
    return words % {"n": number(len(events))}
