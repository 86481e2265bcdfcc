"""What comes next, in a few words beside "Step n of 6" on a phone (ui.md section 2.3): who does what, without a date."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from issues.lifecycle import Status
from issues.models import Issue
from issues.sentences import still_until

_NEXT: dict[Status, Promise] = {
    Status.RAISED: _("Next: the body takes it up"),
    Status.UNDER_CONSIDERATION: _("Next: the body answers"),
    Status.CLARIFICATION: _("Next: the NGO answers the question"),
    Status.IN_PROGRESS: _("Next: the body reports it done"),
    Status.REPORTED_DONE: _("Next: the NGO confirms or disagrees"),
    Status.DISPUTED: _("Next: the council concludes"),
}
_STILL: dict[Status, Promise] = {
    Status.REFUSED: _("Next: the NGO may disagree"),
    Status.UNCONFIRMED: _("Next: the NGO may confirm or disagree"),
}


def next_words(issue: Issue, at: datetime) -> Words:
    """'' where nothing comes any more. No query on an issue from `for_page()`."""
    status = Status(issue.status)
    if status == Status.IN_PROGRESS and any(not ask.verdict and ask.moved_to_id is None for ask in issue.asks.all()):
        return _NEXT[Status.UNDER_CONSIDERATION]
    if status in _STILL:
        return _STILL[status] if still_until(issue, at) else ""
    return _NEXT.get(status, "")
