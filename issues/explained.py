"""Why the date now owed is what it is, in short: for the page of the issue. The page of the clock tells it day by day."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from issues.clock import explain_lines
from issues.clock.explanation import ExplainedDay
from issues.clock.limits import length_label
from issues.models import Duty, Issue

_FREE = ("holiday", "moved_holiday", "day_off")


@dataclass(frozen=True, slots=True)
class WhyDue:
    """`counted_from`: the day before day 1. `weekend_days`: how many were skipped; `free`: the others skipped, each with why."""

    duty: Duty
    length: Promise | SafeString | str
    counted_from: date
    weekend_days: int
    free: list[ExplainedDay]

    @classmethod
    def of(cls, issue: Issue) -> "WhyDue | None":
        """None where nothing is owed, or a date that was promised: that is nobody's count. No query on an issue from
        `for_page()`.
        """
        duty = next((each for each in issue.duties.all() if each.is_open and each.due_at == issue.due_at), None)
        if duty is None:
            return None
        meta = duty.explanation["meta"]
        lines = explain_lines(duty.explanation, (get_language() or "kk")[:2])
        return cls(
            duty=duty,
            length=length_label(meta["unit"], meta["limit"]),
            counted_from=date.fromisoformat(meta["registered_on"]),
            weekend_days=sum(line.why == "weekend" for line in lines),
            free=[line for line in lines if line.why in _FREE],
        )
