"""The official answer: a verdict and a ground for every ask, signed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backend.core.markdown import render
from backend.organisations.models import Membership
from issues import clock
from issues.actions import duties
from issues.actions.attaching import PendingFiles
from issues.actions.checks import Checked
from issues.actions.committing import Promise, checked_promise, promise_of, promise_texts
from issues.actions.engine import Act, Done, handles
from issues.actions.personal_data import kept_knowingly
from issues.actions.reporting import (
    Shown,
    checked_evidence,
    evidence_files,
    give_evidence,
    nothing_remains,
    open_confirm_duty,
    waiting_files,
)
from issues.answer_language import is_in_another
from issues.lifecycle import Move, Status
from issues.models import (
    Answer,
    Ask,
    AskAnswer,
    Commitment,
    DutyKind,
    Ground,
    Outcome,
    PreparedAnswer,
    PreparedEnd,
    Verdict,
)
from issues.models.answer import RANK

OWN_NAMES = dict(settings.LANGUAGES)
VERDICTS = (Verdict.SUPPORTED, Verdict.PARTLY, Verdict.REFUSED)


@dataclass(slots=True)
class Part:
    """What the answer says of one ask, checked."""

    ask: Ask
    verdict: str
    ground: str
    text: str
    evidence: Shown
    promises: list[Promise] = field(default_factory=list)


@handles(Move.ANSWER)
def answer(act: Act, asks: Any, keep: Any = None) -> Done:
    """A verdict and ground for every ask without one in force; in progress, only for those set aside or turned to support.

    `keep`: what looks like personal data and stays knowingly; None leaves the check to who writes.
    """
    parts = checked_parts(act, asks)
    kept = {} if keep is None else kept_knowingly(texts_of(asks), keep)
    PreparedAnswer.objects.filter(responsibility=act.tenure, ended_at=None).update(
        ended_at=act.at, ended_as=PreparedEnd.ANSWERED
    )
    published = _publish(act, parts)
    made = [promise_of(act, part.ask, promise) for part in parts for promise in part.promises]
    for part in parts:
        if part.evidence.text:
            give_evidence(act, part.ask, part.evidence)
    _settle_clock(act)
    to = _leads_to(act)
    if to == Status.REPORTED_DONE:
        open_confirm_duty(act)
    facts, texts = _event(published, parts, made)
    return Done(to, {**facts, **kept}, texts)


def texts_of(asks: Any) -> dict[str, str]:
    """Everything that people wrote in the rows of an answer, by names that `text_label` puts into words."""
    texts: dict[str, Any] = {}
    for row in asks:
        n = row["n"]
        texts |= {f"ask.{n}": row.get("text"), f"evidence.{n}": row.get("evidence")}
        for index, each in enumerate(row.get("commitments") or (), 1):
            texts |= {f"commitment.{n}.{index}.{name}": each.get(name) for name in ("text", "unit", "shows")}
    return {name: text for name, text in texts.items() if text}


def checked_parts(act: Act, asks: Any) -> list[Part]:
    """What the answer says of each ask. Raises Invalid. A query, and files that wait are locked."""
    by_number = {ask.n: ask for ask in act.issue.asks.all()}
    in_progress = act.facts.status == Status.IN_PROGRESS
    open_asks = act.facts.answerable_again if in_progress else act.facts.unanswered
    parts: dict[int, Part] = {}
    waiting = waiting_files(act)
    with Checked() as check:
        for index, row in enumerate(check.rows("asks", asks)):
            n = check.number(f"asks.{index}.n", row.get("n"), open_asks)
            if n is not None and n in parts:
                check.fail(f"asks.{index}.n", _("This ask is answered twice here."))
            elif n is not None:
                parts[n] = _checked_part(check, f"asks.{n}", by_number[n], row, act, waiting)
        missing = [] if in_progress else [n for n in open_asks if n not in parts]
        for n in missing:
            check.fail(f"asks.{n}.verdict", _("Every ask needs a verdict and a ground."))
        if not parts and not check.errors:
            check.fail("asks", _("Answer at least one ask."))
    return [parts[n] for n in sorted(parts)]


def _checked_part(
    check: Checked, path: str, ask: Ask, row: Mapping[str, Any], act: Act, waiting: PendingFiles
) -> Part:  # fmt: skip
    part = Part(
        ask,
        check.choice(f"{path}.verdict", row.get("verdict"), VERDICTS),
        check.choice(f"{path}.ground", row.get("ground"), Ground.values),
        check.text(f"{path}.text", row.get("text")),
        checked_evidence(check, path, row, waiting, text="evidence", needed=False),
    )
    if is_in_another(part.text, act.issue.language):
        words = _("An answer is written in the language of the issue. Language: %(language)s.")
        check.fail(f"{path}.text", words % {"language": OWN_NAMES[act.issue.language.lower()[:2]]})
    _check_not_lowered(check, f"{path}.verdict", part)
    promises = check.rows(f"{path}.commitments", row.get("commitments") or [])
    if part.verdict == Verdict.REFUSED and (promises or part.evidence.text or part.evidence.files):
        check.fail(f"{path}.verdict", _("A refused ask has neither commitments nor evidence."))
    part.promises = [
        checked_promise(check, f"{path}.commitments.{index}", promise, act) for index, promise in enumerate(promises, 1)
    ]
    if part.verdict in _SUPPORT and not part.evidence.text and all(each.owner != act.body for each in part.promises):
        check.fail(f"{path}.commitments", _ONLY_JOINT if promises else _NO_COMMITMENT)
    return part


_SUPPORT = (Verdict.SUPPORTED, Verdict.PARTLY)
_NO_COMMITMENT = _("A supported ask needs a commitment with a date, or evidence that it is done.")
_ONLY_JOINT = _("A joint measure alone is not enough: add a commitment of the body's own, or evidence that it is done.")


def _check_not_lowered(check: Checked, path: str, part: Part) -> None:
    """Support is never lowered; a refusal that stands is answered again only with support."""
    if not part.verdict:
        return
    last = max(part.ask.answers.all(), key=lambda each: each.answer.n, default=None)
    if part.ask.verdict == Verdict.REFUSED and part.verdict == Verdict.REFUSED:
        check.fail(path, _("This ask is refused already; it can only be turned into support."))
    elif last is not None and RANK[part.verdict] < RANK[last.verdict]:
        check.fail(path, _("What was supported before is not lowered now."))


def _publish(act: Act, parts: list[Part]) -> Answer:
    tenure = act.tenure
    wait = clock.wait_days(tenure.registered_on, act.at, clock.current_calendar())
    published = Answer.objects.create(
        issue=act.issue, responsibility=tenure, body=act.body, n=act.issue.answers.count() + 1,
        signed_by=act.signer, signed_post=_post_of(act), signed_for_id=act.signs_for.user_id if act.signs_for else None,
        published_at=act.at, wait_days=wait,
    )  # fmt: skip
    for part in parts:
        AskAnswer.objects.create(
            answer=published, ask=part.ask, verdict=part.verdict, ground=part.ground, text=part.text,
            text_html=render(part.text),
        )  # fmt: skip
        part.ask.verdict, part.ask.ground = part.verdict, part.ground
        part.ask.save(update_fields=["verdict", "ground"])
    if tenure.answered_at is None:
        tenure.answered_at, tenure.wait_days = act.at, wait
    if tenure.accepted_at is None:
        tenure.accepted_at, tenure.person = act.at, act.actor
    tenure.save()
    act.issue.answered_at = act.issue.answered_at or act.at
    return published


def _post_of(act: Act) -> str:
    seats = Membership.objects.active(act.at).filter(user=act.signer, organisation=act.organisation)
    return seats.values_list("post", flat=True).first() or ""


def _settle_clock(act: Act) -> None:
    """The answer is given: nothing of the first part of the clock is owed; a dispute for no answer closes as answered."""
    duties.meet(act.issue, DutyKind.ANSWER, at=act.at)
    duties.end(act.issue, DutyKind.ACCEPT, DutyKind.REDIRECT, DutyKind.CLARIFY, at=act.at)
    if act.facts.dispute is not None:
        act.issue.disputes.filter(closed_at=None).update(closed_at=act.at, outcome=Outcome.ANSWERED)
        duties.end(act.issue, DutyKind.CONCLUDE, at=act.at)


def _leads_to(act: Act) -> Status:
    asks = list(act.issue.asks.filter(moved_to=None))
    if all(ask.verdict == Verdict.REFUSED for ask in asks):
        return Status.REFUSED
    return Status.REPORTED_DONE if nothing_remains(act.issue) else Status.IN_PROGRESS


def _event(published: Answer, parts: list[Part], made: list[Commitment]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    facts = {
        "answer": published.n,
        "wait_days": published.wait_days,
        "asks": [{"n": part.ask.n, "verdict": part.verdict, "ground": part.ground} for part in parts],
        "commitments": [{"id": each.pk, "n": each.ask.n, "due": each.first_due.isoformat()} for each in made],
    }
    texts = {f"ask.{part.ask.n}": part.text for part in parts}
    texts |= {f"evidence.{part.ask.n}": part.evidence.text for part in parts}
    files, names = evidence_files({part.ask.n: part.evidence for part in parts})
    for each in made:
        texts |= promise_texts(each)
    return facts | files, texts | names
