"""What is counted of an issue: one number per cell, as the database holds it. Never renumber one.

A cell is what one unit (a responsibility, an ask, a commitment, an issue) adds to one measure: a day by which its cohort is
chosen, and `x`, the value that the estimator needs. `migrations/sql` has the view that makes them of the rows.
"""

from datetime import date
from enum import IntEnum

from issues.metrics.survival import Outcome

EPOCH = date(2000, 1, 1)
"""A day as an `x` is the number of days since."""


class Measure(IntEnum):
    """With the day of the cohort, and `x`."""

    # A responsibility; the day of its receipt; working days from registration to the end of the wait.
    WAIT_ANSWERED = 1
    WAIT_REDIRECT = 2
    WAIT_WITHDRAWAL = 3
    WAIT_MERGE = 4
    WAIT_SCOPE = 5
    WAIT_OPEN = 6  # x: the day of registration, since the wait goes on
    WAIT_HOP = 7  # ended by a redirect; x: which of the issue it was
    HELD_ANSWERED = 8  # its body wrote before it answered; x: how many messages
    HELD_UNANSWERED = 9  # its body wrote, and has not answered
    # The same; x: the original due day, since only what is due counts.
    DUE_ON_TIME = 11
    DUE_EXTENDED = 12  # in time by a lawful extension only
    DUE_LATE = 13
    DUE_NONE = 14  # not answered; late once the day has passed
    DUE_LEFT = 15  # ended before its due day
    EXTENDED = 16
    # Of a responsibility, by the day it happened.
    ANSWERED = 17  # the first answer; x: working days from registration
    DUE_MET = 18  # the original due day; x: calendar days before it
    DUE_MISSED = 19  # the original due day; x: 1 with a lawful extension
    DUE_MISSED_AGAIN = 20  # the day to which it was extended
    # An ask; the day of its first receipt; calendar days to the confirmation or conclusion, else 0.
    ASK_CONFIRMED = 21
    ASK_COUNCIL = 22
    ASK_REFUSED = 23
    ASK_UNCONFIRMED = 24
    ASK_WITHDRAWN = 25
    ASK_SCOPE = 26
    ASK_WAITING = 27
    CONFIRMED = 28  # the day of the NGO's confirmation; x: calendar days since the first receipt
    VERDICT_SUPPORTED = 31
    VERDICT_PARTLY = 32
    VERDICT_REFUSED = 33
    # A commitment of a body; its first date; slippage in calendar days.
    PROMISE_KEPT = 41
    PROMISE_LATE = 42
    PROMISE_DROPPED = 43
    PROMISE_OPEN = 44  # broken once its first date has passed
    PROMISE_UNDONE = 45  # complete by the body's word, and found not done
    # Of a commitment of a body, by the day it happened.
    PROMISED = 46
    COMPLETED = 47  # x: slippage
    BROKE = 48  # the first date passed, it was dropped, or found not done: whichever was first
    MOVED = 49  # its date; x: by how many calendar days; once for each time
    # An open issue; the day of its first receipt; x: in which group (`GROUPS`).
    OPEN_IN = 50
    # An open issue; the day of its first receipt; x: the day the body owes something, 0 where it owes nothing.
    OPEN = 51
    # A raised issue; the day of its first receipt; x: the NGO that raised it.
    RAISED = 52
    # An event; its day; x: 1 where the NGO disagreed with that very event, 2 where the council found it right.
    REPORTED = 53
    LAPSED = 54
    REFUSED = 55  # an answer that refuses an ask or cuts it
    # A published answer; its day; x: the characters of its reasons, to the nearest fifty.
    LENGTH = 56
    # A disagreement; the day it was opened; x: what opened it (`CAUSES`), 0 what is not known here.
    DISPUTE_OPEN = 61
    DISPUTE_DONE = 62
    DISPUTE_NOT_DONE = 63
    DISPUTE_OTHERWISE = 64
    COUNCIL_SILENT = 65
    CONCLUDED = 66  # the day of the council's conclusion; x: 1 not done, 0 done
    # An act of the platform's moderators; its day; x: its reason, numbered from 1 as its list of codes has it, else 0.
    HIDDEN = 71
    BLANKED = 72
    OUT_OF_SCOPE = 73
    MERGED = 74
    SHOWN_AGAIN = 75
    RESTORED = 76


OUTCOMES = {
    Measure.WAIT_ANSWERED: Outcome.ANSWERED,
    Measure.WAIT_REDIRECT: Outcome.REDIRECT,
    Measure.WAIT_WITHDRAWAL: Outcome.WITHDRAWAL,
    Measure.WAIT_MERGE: Outcome.MERGE,
    Measure.WAIT_SCOPE: Outcome.SCOPE,
}
DUE = (Measure.DUE_ON_TIME, Measure.DUE_EXTENDED, Measure.DUE_LATE, Measure.DUE_NONE)
ASKS = (
    Measure.ASK_CONFIRMED, Measure.ASK_COUNCIL, Measure.ASK_REFUSED, Measure.ASK_UNCONFIRMED, Measure.ASK_WITHDRAWN,
    Measure.ASK_SCOPE, Measure.ASK_WAITING,
)  # fmt: skip
PROMISES = (Measure.PROMISE_KEPT, Measure.PROMISE_LATE, Measure.PROMISE_OPEN, Measure.PROMISE_UNDONE)
"""Those that count once their first date has passed; a dropped one counts at once."""

GROUPS = ("waiting", "work", "reported", "in_dispute")
"""Of open issues, numbered from 1 as the view does."""

CAUSES = ("no_answer", "report", "lapse", "refusal", "late", "moved", "dropped", "unreported")
"""What opens a disagreement (`conditions.openings`), numbered from 1 as the view does."""
