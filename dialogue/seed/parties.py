"""To whom an issue goes and who raises it: skewed, as in life."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from backend.organisations.models import Kind, Organisation
from dialogue.seed.cast import Cast, Party
from dialogue.seed.days import Days
from issues.models import Region, Topic

TOPICS = {
    "social-security": 18, "health": 14, "education": 12, "housing-construction": 11, "ecology": 8, "transport-roads": 7,
    "state-order-grants": 6, "ngo-sector": 5, "employment": 5, "land": 4, "digital": 3, "state-bodies": 3, "youth": 3,
    "law-enforcement": 3, "culture-language": 3, "animals": 2, "finance-taxes": 2,
}  # fmt: skip
REGIONS = {
    "KZ-75": ("akimat-almaty", 20), "KZ-71": ("akimat-astana", 15), "KZ-79": ("akimat-shymkent", 8),
    "KZ-61": ("akimat-turkistan", 8), "KZ-35": ("akimat-karaganda", 7), "KZ-19": ("akimat-almaty-region", 6),
    "KZ-31": ("akimat-zhambyl", 5), "KZ-63": ("akimat-east-kazakhstan", 4), "KZ-15": ("akimat-aktobe", 4),
    "KZ-39": ("akimat-kostanay", 4), "KZ-55": ("akimat-pavlodar", 4), "KZ-47": ("akimat-mangystau", 4),
    "KZ-43": ("akimat-kyzylorda", 3), "KZ-27": ("akimat-west-kazakhstan", 3), "KZ-23": ("akimat-atyrau", 3),
    "KZ-11": ("akimat-akmola", 3), "KZ-10": ("akimat-abai", 3), "KZ-33": ("akimat-zhetisu", 3),
    "KZ-59": ("akimat-north-kazakhstan", 2), "KZ-62": ("akimat-ulytau", 1), "KZ": ("", 6),
}  # fmt: skip
REHEARSING = {"A": "labour", "B": "healthcare", "C": "akimat-almaty"}
LOCAL = 0.3  # of issues go to the akimat of their region
LANGUAGES = (("kk", 52), ("ru", 44), ("en", 4))


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen for one story: `parts` are its parties by their parts, `given` what else its rows name."""

    parts: dict[str, Party]
    given: dict[str, dict[str, object]]
    topic: str
    language: str


class Parties:
    """Reads the reference data once. Three queries."""

    def __init__(self, cast: Cast, days: Days) -> None:
        self.cast, self.days = cast, days
        settled = list(Organisation.objects.exclude(kind=Kind.NGO).exclude(body_type="legacy").order_by("pk"))
        self.bodies = [each for each in settled if each.kind == Kind.STATE_BODY]
        self.by_id = {each.pk: each for each in self.bodies}
        self.by_slug = {each.slug: each for each in self.bodies}
        councils = [each for each in settled if each.kind == Kind.COUNCIL]
        self.councils = {each.pk: self.cast.council_of(each, councils) for each in self.bodies}
        self.default = next(self.cast.parties[each.slug] for each in councils if each.is_default_council)
        self.topics = Topic.objects.select_related("default_body").in_bulk(field_name="slug")
        self.regions = Region.objects.in_bulk(field_name="code")
        self.topic_names, self._topic_weights = list(TOPICS), list(accumulate(TOPICS.values()))
        self.region_names = list(REGIONS)
        self._region_weights = list(accumulate(weight for _, weight in REGIONS.values()))
        # The busiest NGO raises some hundred times as many as one of the many.
        self._ngo_weights = list(accumulate(1 / (n + 8) ** 0.8 for n in range(len(self.cast.ngos))))
        self._flat: dict[str, dict[str, object]] = {}

    def ends(self) -> list[int]:
        """The first working day after each body's last, where it has a successor that goes on until today."""
        return sorted({self._after(each) for each in self.bodies if self._passed_on(each)})

    def _passed_on(self, body: Organisation) -> bool:
        heir = self.by_id.get(body.successor_id or 0)
        return body.valid_to is not None and heir is not None and heir.valid_to is None

    def _after(self, body: Organisation) -> int:
        assert body.valid_to
        return self.days.number(body.valid_to) + 1

    def choose(self, random: Random, begins: int, last: int, pinned: int) -> Choice:
        """For a story of these days; `pinned`: the day on which its body is succeeded, 0 if it is not."""
        topic = _pick(self.topic_names, self._topic_weights, random)
        region = _pick(self.region_names, self._region_weights, random)
        since, until = self.days.dates[begins], self.days.dates[last] + timedelta(1)
        if pinned:
            ended = [each for each in self.bodies if self._passed_on(each) and self._after(each) == pinned]
            first = random.choice(ended)
            bodies = {"A": first, "S": self.by_id[first.successor_id or 0]}
        else:
            bodies = {"A": self._body(random, topic, region, since, until)}
        for part in ("B", "C"):
            bodies[part] = self._another(random, [*bodies.values()], since, until)
        language = random.choices([each for each, _ in LANGUAGES], [weight for _, weight in LANGUAGES])[0]
        return self.chosen(bodies, self._ngos(random), topic, region, language)

    def for_rehearsal(self, pinned: int) -> Choice:
        """Parties that are all different from each other, bodies with councils of their own."""
        bodies = {part: self.by_slug[slug] for part, slug in REHEARSING.items()}
        if pinned:
            ended = next(each for each in self.bodies if self._passed_on(each) and self._after(each) == pinned)
            bodies |= {"A": ended, "S": self.by_id[ended.successor_id or 0]}
        return self.chosen(bodies, self.cast.ngos[:3], "health", "KZ-15", "en")

    def chosen(
        self, bodies: dict[str, Organisation], ngos: Sequence[Party], topic: str, region: str, language: str
    ) -> Choice:  # fmt: skip
        parts = {part: self.cast.parties[body.slug] for part, body in bodies.items()}
        parts |= {f"{part}-council": self.councils[body.pk] for part, body in bodies.items()}
        parts |= dict(zip(("N", "P", "Q"), ngos, strict=True))
        parts |= {each: self.cast.parties[each] for each in ("platform", "recorded-elsewhere")}
        parts["default"] = self.default
        given: dict[str, dict[str, object]] = {part: self.flat(party) for part, party in parts.items()}
        given["topic"] = {"id": self.topics[topic].pk, "slug": topic}
        given["region"] = {"id": self.regions[region].pk, "code": region}
        given["language"] = {"code": language}
        return Choice(parts, given, topic, language)

    def flat(self, party: Party) -> dict[str, object]:
        """Everything of a party that a row may name."""
        if party.slug not in self._flat:
            known: dict[str, object] = {"id": party.id, "slug": party.slug}
            for seat, person in party.people.items():
                known |= {f"{seat}.id": person.id, f"{seat}.uuid": person.uuid, f"{seat}.language": person.language}
            self._flat[party.slug] = known
        return self._flat[party.slug]

    def _body(self, random: Random, topic: str, region: str, since: date, until: date) -> Organisation:
        local = self.by_slug.get(REGIONS[region][0])
        if local is not None and random.random() < LOCAL and _exists(local, since, until):
            return local
        usual = self.topics[topic].default_body
        while usual is not None and not _exists(usual, since, until):
            usual = next((each for each in self.bodies if each.successor_id == usual.pk), None)
        return usual or (local if local and _exists(local, since, until) else self._another(random, [], since, until))

    def _another(
        self, random: Random, others: list[Organisation], since: date, until: date
    ) -> Organisation:  # fmt: skip
        while True:
            body = random.choice(self.bodies)
            if body not in others and _exists(body, since, until):
                return body

    def _ngos(self, random: Random) -> list[Party]:
        found: list[Party] = []
        while len(found) < 3:
            ngo = _pick(self.cast.ngos, self._ngo_weights, random)
            if ngo not in found:
                found.append(ngo)
        return found


def _pick[T](things: Sequence[T], weights: Sequence[float], random: Random) -> T:
    return things[bisect(weights, random.random() * weights[-1])]


def _exists(body: Organisation, since: date, until: date) -> bool:
    return (body.valid_from is None or body.valid_from <= since) and (body.valid_to is None or until <= body.valid_to)
