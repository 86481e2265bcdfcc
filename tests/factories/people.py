"""One of each party, a stranger and a rival ministry: the people that tests speak of."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

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


def person(name: str) -> User:
    return User.objects.create_user(
        f"{name}@test.example", PASSWORD, name=name.replace("_", " ").title(), language="en"
    )


def player(name: str, organisation: Organisation, role: str) -> Player:
    user = person(name)
    membership = Membership.objects.create(user=user, organisation=organisation, role=role, since=LONG_AGO, post="Post")
    return Player(user, organisation, membership)


def organisation(slug: str, kind: str = Kind.NGO, **fields: Any) -> Organisation:
    names = {f"name_{language}": f"{slug.title()} ({language})" for language in ("kk", "ru", "en")}
    return Organisation.objects.create(slug=slug, kind=kind, **{"standing": Standing.VERIFIED} | names | fields)


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
    stranger: User

    @property
    def ngo(self) -> Organisation:
        return self.manager.organisation

    @property
    def ministry(self) -> Organisation:
        return self.officer.organisation


def make_cast() -> Cast:
    """Uses the reference data: Ministry of Labour with its council, Ecology as the rival, the default council."""
    ngo, other = organisation("qamqor"), organisation("zhasyl")
    by_slug = Organisation.objects.in_bulk(
        ["labour", "ecology", "council-labour", "culture-information", "platform"], field_name="slug"
    )
    ministry, rival, council = by_slug["labour"], by_slug["ecology"], by_slug["council-labour"]
    default = Organisation.objects.get(is_default_council=True)
    return Cast(
        manager=player("manager", ngo, Role.MANAGER),
        representative=player("representative", ngo, Role.REPRESENTATIVE),
        other_manager=player("other_manager", other, Role.MANAGER),
        officer=player("officer", ministry, Role.OFFICER),
        signatory=player("signatory", ministry, Role.SIGNATORY),
        coordinator=player("coordinator", ministry, Role.COORDINATOR),
        rival=player("rival", rival, Role.SIGNATORY),
        rival_officer=player("rival_officer", rival, Role.OFFICER),
        chair=player("chair", council, Role.CHAIR),
        members=(player("member_one", council, Role.MEMBER), player("member_two", council, Role.MEMBER)),
        default_chair=player("default_chair", default, Role.CHAIR),
        registrar=player("registrar", by_slug["culture-information"], Role.REGISTRAR),
        moderator=player("moderator", by_slug["platform"], Role.MODERATOR),
        stranger=person("stranger"),
    )
