"""What an issue is, told from its events alone: written from what they say, never from the code that writes them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from issues.models import Issue, IssueEvent


@dataclass
class Folded:
    status: str = "draft"
    number: str = ""
    body: str = ""
    held_by: str = ""
    basis: str = ""
    cosigners: int = 0
    messages: int = 0
    rev: int = 0
    verdicts: dict[int, str] = field(default_factory=dict)  # of the asks that go on here
    settled: set[int] = field(default_factory=set)
    dates: dict[int, str] = field(default_factory=dict)  # of the commitments, as they are now
    disputed: list[int] | None = None
    opening: str = ""
    official: tuple[str, str] = ("", "")  # number and date of the registered appeal
    names: dict[str, str] = field(default_factory=dict)  # other issues by their numbers, and how they belong together
    named_by: dict[str, str] = field(default_factory=dict)
    addenda: int = 0
    files: int = 0


def fold(events: Iterable[IssueEvent]) -> Folded:
    issue = Folded()
    for event in events:
        assert event.from_status == issue.status, event.move
        _take(issue, event.move, event.facts, event.organisation.slug if event.organisation else "")
        if "official_date" in event.facts:
            issue.official = event.texts.get(key="official_number").text, event.facts["official_date"]
        issue.status, issue.rev = event.to_status, event.seq
        issue.cosigners = event.facts.get("cosigners", issue.cosigners)
        issue.addenda = event.facts.get("addendum", issue.addenda)
        issue.files += len(event.facts.get("files", ()))
        if event.from_status == "disputed" != event.to_status:
            issue.disputed = None
    return issue


def _take(issue: Folded, move: str, facts: dict[str, Any], organisation: str) -> None:  # noqa: C901, PLR0912  (a line each)
    match move:
        case "submit" | "split_off":
            issue.number, issue.body = facts["number"], facts["body"]
            issue.held_by = facts.get("held_by", organisation)
            issue.verdicts = dict.fromkeys(facts["asks"], "")
            issue.names = {row["other"]: row["relation"] for row in facts.get("relations", ())}
        case "redirect" | "redirect_agree" if "linked" in facts:
            _leave(issue, facts["asks"])
        case "redirect" | "redirect_agree" | "succeed" | "reassign" if "body" in facts:
            issue.body = facts["body"]
        case "answer":
            issue.verdicts |= {row["n"]: row["verdict"] for row in facts["asks"]}
            issue.dates |= {row["id"]: row["due"] for row in facts["commitments"]}
        case "commitment_add" | "commitment_reschedule":
            issue.dates[facts["commitment"]] = facts["due"]
        case "confirm":
            issue.settled |= set(facts["asks"])
            issue.basis = facts.get("basis", issue.basis)
        case "dispute":
            issue.disputed, issue.opening = facts["asks"], facts["opening"]
        case "conclude_done" | "conclude_not_done":
            _conclude(issue, facts.get("done", facts["asks"]), [] if move == "conclude_done" else facts["asks"])
            issue.basis = facts.get("basis", issue.basis)
        case "take_over":
            issue.held_by = facts["held_by"]
        case "merge":
            _leave(issue, [pair["n"] for pair in facts["carried"]])
        case "merged_in":
            issue.verdicts |= {pair["to"]: "" for pair in facts["carried"]}
        case "merge_undone":
            _leave(issue, facts["asks"])
        case "restore":
            issue.verdicts |= {n: issue.verdicts.get(n, "") for n in facts["asks"]}
            issue.body = facts["body"]
        case "related" | "related_from":
            (issue.names if move == "related" else issue.named_by)[facts["other"]] = facts["relation"]
        case "unrelated" | "unrelated_from":
            (issue.names if move == "unrelated" else issue.named_by).pop(facts["other"])
        case "message_posted":
            issue.messages = facts["message"]


def _leave(issue: Folded, asks: list[int]) -> None:
    for n in asks:
        issue.verdicts.pop(n, None)
        issue.settled.discard(n)


def _conclude(issue: Folded, done: list[int], wanting: list[int]) -> None:
    """Settled, save the part of a cut that is still to be done; and what was found wanting, set aside."""
    for n in done:
        verdict = issue.verdicts[n]
        if verdict and not (verdict == "partly" and issue.opening == "refusal"):
            issue.settled.add(n)
    for n in wanting:
        issue.settled.discard(n)
        if issue.verdicts[n] == "refused" or (issue.verdicts[n] == "partly" and issue.opening == "refusal"):
            issue.verdicts[n] = ""


def row_of(issue: Issue) -> Folded:
    """The same, as the tables have it now."""
    here = [ask for ask in issue.asks.all() if not ask.moved_to_id]
    dispute = next((each for each in issue.disputes.all() if each.closed_at is None), None)
    assert issue.body_addressed
    return Folded(
        status=issue.status, number=issue.number or "", body=issue.body_addressed.slug, held_by=issue.held_by.slug,
        basis=issue.basis, cosigners=issue.cosigners_count, messages=issue.seq, rev=issue.rev,
        verdicts={ask.n: ask.verdict for ask in here}, settled={ask.n for ask in here if ask.is_settled},
        dates={each.pk: each.due.isoformat() for each in issue.commitments.all()},
        disputed=sorted(each.ask.n for each in dispute.asks.all()) if dispute else None,
        official=(issue.official_number, issue.official_date.isoformat() if issue.official_date else ""),
        names=dict(issue.relations.filter(_NAMED).values_list("other__number", "kind")),
        named_by=dict(issue.relations_to.filter(_NAMED).values_list("issue__number", "kind")),
        addenda=issue.addenda.count(), files=issue.attachments.filter(stage="published").count(),
    )  # fmt: skip


_NAMED = Q(ended_at=None, kind__in=("related", "recurs"))


def differences(issue: Issue) -> dict[str, tuple[Any, Any]]:
    """Field -> (by the events, by the tables), where these differ. An issue from `with_parts()`."""
    told, kept = fold(issue.events.select_related("organisation").order_by("seq")), row_of(issue)
    pairs = {name: (getattr(told, name), getattr(kept, name)) for name in vars(kept) if name != "opening"}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
