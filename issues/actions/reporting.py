"""The body's word that something is done: evidence per ask, and what of an issue still remains to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.core.markdown import render
from issues import clock
from issues.actions import duties
from issues.actions.attaching import PendingFiles, file_facts, file_texts, publish
from issues.actions.checks import Checked
from issues.actions.engine import Act
from issues.models import Ask, Attachment, DutyKind, Evidence, Issue, Place, Progress


@dataclass(slots=True)
class Shown:
    """What is to show that an ask is done, checked: words, and files beside them."""

    text: str
    files: list[Attachment] = field(default_factory=list)


def waiting_files(act: Act) -> PendingFiles:
    """What the signatory uploaded as evidence. One query."""
    return PendingFiles(act.issue, act.signer, act.party, Place.EVIDENCE)


def checked_evidence(
    check: Checked, path: str, row: Mapping[str, Any], waiting: PendingFiles, *, text: str, needed: bool = True
) -> Shown:  # fmt: skip
    """`text`: the name of the row's field. Files need words beside them, which say what they show."""
    shown = Shown(
        check.text(f"{path}.{text}", row.get(text), needed=needed),
        waiting.named(check, f"{path}.files", row.get("files")),
    )
    if not needed and shown.files and not shown.text:
        check.fail(f"{path}.{text}", _("Say in words what the files show."))
    return shown


def give_evidence(act: Act, ask: Ask, shown: Shown) -> Evidence:
    """Evidence for one ask; what stood before it no longer stands, and stays visible."""
    Evidence.objects.filter(ask=ask, set_aside_at=None).update(set_aside_at=act.at)
    given = Evidence.objects.create(
        issue=act.issue, ask=ask, body=act.body, given_by=act.signer, text=shown.text, text_html=render(shown.text),
        given_at=act.at,
    )  # fmt: skip
    publish(shown.files, act.issue, given)
    return given


def evidence_files(shown: Mapping[int, Shown]) -> tuple[dict[str, Any], dict[str, str]]:
    """The facts and texts of an event about files, by ask; none without files."""
    facts = [fact for n, each in sorted(shown.items()) for fact in file_facts(each.files, n)]
    texts = {key: name for each in shown.values() for key, name in file_texts(each.files).items()}
    return ({"files": facts}, texts) if facts else ({}, {})


def complete_commitments(act: Act, asks: Iterable[Ask]) -> list[int]:
    """What is shown, confirmed or found done is complete: the body's pending commitments of these asks. Their ids."""
    pending = act.issue.commitments.pending().filter(ask__in=list(asks), owner=act.body)
    completed = list(pending.order_by("pk").values_list("pk", flat=True))
    pending.update(progress=Progress.COMPLETE, completed_on=clock.local_day(act.at))
    return completed


def nothing_remains(issue: Issue) -> bool:
    """Every ask has a verdict in force, and each supported one that is not settled (if any) has evidence and no pending
    commitment of the body. Three queries.
    """
    asks = list(issue.asks.filter(moved_to=None))
    if any(not ask.verdict for ask in asks):
        return False
    owing = {ask.pk for ask in asks if ask.is_supported and not ask.is_settled}
    shown = set(Evidence.objects.filter(ask__in=owing, set_aside_at=None).values_list("ask_id", flat=True))
    pending = issue.commitments.pending().filter(ask__in=owing, owner=issue.body_addressed_id)
    return owing == shown and not pending.exists()


def open_confirm_duty(act: Act) -> None:
    """Ten working days for the NGO to confirm or disagree."""
    due = clock.due(clock.CONFIRM, clock.local_day(act.at), clock.current_calendar())
    duties.open_duty(act.issue, DutyKind.CONFIRM, due, act.at)
