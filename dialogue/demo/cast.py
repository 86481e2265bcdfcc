"""The people of the demonstration: who they are, for whom they act, and since when."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from backend.accounts.models import User
from backend.organisations.actions import add_member, end_membership, set_standing
from backend.organisations.models import Kind, Membership, Organisation, Standing
from dialogue.demo.days import WorkingDays

HERE = Path(__file__).parent
DOMAIN = "demo.birge"
LONG_AGO = timedelta(days=1000)  # since when everybody holds their seats, and the NGOs are verified

# Whom `demo` names when it prints the password, in this order (contract.md).
NAMED = (
    "ngo", "member", "ngo2", "officer", "signatory", "coordinator", "rival", "chair", "registrar", "moderator", "moderator2",
    "admin",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision of the registrar, on its day."""

    slug: str
    day: int
    standing: Standing
    reason: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """A term that ended, on its day."""

    who: str
    slug: str
    day: int


class Cast:
    """Everybody by the part of the e-mail address before the @, with the organisation of their first seat."""

    def __init__(self, people: dict[str, User], seats: dict[str, Organisation]) -> None:
        self.people, self.seats = people, seats

    def acts(self, who: str) -> dict[str, Any]:
        """The arguments that say who acts, for whom. KeyError for somebody who is not in the cast."""
        return {"actor": self.people[who], "organisation": self.seats[who]}


def address(key: str) -> str:
    return f"{key}@{DOMAIN}"


def _read(name: str) -> Any:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))[name]


def later() -> list[Ruling | Leaving]:
    """What happens to people and NGOs while the stories go on."""
    rulings = [
        Ruling(row["slug"], row["suspended"]["day"], Standing.SUSPENDED, row["suspended"]["reason"])
        for row in _read("ngos") if "suspended" in row
    ]  # fmt: skip
    leavings = [
        Leaving(key, seat["of"], seat["until"])
        for key, row in _read("people").items() for seat in row.get("seats", []) if "until" in seat
    ]  # fmt: skip
    return [*rulings, *leavings]


def bring_in(now: datetime) -> Cast:
    """Make the NGOs and the people with their seats. A few queries each; nobody can sign in yet."""
    since = now - LONG_AGO
    for row in _read("ngos"):
        _ngo(row, since)
    by_slug = Organisation.objects.in_bulk(field_name="slug")
    people: dict[str, User] = {}
    seats: dict[str, Organisation] = {}
    for key, row in _read("people").items():
        people[key] = User.objects.create_user(
            address(key), name=row["name"], language=row["language"],
            is_staff=row.get("admin", False), is_superuser=row.get("admin", False),
        )  # fmt: skip
        for number, seat in enumerate(row.get("seats", [])):
            organisation = by_slug[seat["of"]]
            seats.setdefault(key, organisation)
            add_member(
                organisation=organisation, user=people[key], role=seat["role"], post=seat["post"],
                at=since + timedelta(days=number),
            )  # fmt: skip
    return Cast(people, seats)


def _ngo(row: dict[str, Any], at: datetime) -> None:
    ngo = Organisation(
        kind=Kind.NGO, slug=row["slug"], bin=row["bin"], name_kk=row["kk"], name_ru=row["ru"], name_en=row["en"]
    )
    ngo.full_clean()
    ngo.save()
    if not row.get("pending"):
        set_standing(organisation=ngo, standing=Standing.VERIFIED, reason=row["verified"], at=at)


def happen(event: Ruling | Leaving, at: datetime) -> None:
    """A standing decided, or a term ended."""
    organisation = Organisation.objects.get(slug=event.slug)
    if isinstance(event, Ruling):
        set_standing(organisation=organisation, standing=event.standing, reason=event.reason, at=at)
        return
    seat = Membership.objects.get(user__email=address(event.who), organisation=organisation, until=None)
    end_membership(membership=seat, at=at)


def moment(days: WorkingDays, event: Ruling | Leaving) -> datetime:
    """When it happens: early, before anything else of that day."""
    return days.at(event.day, "").replace(hour=8, minute=30, second=0)
