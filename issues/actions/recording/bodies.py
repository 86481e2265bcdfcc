"""Which state body another register means by a name."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.db.models.functions import Lower

from backend.core.alphabet import ascii_slug
from backend.organisations.actions import legacy_body
from backend.organisations.models import LEGACY_BODY, SLUG_LENGTH, Organisation

LANGUAGES = ("kk", "ru", "en")


@dataclass(frozen=True, slots=True)
class BodyNames:
    """How a register's names of bodies are read. `default`: where a row names none. `slugs`: a name to a body's short name.

    With a `prefix` the register's bodies are another state's: a name is looked for only among bodies whose short name
    begins with it, never among ours, even where both have a Ministry of Justice. `create`: make what is not found.
    """

    default: str = ""
    prefix: str = ""
    slugs: Mapping[str, str] = field(default_factory=dict)
    create: bool = False


def find_bodies(names: Iterable[str], rules: BodyNames) -> dict[str, list[Organisation]]:
    """The bodies that may be meant by each name, without regard to capitals and white space; with `create` at least one.

    A name is one of the three, or the body's short name. Two queries, and three for each body that is made.
    """
    wanted = {_key(name): name for name in sorted(set(names), reverse=True)}
    slugs = {_key(name): slug for name, slug in rules.slugs.items()}
    by_slug = _by_slug({slug for key, slug in slugs.items() if key in wanted} | set(wanted.values()))
    by_name = _by_name([key for key in wanted if key not in slugs], rules.prefix)
    found = {}
    for key, name in sorted(wanted.items()):
        found[key] = by_slug.get(slugs.get(key, ""), []) or by_name.get(key, [])
        if not found[key] and (not rules.prefix or name == rules.default):
            found[key] = by_slug.get(name, [])
        if not found[key] and rules.create:
            found[key] = [legacy_body(name=name, slug=slugs.get(key) or _slug(name, rules.prefix))]
    return {name: found[_key(name)] for name in names}


def body_on(candidates: list[Organisation], day: date) -> Organisation | None:
    """Of bodies with the same name (a ministry and its successor) the one that existed on the day, else the newest."""
    return next((body for body in candidates if body.is_valid_on(day)), candidates[-1] if candidates else None)


def _by_slug(slugs: set[str]) -> dict[str, list[Organisation]]:
    return {body.slug: [body] for body in Organisation.objects.bodies().filter(slug__in=slugs)}


def _by_name(keys: list[str], prefix: str) -> dict[str, list[Organisation]]:
    bodies = Organisation.objects.bodies().annotate(**{f"low_{code}": Lower(f"name_{code}") for code in LANGUAGES})
    if prefix:
        bodies = bodies.filter(body_type=LEGACY_BODY, slug__startswith=f"{prefix}-")
    named = Q()
    for code in LANGUAGES:
        named |= Q(**{f"low_{code}__in": keys})
    found: dict[str, list[Organisation]] = {}
    for body in bodies.filter(named).order_by("valid_from", "id"):
        for key in {_key(getattr(body, f"name_{code}")) for code in LANGUAGES}:
            found.setdefault(key, []).append(body)
    return found


def _key(name: str) -> str:
    return " ".join(name.split()).lower()


def _slug(name: str, prefix: str) -> str:
    """A short name in ASCII; a digest stands for a name that has no letter there."""
    plain = ascii_slug(name) or f"body-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return "-".join(filter(None, (prefix, plain)))[:SLUG_LENGTH].rstrip("-")
