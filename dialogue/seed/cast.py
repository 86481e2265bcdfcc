"""The parties of seeded issues and their people: written once, then known by their ids."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from django.db import transaction

from backend.accounts.models import User
from backend.organisations.bin import check_digit
from backend.organisations.models import Kind, Membership, Organisation, Role, Standing
from dialogue.seed.names import FIRST_NAMES, LAST_NAMES, NGO_KINDS, NGO_NAMES, PLACES, POSTS

DOMAIN = "seed.birge"
NOBODYS = "!"  # no password is this: they cannot sign in
SINCE = datetime(2020, 1, 2, tzinfo=UTC)
SEATS = {
    Kind.NGO: (Role.MANAGER, Role.REPRESENTATIVE),
    Kind.STATE_BODY: (Role.SIGNATORY, Role.OFFICER, Role.OFFICER),
    Kind.COUNCIL: (Role.CHAIR, Role.MEMBER, Role.MEMBER, Role.MEMBER),
    Kind.PLATFORM: (Role.MODERATOR, Role.MODERATOR),
}
"""Who sits in an organisation of each kind; called by role and place, as `member2`."""


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    uuid: str
    language: str
    post: str


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation with its people by their seats: `signatory1`, `officer2`."""

    id: int
    slug: str
    people: dict[str, Person] = field(default_factory=dict, compare=False)


@dataclass(slots=True)
class Cast:
    parties: dict[str, Party]
    ngos: list[Party]

    def council_of(self, body: Organisation, councils: Iterable[Organisation]) -> Party:
        """The council attached to the body, else the default one."""
        able = sorted(councils, key=lambda each: (each.is_default_council, each.pk))
        return self.parties[
            next(each.slug for each in able if each.attached_to_id == body.pk or each.is_default_council)
        ]


@transaction.atomic
def bring_in(how_many: int, seed: int) -> Cast:
    """Make that many NGOs, and people for everybody of the reference data. A dozen queries."""
    random = Random(f"{seed}:cast")
    Organisation.objects.bulk_create(_ngos(how_many, random), batch_size=1000)
    settled = Organisation.objects.exclude(kind=Kind.NGO).exclude(body_type="legacy").order_by("slug")
    ngos = Organisation.objects.filter(kind=Kind.NGO, slug__startswith=PREFIX).order_by("slug")
    parties = [*settled, *ngos]
    people = _people(parties, random)
    User.objects.bulk_create([user for _, _, user in people], batch_size=1000)
    Membership.objects.bulk_create(
        [
            Membership(user=user, organisation=party, role=role, post=POSTS[role], since=SINCE)
            for party, role, user in people
        ],
        batch_size=1000,
    )
    return _known(parties, people)


PREFIX = "seed-ngo-"


def _ngos(how_many: int, random: Random) -> Iterator[Organisation]:
    taken = set(Organisation.objects.exclude(bin=None).values_list("bin", flat=True))
    numbers = (number for number in _bins(random) if number not in taken)
    for n, number in zip(range(1, how_many + 1), numbers, strict=False):
        word, kind = random.choice(NGO_NAMES), random.choice(NGO_KINDS)
        place = random.randrange(len(PLACES["kk"]))
        kk, ru, en = (PLACES[language][place] for language in ("kk", "ru", "en"))
        yield Organisation(
            kind=Kind.NGO, slug=f"{PREFIX}{n:05d}", bin=number, standing=Standing.VERIFIED,
            standing_reason="Invented for a trial.", standing_at=SINCE,
            name_kk=f"«{word[0]}» {kind[0]} ({kk}, {n})", name_ru=f"{kind[1].capitalize()} «{word[1]}» ({ru}, {n})",
            name_en=f"{word[2]} {kind[2]} ({en}, {n})",
        )  # fmt: skip


def _bins(random: Random) -> Iterator[str]:
    """Valid ones, each once: resident legal entities, head offices."""
    for serial in range(50_000, 100_000):
        eleven = f"{random.randrange(0, 25):02d}{random.randrange(1, 13):02d}40{serial:05d}"
        digit = check_digit(eleven)
        if digit is not None:
            yield f"{eleven}{digit}"


def _people(parties: list[Organisation], random: Random) -> list[tuple[Organisation, Role, User]]:
    made = []
    for party in parties:
        seats = SEATS[Kind(party.kind)] if party.roles else ()
        for n, role in enumerate(seats, start=1):
            user = User(
                uuid=UUID(int=random.getrandbits(128), version=4), email=f"{party.slug}-{n}@{DOMAIN}",
                name=f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}", password=NOBODYS,
                language=random.choices(("kk", "ru", "en"), (55, 42, 3))[0], date_joined=SINCE,
            )  # fmt: skip
            made.append((party, role, user))
    return made


def _known(parties: list[Organisation], people: list[tuple[Organisation, Role, User]]) -> Cast:
    known = {party.slug: Party(party.pk, party.slug) for party in parties}
    seats: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for party, role, user in people:
        seats[party.slug][role] += 1
        person = Person(user.pk, str(user.uuid), user.language, POSTS[role])
        known[party.slug].people[f"{role}{seats[party.slug][role]}"] = person
    return Cast(known, [each for slug, each in known.items() if slug.startswith(PREFIX)])
