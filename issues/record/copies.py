"""Where a text of an event stands a second time, and blanking it there and in the record.

A text that no entry of `COPIES` names lies in the record alone (a question, a reason). Whoever keeps one in a row of its
own says so here: a test looks for blanked words in every table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from backend.core.markdown import render
from issues.lifecycle import Move
from issues.models import (
    Addendum,
    Ask,
    AskAnswer,
    Attachment,
    Commitment,
    Dispute,
    EventText,
    Evidence,
    Issue,
    IssueEvent,
    LegacySource,
    RedirectProposal,
    Responsibility,
    Ruling,
    stub_in,
)
from issues.models.legacy import ANSWER_RECORDED, RECORDED, RECORDED_AGAIN
from issues.quotes import Gone, repeats


@dataclass(frozen=True, slots=True)
class Copy:
    """Rows that show a text in `column`, and in `<column>_html` where they have one; `revised`: they keep in `rev` the
    issue's change that last touched them. `language`: of the text, if it is not the issue's. `instead`: what stands there
    then, where a column cannot hold the stub's words. `beside`: rows that show these, and keep such a `rev`. `gone`: rows
    made of the text, which go with it.
    """

    rows: QuerySet[Any]
    column: str
    language: str = ""
    revised: bool = False
    instead: Any = None
    beside: QuerySet[Any] | None = None
    gone: QuerySet[Any] | None = None


type Finder = Callable[[IssueEvent, str], Copy]
"""Given an event and the rest of the key: of `ask.2`, "2"."""


def _of_issue(column: str) -> Finder:
    return lambda event, rest: Copy(Issue.objects.filter(pk=event.issue_id), column)


def _ask(event: IssueEvent, rest: str) -> Copy:
    return Copy(Ask.objects.filter(issue=event.issue_id, n=rest), "text")


def _unit(event: IssueEvent, rest: str) -> Copy:
    """Of the responsibility that was taken up, and of what a restored issue goes on with, until another body takes it up."""
    taken_up = Responsibility.objects.filter(issue=event.issue_id, accepted_at__gte=event.at)
    again = IssueEvent.objects.filter(issue=event.issue_id, move=Move.ACCEPT, seq__gt=event.seq).order_by("seq").first()
    return Copy((taken_up.filter(accepted_at__lt=again.at) if again else taken_up).exclude(unit=""), "unit")


def _reasons(event: IssueEvent, rest: str) -> Copy:
    parts = AskAnswer.objects.filter(answer__issue=event.issue_id, answer__n=event.facts["answer"])
    return Copy(parts.filter(ask__n=rest), "text")


def _evidence(event: IssueEvent, rest: str) -> Copy:
    return Copy(Evidence.objects.filter(issue=event.issue_id, ask__n=rest, given_at=event.at), "text")


def _commitment(event: IssueEvent, rest: str) -> Copy:
    key, __, column = rest.partition(".")
    return Copy(Commitment.objects.filter(issue=event.issue_id, pk=key), column)


def _disagreement(event: IssueEvent, rest: str) -> Copy:
    return Copy(Dispute.objects.filter(issue=event.issue_id, opened_at=event.at), "reason")


def _conclusion(event: IssueEvent, rest: str) -> Copy:
    return Copy(Dispute.objects.filter(issue=event.issue_id, closed_at=event.at), "conclusion")


def _proposal(event: IssueEvent, rest: str) -> Copy:
    return Copy(RedirectProposal.objects.filter(issue=event.issue_id, proposed_at=event.at), "reason")


def _appeal(event: IssueEvent, rest: str) -> Copy:
    return Copy(Ruling.objects.filter(issue=event.issue_id, appealed_at=event.at), "appeal_reason")


def _review(event: IssueEvent, rest: str) -> Copy:
    return Copy(Ruling.objects.filter(issue=event.issue_id, closed_at=event.at), "answer")


def _addendum(event: IssueEvent, rest: str) -> Copy:
    return Copy(Addendum.objects.filter(issue=event.issue_id, n=event.facts["addendum"]), "text")


def _file(event: IssueEvent, rest: str) -> Copy:
    return Copy(Attachment.objects.filter(issue=event.issue_id, uuid=rest), "name")


def _recorded(column: str) -> Finder:
    """Of a legacy issue, unless its register has said something else since: then it is shown no more."""
    return lambda event, rest: Copy(_said_last(event, column), column)


def _source(column: str, instead: Any) -> Finder:
    def find(event: IssueEvent, rest: str) -> Copy:
        issues = _said_last(event, column)
        return Copy(LegacySource.objects.filter(issue__in=issues.values("pk")), column, instead=instead)

    return find


def _said_last(event: IssueEvent, key: str) -> QuerySet[Any]:
    """The event's issue, if no later event of its register says something else under this key; else none."""
    later = EventText.objects.filter(
        event__issue=OuterRef("pk"), event__move=RECORDED_AGAIN, event__seq__gt=event.seq, key=key
    )
    emptied = IssueEvent.objects.filter(
        issue=OuterRef("pk"), move=RECORDED_AGAIN, seq__gt=event.seq, facts__emptied__contains=[key]
    )
    return Issue.objects.filter(~Exists(later), ~Exists(emptied), pk=event.issue_id)


def _recorded_answer(event: IssueEvent, rest: str) -> Copy:
    return Copy(AskAnswer.objects.filter(answer__issue=event.issue_id, answer__n=event.facts["answer"]), "text")


COPIES: dict[tuple[str, str], Finder] = {
    (Move.SUBMIT, "title"): _of_issue("title"),
    (Move.SUBMIT, "body"): _of_issue("body"),
    (Move.SUBMIT, "place"): _of_issue("place"),
    (Move.SUBMIT, "official_number"): _of_issue("official_number"),
    ("official_appeal_linked", "official_number"): _of_issue("official_number"),
    (Move.SUBMIT, "ask"): _ask,
    (Move.SUBMIT, "file"): _file,
    (Move.ACCEPT, "unit"): _unit,
    (Move.ANSWER, "ask"): _reasons,
    (Move.ANSWER, "evidence"): _evidence,
    (Move.ANSWER, "commitment"): _commitment,
    (Move.ANSWER, "file"): _file,
    (Move.COMMITMENT_ADD, "commitment"): _commitment,
    (Move.REPORT_DONE, "evidence"): _evidence,
    (Move.REPORT_DONE, "file"): _file,
    ("file_attached", "file"): _file,
    ("split_off", "title"): _of_issue("title"),
    ("split_off", "body"): _of_issue("body"),
    ("split_off", "place"): _of_issue("place"),
    ("split_off", "official_number"): _of_issue("official_number"),
    ("split_off", "ask"): _ask,
    ("merged_in", "ask"): _ask,
    (Move.REDIRECT, "reason"): _proposal,
    (Move.APPEAL, "reason"): _appeal,
    (Move.APPEAL_DISMISS, "reason"): _review,
    (Move.RESTORE, "reason"): _review,
    ("addendum_added", "text"): _addendum,
    ("addendum_added", "file"): _file,
    (Move.DISPUTE, "reason"): _disagreement,
    (Move.CONCLUDE_DONE, "text"): _conclusion,
    (Move.CONCLUDE_NOT_DONE, "text"): _conclusion,
    (RECORDED, "ask"): _ask,
    (ANSWER_RECORDED, "text"): _recorded_answer,
}
for _move in (RECORDED, RECORDED_AGAIN):
    COPIES |= {(_move, column): _recorded(column) for column in ("title", "body", "source_status")}
    COPIES |= {(_move, "url"): _source("url", ""), (_move, "kept"): _source("kept", [])}
"""By the event's move and the first part of the text's key. The dialogue, a layer above, adds its own."""


def elsewhere(text: EventText) -> list[EventText]:
    """The same words in other texts of this record, and in the records of issues that its asks came from or went to, by merges
    and redirects of some asks: each issue's record is its own, and each text of it is blanked for itself. Not where they are
    quoted in a message: a quote loses them by itself. Two queries or more; needs its event.
    """
    linked, step = {text.event.issue_id}, {text.event.issue_id}
    while step:
        carried = Ask.objects.filter(Q(issue__in=step) | Q(carried_from__issue__in=step), carried_from__isnull=False)
        step = {pk for pair in carried.values_list("issue", "carried_from__issue") for pk in pair} - linked
        linked |= step
    said = EventText.objects.filter(event__issue__in=linked, blanked_at=None).exclude(pk=text.pk)
    said = said.select_related("event__issue").order_by("event__issue__number", "event__seq", "key")
    gone = Gone.of([text.text])
    return [each for each in said if each.text == text.text or repeats(each.text, gone)]


def copy_of(text: EventText) -> Copy | None:
    """Where a text stands beside the record; None: there alone. At most one query; needs the text's event."""
    head, __, rest = text.key.partition(".")
    find = COPIES.get((text.event.move, head))
    return find(text.event, rest) if find else None


def blank(issue: Issue, text: EventText, at: datetime) -> None:
    """Blank a text in the record and wherever it is shown: two queries. A file goes with its name: it is taken down. For an
    action that holds the issue's row lock, and has entered the event that says so: `issue.rev` is that event's. It ends with
    `backend.core.once.forget_words_of`.
    """
    EventText.objects.filter(pk=text.pk).update(text="", salt=b"", blanked_at=at)
    if copy := copy_of(text):
        stub = stub_in(copy.language or issue.language) if copy.instead is None else copy.instead
        columns = {field.name for field in copy.rows.model._meta.get_fields()}
        said = {copy.column: stub, f"{copy.column}_html": render(str(stub)), "rev": issue.rev, "taken_down_at": at}
        wanted = {copy.column, f"{copy.column}_html", "taken_down_at"} & columns | ({"rev"} if copy.revised else set())
        copy.rows.update(**{name: said[name] for name in wanted})
        if copy.beside is not None:
            copy.beside.update(rev=issue.rev)
        if copy.gone is not None:
            copy.gone.delete()
