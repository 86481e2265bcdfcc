"""Filling a database with the demonstration, once; and the password by which its people sign in."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from backend.accounts.models import User
from backend.core.models import Mark
from backend.organisations.models import Membership
from dialogue.demo.cast import DOMAIN, NAMED, address, bring_in
from dialogue.demo.days import WorkingDays
from dialogue.demo.replay import Replay, StoryError
from dialogue.demo.stories import all_stories
from issues.calendar import current_calendar
from issues.clock import local_day
from issues.imports.mapping import Meaning
from issues.imports.readers import Shape, Source
from issues.imports.run import Reject, import_file

MARK = "demo"
REGISTER = Path(__file__).parent / "register.csv"


def is_filled() -> bool:
    """Whether this database was filled by us. One query."""
    return Mark.objects.filter(key=MARK).exists()


@transaction.atomic
def fill(now: datetime, tell: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Cast, stories and mark in one transaction: an interrupted filling leaves nothing behind. Raises StoryError."""
    days = WorkingDays(local_day(now), current_calendar())
    stories = all_stories()
    Replay(stories, bring_in(now), days, now, tell).run()
    _take_over_a_register(now)
    Mark.objects.create(key=MARK, value={"stories": len(stories)}, made_at=now)


def _take_over_a_register(now: datetime) -> None:
    """A few issues of an older register, as `import_issues` brings them in. Raises StoryError for a row that does not go in."""

    def refused(reject: Reject) -> None:
        raise StoryError(f"{REGISTER.name}, line {reject.place}: {'; '.join(reject.reasons)}")

    with Source(REGISTER, Shape()) as source:
        import_file(source, Meaning(register="Azamattyq dialog 2024"), at=now, told=refused)


def set_password(password: str) -> None:
    """Everybody of the demonstration signs in with it. Writes nothing, and so signs nobody out, where it holds already."""
    people = User.objects.filter(email__endswith=f"@{DOMAIN}")
    stored = set(people.order_by().values_list("password", flat=True).distinct())
    if stored and all(check_password(password, each) for each in stored):
        return
    # One hash for all: hashing is slow on purpose, and these accounts share the password anyway.
    people.update(password=make_password(password))


def named_people() -> list[tuple[str, str]]:
    """E-mail address, and what they are: for whoever starts the demonstration. Two queries."""
    seats = Membership.objects.filter(user__email__endswith=f"@{DOMAIN}").select_related("user", "organisation")
    what: dict[str, str] = {}
    for seat in seats.order_by("since", "id"):
        what.setdefault(seat.user.email, f"{seat.get_role_display()!s}, {seat.organisation}")
    return [(address(key), what.get(address(key), "Administrator, /admin/")) for key in NAMED]
