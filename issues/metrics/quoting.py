"""A link that keeps the numbers of its day: what was shown stands in the address itself, sealed by the site.

The counts go on as the record does (a later answer, a confirmation, a merge, a restored issue), and no table keeps what they
were. So a link for quoting carries the numbers, and a seal that nobody else can make: whoever opens it later sees those very
numbers, and beside them what the same filters give now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.core.signing import Signer
from django.http import QueryDict
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_date

from issues.metrics.asked import kept_pairs
from issues.metrics.cohorts import Kind
from issues.metrics.figures import Figure
from issues.metrics.intervals import rate
from issues.metrics.weekly import EVERY

NAMES = ("as_of", "said", "seal")
LENGTH = 4_000
_SIGNER = Signer(salt="issues.metrics.quoting")


@dataclass(frozen=True, slots=True)
class Quoted:
    """What an address says was shown on that day; `figures` is empty where the seal is not ours or the numbers are not."""

    on: date
    figures: Sequence[Figure] = ()

    @property
    def is_sealed(self) -> bool:
        return bool(self.figures)


def pairs(query: QueryDict, own: dict[str, str], on: date, figures: Iterable[Figure]) -> list[tuple[str, str]]:
    """The whole address of a link for quoting: the filters (`own` ones instead), the day, the numbers, the seal."""
    told = [*_filters(query, own), ("as_of", on.isoformat()), ("said", "~".join(map(_written, figures)))]
    return [*told, ("seal", _seal(told))]


def read(query: QueryDict) -> Quoted | None:
    """None where the address quotes nothing. No query."""
    text, said, seal = (str(query.get(name, "")) for name in NAMES)
    on = _day(text)
    if on is None:
        return None
    told = [*_filters(query, {}), ("as_of", text), ("said", said)]
    if len(said) > LENGTH or not constant_time_compare(seal, _seal(told)):
        return Quoted(on)
    found = [_read(each) for each in said.split("~")]
    return Quoted(on, [figure for figure in found if figure is not None])


def _filters(query: QueryDict, own: dict[str, str]) -> list[tuple[str, str]]:
    week = own.get("week") or str(query.get("week", ""))
    return [*([("week", week)] if week else []), *kept_pairs(query, **own)]


def _seal(told: Sequence[tuple[str, str]]) -> str:
    return _SIGNER.signature(urlencode(told))


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _written(figure: Figure) -> str:
    """`key.version.numerator.denominator`, and the value where the counts do not give it: tenths, "-" for none."""
    parts = [figure.metric.key, figure.metric.version, figure.numerator, figure.denominator]
    if figure.metric.kind not in (Kind.RATE, Kind.COUNT):
        parts.append("-" if figure.value is None else round(figure.value * 10))
    return ".".join(map(str, parts))


def _read(text: str) -> Figure | None:
    """Of a sealed text, so it was written here; None for a number that there is no more."""
    key, _version, numerator, denominator, *value = text.split(".")
    if (metric := EVERY.get(key)) is None:
        return None
    top, n = int(numerator), int(denominator)
    if metric.kind is Kind.RATE:
        found = rate(top, n)
        return Figure(metric, top, n, found.value, found.interval, {})
    if metric.kind is Kind.COUNT:
        return Figure(metric, top, n, n, None, {})
    return Figure(metric, top, n, int(value[0]) / 10 if value and value[0] != "-" else None, None, {})
