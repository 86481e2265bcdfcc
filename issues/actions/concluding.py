"""The public council: votes by name, and the chair's conclusion."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Conflict
from backend.core.markdown import render
from issues import clock, councils
from issues.actions import duties
from issues.actions.checks import Checked
from issues.actions.engine import Act, Done, handles
from issues.actions.reporting import complete_commitments
from issues.actions.resolving import is_resolved
from issues.lifecycle import Move, Status
from issues.models import (
    Ask,
    AskAnswer,
    Basis,
    Commitment,
    Concluded,
    Dispute,
    DutyKind,
    Evidence,
    Opinion,
    Outcome,
    Verdict,
)


@handles(Move.VOTE)
def vote(act: Act, opinions: Any) -> Done:
    """A member's opinion on every ask in dispute: done (or the refusal upheld), or not. Public, and changed until the end."""
    asks = {each.ask.n: each.ask for each in act.dispute.asks.all()}
    given: dict[int, bool] = {}
    with Checked() as check:
        for index, row in enumerate(check.rows("opinions", opinions)):
            n = check.number(f"opinions.{index}.n", row.get("n"), list(asks))
            if not isinstance(row.get("done"), bool):
                check.fail(f"opinions.{n or index}.done", _("Say whether it is done, or the refusal stands."))
            elif n in given:
                check.fail(f"opinions.{n}.done", _("This ask is named twice here."))
            elif n is not None:
                given[n] = row["done"]
        for n in asks.keys() - given.keys():
            check.fail(f"opinions.{n}.done", _("Vote on every ask in dispute."))
    for n, done in given.items():
        Opinion.objects.update_or_create(
            dispute=act.dispute, ask=asks[n], member=act.signer,
            defaults={"done": done, "cast_at": act.at, "council": act.party},
        )  # fmt: skip
    return Done(facts={"opinions": [{"n": n, "done": given[n]} for n in sorted(given)]})


def tally(dispute: Dispute, act: Act) -> dict[int, bool]:
    """Per ask in dispute: whether a majority of the members who may take part found it done; a tie is not done."""
    able = councils.members_able(act.issue, councils.seized_of(dispute, act.at), act.at)
    voters = {member.user_id for member in able}
    votes: dict[int, list[bool]] = {each.ask.n: [] for each in dispute.asks.all()}
    for opinion in dispute.opinions.all():
        if opinion.member_id in voters:
            votes[opinion.ask.n].append(opinion.done)
    return {n: sum(cast) * 2 > len(cast) for n, cast in votes.items()}


@handles(Move.CONCLUDE_DONE)
def conclude_done(act: Act, text: str) -> Done:
    with Checked() as check:
        text = check.text("text", text)
    found = tally(act.dispute, act)
    if not all(found.values()):
        raise Conflict(
            _("The members' votes do not carry this conclusion: a majority for every ask is needed."), is_unmet=True
        )
    _close(act, found, text, Outcome.DONE)
    facts = {"asks": sorted(found), "council": act.party.slug}
    if is_resolved(act):
        act.issue.basis = Basis.COUNCIL
        return Done(Status.RESOLVED, facts=facts | {"basis": Basis.COUNCIL}, texts={"text": text})
    asks = list(act.issue.asks.filter(moved_to=None))
    if all(ask.verdict == Verdict.REFUSED for ask in asks) and all(ask.concluded == Concluded.UPHELD for ask in asks):
        act.issue.basis = Basis.COUNCIL
        return Done(Status.REFUSED, facts=facts | {"basis": Basis.COUNCIL}, texts={"text": text})
    return Done(Status(act.dispute.status_before), facts=facts, texts={"text": text})


@handles(Move.CONCLUDE_NOT_DONE)
def conclude_not_done(act: Act, text: str, until: Any) -> Done:
    """What was found wanting is set aside and stays visible; the date is the body's new duty (metrics keep the first)."""
    today, calendar = clock.local_day(act.at), clock.current_calendar()
    cap = clock.conclusion_cap(today, calendar)
    with Checked() as check:
        text = check.text("text", text)
        day = check.day("until", until)
        if day is not None and not today < day <= cap:
            words = _("Choose a date after today, and within 15 working days. Latest: %(cap)s.")
            check.fail("until", words % {"cap": cap.strftime("%d.%m.%Y")})
    assert day
    found = tally(act.dispute, act)
    if all(found.values()):
        raise Conflict(_("The members' votes do not carry this conclusion: they found every ask done."), is_unmet=True)
    _close(act, found, text, Outcome.NOT_DONE, until=day)
    stands = any(ask.is_supported for ask in act.issue.asks.filter(moved_to=None))
    due = clock.due(clock.AFTER_CONCLUSION, today, calendar, until=day)
    duties.end(act.issue, at=act.at)  # whatever was owed before: the conclusion's date is what counts now
    kind = DutyKind.CONCLUSION if stands else DutyKind.ANSWER
    duties.open_duty(act.issue, kind, due, act.at, tenure=act.tenure, dispute=act.dispute)
    facts = {"asks": sorted(n for n, done in found.items() if not done), "council": act.party.slug,
             "done": sorted(n for n, done in found.items() if done), "until": day.isoformat()}  # fmt: skip
    return Done(Status.IN_PROGRESS if stands else Status.UNDER_CONSIDERATION, facts=facts, texts={"text": text})


def _close(act: Act, found: dict[int, bool], text: str, outcome: Outcome, until: Any = None) -> None:
    dispute = act.dispute
    for named in dispute.asks.all():
        named.found_done = found[named.ask.n]
        named.save(update_fields=["found_done"])
        (_find_done if named.found_done else _set_aside)(act, dispute, named.ask)
    Dispute.objects.filter(pk=dispute.pk).update(
        closed_at=act.at, outcome=outcome, concluded_by=act.actor, concluded_for=act.organisation, conclusion=text,
        conclusion_html=render(text), until=until,
    )  # fmt: skip
    duties.meet(act.issue, DutyKind.CONCLUDE, at=act.at)


def is_about_the_verdict(dispute: Dispute, ask: Ask) -> bool:
    return ask.verdict == Verdict.REFUSED or (ask.verdict == Verdict.PARTLY and dispute.opening == "refusal")


def _find_done(act: Act, dispute: Dispute, ask: Ask) -> None:
    """Done, or the refusal upheld. Where only the cut was upheld, the part that was promised is still to be done."""
    if ask.verdict == Verdict.REFUSED:
        _mark(ask, Concluded.UPHELD, act)
    elif ask.is_supported and not is_about_the_verdict(dispute, ask):
        complete_commitments(act, [ask])
        _mark(ask, Concluded.DONE, act)


def _set_aside(act: Act, dispute: Dispute, ask: Ask) -> None:
    if not ask.verdict:
        return
    if is_about_the_verdict(dispute, ask):
        AskAnswer.objects.filter(ask=ask, set_aside_at=None).update(set_aside_at=act.at)
        ask.verdict = ask.ground = ""
    Evidence.objects.filter(ask=ask, set_aside_at=None).update(set_aside_at=act.at)
    # Complete was the body's word: it becomes broken when a dispute over its ask ends not done (domain.md section 4).
    Commitment.objects.filter(ask=ask, completed_on__isnull=False, broken_at=None).update(broken_at=act.at)
    _mark(ask, Concluded.SET_ASIDE, act)


def _mark(ask: Ask, concluded: Concluded, act: Act) -> None:
    ask.concluded, ask.concluded_at = concluded, act.at
    ask.save(update_fields=["verdict", "ground", "concluded", "concluded_at"])
