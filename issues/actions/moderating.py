"""What a moderator may do to an issue before its answer: merge it into an older one, or find it out of scope."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Invalid, Words
from issues import clock
from issues.actions import duties
from issues.actions.checks import Checked, issue_called
from issues.actions.cosigning import put_under
from issues.actions.engine import Act, Done, handles, lock
from issues.actions.splitting import first_receipt
from issues.facts import body_in_force
from issues.lifecycle import BEFORE_ANSWER, Move, Status
from issues.models import Ask, DutyKind, Issue, Ruling, ScopeCode
from issues.models.ask import NUMBERS_AT_MOST
from issues.record.chain import Entry, append

MERGED_IN = "merged_in"


@handles(Move.OUT_OF_SCOPE)
def out_of_scope(act: Act, code: str, reason: str = "") -> Done:
    """One of the public codes, and what a moderator wants to add. The NGO has ten working days to appeal."""
    with Checked() as check:
        code = check.choice("code", code, ScopeCode.values)
        reason = check.text("reason", reason, limit=2000, needed=False)
    facts = {"code": code} | _rule(act, code=code)
    return Done(Status.OUT_OF_SCOPE, facts=facts, texts={"reason": reason})


def _rule(act: Act, **ruling: Any) -> dict[str, Any]:
    """Write the ruling, with the NGO's time to appeal. Returns facts of its event."""
    Ruling.objects.create(
        issue=act.issue, status_before=act.issue.status, decided_by=act.signer, decided_at=act.at, **ruling
    )
    due = clock.due(clock.APPEAL, clock.local_day(act.at), clock.current_calendar())
    duties.open_duty(act.issue, DutyKind.APPEAL, due, act.at)
    return {"appeal_by": due.due_on.isoformat()}


@handles(Move.MERGE)
def merge(act: Act, into: Any, matches: Any = None) -> Done:
    """Into an older issue before its answer, to the same body. `matches`: [{n, to}], which ask of this issue is which of
    that; without it, those of the same words. Asks without a match are carried over, with their owner and their days.

    Locks the older issue after this one: always the newer first.
    """
    kept = _kept(act, into)
    matched = _matched(act, kept, matches)
    carried = _carry(act, kept, [ask for ask in going_on(act.issue) if ask.n not in matched])
    _put_onto(act, kept, matched)
    cosigned = put_under(kept, act.issue.held_by, by=act.signer, at=act.at)
    _tell_kept(act, kept, matched, carried)
    facts = {"into": kept.number, "matched": _pairs(matched), "carried": _pairs(carried)}
    return Done(Status.DUPLICATE, facts=facts | _rule(act, into=kept, cosigned=cosigned))


def going_on(issue: Issue) -> list[Ask]:
    return [ask for ask in issue.asks.all() if not ask.moved_to_id]


def _pairs(numbers: dict[int, int]) -> list[dict[str, int]]:
    return [{"n": n, "to": to} for n, to in sorted(numbers.items())]


def _kept(act: Act, into: Any) -> Issue:
    """The older issue, locked. Whether it is older is asked first: two merges never wait for each other."""
    found = issue_called(into)
    if found is None:
        raise Invalid({"into": _("There is no issue of this number.")})
    if not is_older(found, act.issue):
        raise Invalid({"into": _OLDER})
    kept = lock(found)
    if words := why_not_into(kept, act):
        raise Invalid({"into": words})
    return kept


_OLDER = _("Choose an older issue: the newer one is merged into it.")


def is_older(one: Issue, other: Issue) -> bool:
    """By when they were raised; a raised issue has its moment."""
    assert one.raised_at is not None
    assert other.raised_at is not None
    return (one.raised_at, one.pk) < (other.raised_at, other.pk)


def why_not_into(kept: Issue, act: Act) -> Words | None:
    """None if the issue of this act can be merged into that one; else why not."""
    if not is_older(kept, act.issue):
        return _OLDER
    if kept.status not in BEFORE_ANSWER:
        return _("Choose an issue that waits for its answer, and is itself not merged.")
    if body_in_force(kept, act.at) != act.body:
        return _("Choose an issue to the same body.")
    return None


def _matched(act: Act, kept: Issue, matches: Any) -> dict[int, int]:
    own = [ask.n for ask in going_on(act.issue)]
    theirs = [ask.n for ask in unanswered(kept)]
    if matches is None:
        return same_words(act.issue, kept)
    found: dict[int, int] = {}
    with Checked() as check:
        for index, row in enumerate(check.rows("matches", matches)):
            n = check.number(f"matches.{index}.n", row.get("n"), own)
            to = check.number(f"matches.{n or index}.to", row.get("to"), theirs)
            if n in found:
                check.fail(f"matches.{n}.to", _("This ask is named twice here."))
            elif n is not None and to is not None:
                found[n] = to
    return found


def unanswered(issue: Issue) -> list[Ask]:
    """The asks onto which others can be put."""
    return [ask for ask in going_on(issue) if not ask.verdict]


def same_words(issue: Issue, kept: Issue) -> dict[int, int]:
    """The asks that are word for word an ask of that issue: its number here, and there."""
    by_words = {" ".join(ask.text.casefold().split()): ask.n for ask in reversed(unanswered(kept))}
    words = {ask.n: " ".join(ask.text.casefold().split()) for ask in going_on(issue)}
    return {n: by_words[text] for n, text in words.items() if text in by_words}


def _carry(act: Act, kept: Issue, asks: list[Ask]) -> dict[int, int]:
    """New asks of the kept issue, after its last. Those merged onto them before go along."""
    last = max(ask.n for ask in kept.asks.all())
    if last + len(asks) > NUMBERS_AT_MOST:
        raise Invalid({"into": _("That issue has too many asks to take in more.")})
    numbers = {}
    for n, ask in enumerate(asks, start=last + 1):
        copy = Ask.objects.create(
            issue=kept, n=n, text=ask.text, owner=ask.owner, carried_from=ask, first_received_at=ask.first_received_at
        )
        ask.moved_to = kept
        ask.save(update_fields=["moved_to"])
        Ask.objects.filter(merged_onto=ask).update(merged_onto=copy)
        numbers[ask.n] = n
    assert kept.first_received_at is not None  # it was raised
    kept.first_received_at = first_receipt(asks, kept.first_received_at)
    return numbers


def _put_onto(act: Act, kept: Issue, matched: dict[int, int]) -> None:
    theirs = {ask.n: ask for ask in kept.asks.all()}
    for ask in going_on(act.issue):
        if ask.n in matched:
            ask.merged_onto = theirs[matched[ask.n]]
            ask.save(update_fields=["merged_onto"])
            Ask.objects.filter(merged_onto=ask).update(merged_onto=ask.merged_onto)


def _tell_kept(act: Act, kept: Issue, matched: dict[int, int], carried: dict[int, int]) -> None:
    """The kept issue's own chain says what came in; whoever prepares an answer to it starts from its new version."""
    facts = {"merged": act.issue.number, "matched": _pairs(matched), "carried": _pairs(carried),
             "cosigners": kept.cosigners_count}  # fmt: skip
    texts = {f"ask.{carried[ask.n]}": ask.text for ask in act.issue.asks.all() if ask.n in carried}
    kept.version += 1
    append(kept, Entry(MERGED_IN, kept.status, kept.status, act.at, act.actor, act.organisation, facts, texts))
    kept.save()
