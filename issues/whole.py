"""Reading the parts of issues: a dozen kinds, most of them empty for most issues, in one round trip.

Django's prefetch would ask once for each kind and build each question anew; that was half the time of every move. Here the
statements are written once, sent together, and their rows are put where a prefetch would have put them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.db import connections, models
from django.db.models.fetch_modes import FetchMode

from backend.core.instances import Instances
from issues.models import Ask, Dispute, Issue


@dataclass(frozen=True)
class Kind:
    """One kind of part: `name` is the relation of its owner, which is the issue or a part named before it."""

    name: str
    owner: str = ""
    order: Callable[[Any], Any] | None = None  # where it takes more than the rows' own columns


ANSWERS = Kind("answers")
SAID = Kind("answers", "asks", lambda said: said.answer.n)
KINDS = (
    Kind("asks"), Kind("disputes"), ANSWERS, SAID, Kind("evidence", "asks"), Kind("merged", "asks"),
    Kind("asks", "disputes", lambda disputed: disputed.ask.n),
    Kind("opinions", "disputes", lambda opinion: (opinion.ask.n, opinion.cast_at)),
    Kind("cosigners"), Kind("commitments"), Kind("responsibilities"), Kind("duties"), Kind("proposals"), Kind("rulings"),
)  # fmt: skip


def read_parts(issues: Sequence[Issue], mode: FetchMode) -> None:
    """Every kind of part of these issues, where `prefetch_related` would put it. One query, however many there are.

    Outside a lock each kind is read at its own moment, so a part may be read that came after what it belongs to: it is left
    out, as all else that came then.
    """
    rows = _rows([issue.pk for issue in issues], str(issues[0]._state.db), mode)
    owners: dict[str, dict[int, Any]] = {"": {issue.pk: issue for issue in issues}}
    owners |= {kind.name: {part.pk: part for part in rows[kind]} for kind in KINDS if not kind.owner}
    rows[SAID] = _named(rows[SAID], "answer", owners[ANSWERS.name])
    for kind in KINDS:
        if kind.owner == "disputes":
            rows[kind] = _named(rows[kind], "ask", owners["asks"])
        if kind != ANSWERS:  # read for what they say of each ask
            _hand_out(kind, rows[kind], owners[kind.owner])


def _named(parts: list[Any], name: str, known: dict[int, Any]) -> list[Any]:
    """Those whose answer, or ask, is known; it is set."""
    found = [part for part in parts if getattr(part, f"{name}_id") in known]
    for part in found:
        setattr(part, name, known[getattr(part, f"{name}_id")])
    return found


def _rows(pks: list[int], db: str, mode: FetchMode) -> dict[Kind, list[Any]]:
    found: dict[Kind, list[Any]] = {}
    connection = connections[db]
    with connection.cursor() as cursor:
        cursor.execute(_statements(), [pks] * len(KINDS))
        for kind in KINDS:
            model = _model(kind)
            names, converted = _columns(model)
            rows: Iterable[Sequence[Any]] = cursor.fetchall()
            if converted:
                rows = [_converted(row, converted, connection) for row in rows]
            made = Instances(model, names, mode).made
            found[kind] = [made(row, db) for row in rows]
            cursor.nextset()
    return found


def _converted(row: Sequence[Any], converted: Sequence[tuple[int, Any]], connection: Any) -> list[Any]:
    values = list(row)
    for index, field in converted:
        values[index] = field.from_db_value(values[index], field.cached_col, connection)
    return values


def _hand_out(kind: Kind, parts: list[Any], owners: dict[int, Any]) -> None:
    field = cast("models.ForeignKey[Any, Any]", _relation(kind).field)
    theirs: dict[int, list[Any]] = defaultdict(list)
    for part in parts:
        if (owner := owners.get(getattr(part, field.attname))) is None:
            continue
        field.set_cached_value(part, owner)
        theirs[owner.pk].append(part)
    for pk, owner in owners.items():
        found = theirs[pk]
        if kind.order is not None:
            found.sort(key=kind.order)
        queryset = getattr(owner, kind.name).get_queryset()
        queryset._result_cache, queryset._prefetch_done = found, True
        vars(owner).setdefault("_prefetched_objects_cache", {})[field.remote_field.cache_name] = queryset


@cache
def _statements() -> str:
    return ";\n".join(map(_statement, KINDS))


def _statement(kind: Kind) -> str:
    """Rows of one kind, in the model's own order, of the issues whose keys are the parameter."""
    model, field = _model(kind), _relation(kind).field
    table = model._meta.db_table
    columns = ", ".join(f't."{each.column}"' for each in model._meta.concrete_fields)
    owners = "= ANY(%s)"
    if kind.owner:
        owners = f'IN (SELECT id FROM "{_model(Kind(kind.owner))._meta.db_table}" WHERE issue_id {owners})'  # noqa: S608
    order = ", ".join(_order(kind, model))
    return f'SELECT {columns} FROM "{table}" t WHERE t."{field.column}" {owners} ORDER BY {order}'  # noqa: S608


def _order(kind: Kind, model: type[models.Model]) -> Iterator[str]:
    names = ["id"] if kind.order is not None else model._meta.ordering or ["id"]
    yield from (f't."{cast("models.Field[Any, Any]", model._meta.get_field(str(name))).column}"' for name in names)


@cache
def _columns(model: type[models.Model]) -> tuple[list[str], list[tuple[int, Any]]]:
    fields = model._meta.concrete_fields
    return [field.attname for field in fields], [
        (index, field) for index, field in enumerate(fields) if hasattr(field, "from_db_value")
    ]


def _model(kind: Kind) -> type[models.Model]:
    return cast("type[models.Model]", _relation(kind).related_model)


@cache
def _relation(kind: Kind) -> Any:
    owner: type[models.Model] = {"": Issue, "asks": Ask, "disputes": Dispute}[kind.owner]
    return owner._meta.get_field(kind.name)
