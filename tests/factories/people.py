"""One of each party, a stranger and a rival ministry: the people that tests speak of."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password

from backend.accounts.models import User
from backend.organisations.models import Kind, Membership, Organisation, Role, Standing

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PASSWORD = "a-long-enough-test-password"


@dataclass(frozen=True)
class Player:
    """A person acting for an organisation: `**player.acts` are the arguments of an action."""

    user: User
    organisation: Organisation
    membership: Membership

    @property
    def acts(self) -> dict[str, Any]:
        return {"actor": self.user, "organisation": self.organisation}


def address(name: str) -> str:
    return f"{name}@test.example"


@cache
def _hashed() -> str:
    """One hash for all: outside of the tests' settings making it takes its time."""
    return make_password(PASSWORD)


def _person(name: str) -> User:
    return User(email=address(name), password=_hashed(), name=name.replace("_", " ").title(), language="en")


def _seat(user: User, organisation: Organisation, role: str) -> Membership:
    return Membership(user=user, organisation=organisation, role=role, since=LONG_AGO, post="Post")


def _organisation(slug: str, kind: str = Kind.NGO, **fields: Any) -> Organisation:
    names = {f"name_{language}": f"{slug.title()} ({language})" for language in ("kk", "ru", "en")}
    return Organisation(slug=slug, kind=kind, **{"standing": Standing.VERIFIED} | names | fields)


def person(name: str) -> User:
    user = _person(name)
    user.save()
    return user


def player(name: str, organisation: Organisation, role: str) -> Player:
    seat = _seat(person(name), organisation, role)
    seat.save()
    return Player(seat.user, organisation, seat)


def organisation(slug: str, kind: str = Kind.NGO, **fields: Any) -> Organisation:
    made = _organisation(slug, kind, **fields)
    made.save()
    return made


@dataclass(frozen=True)
class Cast:
    """The cast of every story. `ministry` is the body addressed, with its own council; `rival` is another ministry."""

    manager: Player
    representative: Player
    other_manager: Player
    officer: Player
    signatory: Player
    coordinator: Player
    rival: Player
    rival_officer: Player
    chair: Player
    members: tuple[Player, Player]
    default_chair: Player
    registrar: Player
    moderator: Player
    other_moderator: Player
    stranger: User

    @property
    def ngo(self) -> Organisation:
        return self.manager.organisation

    @property
    def ministry(self) -> Organisation:
        return self.officer.organisation


SEATS = {
    "manager": ("qamqor", Role.MANAGER),
    "representative": ("qamqor", Role.REPRESENTATIVE),
    "other_manager": ("zhasyl", Role.MANAGER),
    "officer": ("labour", Role.OFFICER),
    "signatory": ("labour", Role.SIGNATORY),
    "coordinator": ("labour", Role.COORDINATOR),
    "rival": ("ecology", Role.SIGNATORY),
    "rival_officer": ("ecology", Role.OFFICER),
    "chair": ("council-labour", Role.CHAIR),
    "member_one": ("council-labour", Role.MEMBER),
    "member_two": ("council-labour", Role.MEMBER),
    "default_chair": ("council-culture-information", Role.CHAIR),
    "registrar": ("culture-information", Role.REGISTRAR),
    "moderator": ("platform", Role.MODERATOR),
    "other_moderator": ("platform", Role.MODERATOR),
}
"""Who sits where: two NGOs, and of the reference data the Ministry of Labour with its council, Ecology as the rival, the
default council, the authorised body and the platform.
"""


def make_cast() -> Cast:
    """Four queries, as more than a thousand tests begin with it."""
    Organisation.objects.bulk_create([_organisation("qamqor"), _organisation("zhasyl")])
    organisations = Organisation.objects.in_bulk({slug for slug, _ in SEATS.values()}, field_name="slug")
    people = {user.email: user for user in User.objects.bulk_create(_person(name) for name in (*SEATS, "stranger"))}
    seats = {name: _seat(people[address(name)], organisations[slug], role) for name, (slug, role) in SEATS.items()}
    Membership.objects.bulk_create(seats.values())
    players = {name: Player(seat.user, seat.organisation, seat) for name, seat in seats.items()}
    members = players.pop("member_one"), players.pop("member_two")
    return Cast(**players, members=members, stranger=people[address("stranger")])
