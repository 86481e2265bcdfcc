"""Messages put in between what the actions left: who writes when, and in answer to what."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dialogue.models import Side
from dialogue.seed.cast import Party, Person
from dialogue.seed.stencils import IssueForm, Window

if TYPE_CHECKING:
    from dialogue.seed.press import Job, Press

LONGEST = 40  # working days after an event in which people still talk about it
ANSWERS = 0.4  # of messages answer an earlier one


@dataclass(slots=True)
class Posted:
    """One message; `after` how many events of the life it comes. `answers`: its place among those put in, -1 for none."""

    after: int
    at: str
    party: Party
    author: Person
    side: str
    answers: int = -1


def posted_in(form: IssueForm, many: int, job: "Job", values: list[Any], press: "Press") -> list[Posted]:
    """So many messages, in their order; none where the issue is never open."""
    if not form.windows:
        return []
    random = press.random
    posted = [_posted(form, random.choice(form.windows), job, values, press) for _ in range(many)]
    posted.sort(key=lambda each: (each.after, each.at))
    for n, each in enumerate(posted):
        if n and random.random() < ANSWERS:
            each.answers = random.randrange(max(0, n - 4), n)
    return posted


def _posted(form: IssueForm, window: Window, job: "Job", values: list[Any], press: "Press") -> Posted:
    random, begins = press.random, job.begins
    first = begins + window.day
    last = job.last if window.end is None else begins + window.end
    day = random.randint(first, max(first, min(last, first + LONGEST)))
    at = press.days.stamp(day, random.randrange(9 * 3600, 18 * 3600))
    at = max(at, values[form.events[window.after - 1].at])
    if window.after < len(form.events):
        at = min(at, values[form.events[window.after].at])
    is_ngo = random.random() < 0.55
    part = window.ngo if is_ngo else window.body
    seats = ("manager1", "representative1") if is_ngo else ("officer1", "officer2")
    party = job.choice.parts[part]
    return Posted(window.after, at, party, party.people[random.choice(seats)], Side.NGO if is_ngo else Side.STATE)
