"""Fields with which each move succeeds wherever it is possible."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from issues.models import Issue
from tests.factories.stories import Story, answer_row
from tests.issues.matrix.situations import EXTENDED_TO


def fields_of(move: str, story: Story, issue: Issue) -> dict[str, Any]:
    make = FIELDS.get(move)
    return make(story, issue) if make else {}


def _answer(story: Story, issue: Issue) -> dict[str, Any]:
    """Support, with a commitment, for every ask that may be answered."""
    due = story.now.date() + timedelta(5)
    waiting = [ask for ask in issue.asks.all() if ask.verdict in ("", "refused") and not ask.moved_to_id]
    return {"asks": [answer_row(ask.n, "supported", due) for ask in waiting]}


def _accept(story: Story, issue: Issue) -> dict[str, Any]:
    """A person of whichever ministry has the issue."""
    ours = issue.body_addressed == story.cast.ministry
    return {"unit": "Grants unit", "person": (story.cast.officer if ours else story.cast.rival_officer).user}


def _commitment(issue: Issue) -> dict[str, Any]:
    """The NGO's own where there is one; one that is pending, else any; 0 is none."""
    found = sorted(issue.commitments.all(), key=lambda each: (not each.is_joint, not each.is_pending))
    return {"commitment": found[0].pk if found else 0}


def _evidence(story: Story, issue: Issue) -> dict[str, Any]:
    owing = [ask.n for ask in issue.asks.all() if ask.is_supported and not ask.is_settled]
    return {"evidence": [{"n": n, "text": "Paid."} for n in owing]}


def _dispute(story: Story, issue: Issue) -> dict[str, Any]:
    """Over the refused ask where there is one, else the first."""
    n = next((ask.n for ask in issue.asks.all() if ask.verdict == "refused"), 1)
    return {"asks": [n], "reason": "We disagree."}


def _vote(story: Story, issue: Issue) -> dict[str, Any]:
    disputed = [named.ask.n for each in issue.disputes.all() if each.closed_at is None for named in each.asks.all()]
    return {"opinions": [{"n": n, "done": True} for n in disputed]}


def _day(story: Story, days: int) -> Any:
    return story.now.date() + timedelta(days)


FIELDS: Mapping[str, Callable[[Story, Issue], dict[str, Any]]] = {
    "accept": _accept,
    "clarify_request": lambda story, issue: {"question": "Which grants?"},
    "clarify": lambda story, issue: {"text": "Those of January."},
    "redirect": lambda story, issue: {"body": "transport", "reason": "It is theirs."},
    "redirect_agree": lambda story, issue: {"reason": "It is ours."},
    "redirect_decline": lambda story, issue: {"reason": "It is not ours."},
    "reassign": lambda story, issue: {"body": "transport", "reason": "The ministry has ended."},
    "extend": lambda story, issue: {"until": EXTENDED_TO, "reason": "We ask the regions."},
    "answer": _answer,
    "commitment_add": lambda story, issue: {
        "n": 1, "text": "Pay", "unit": "Finance", "due": _day(story, 5), "shows": "The register",
    },
    "commitment_take": lambda story, issue: _commitment(issue),
    "commitment_progress": lambda story, issue: _commitment(issue) | {"progress": "substantial"},
    "commitment_reschedule": lambda story, issue: _commitment(issue) | {"due": _day(story, 90), "reason": "A tender."},
    "commitment_drop": lambda story, issue: _commitment(issue) | {"reason": "No money."},
    "report_done": _evidence,
    "dispute": _dispute,
    "retract": lambda story, issue: {"reason": "It came."},
    "vote": _vote,
    "conclude_done": lambda story, issue: {"text": "It is done."},
    "conclude_not_done": lambda story, issue: {"text": "It is not done.", "until": _day(story, 7)},
    "withdraw": lambda story, issue: {"reason": "Solved otherwise."},
    "merge": lambda story, issue: {"into": story.older_issue().issue.number},
    "out_of_scope": lambda story, issue: {"code": "court"},
    "appeal": lambda story, issue: {"reason": "It is no private matter."},
    "appeal_dismiss": lambda story, issue: {"reason": "It is."},
    "restore": lambda story, issue: {"reason": "They are right."},
}  # fmt: skip
