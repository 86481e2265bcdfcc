"""The first steps of a story, written once through the actions and afterwards put back as the rows they left.

Hundreds of tests begin with the same few moves. A step is put back only where nothing else was written since the test
began, and counts as made by the same moves at the same times in the same language; everything else is made anew.
"""

import pickle
import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cache, wraps
from typing import Any, Concatenate

import pgtrigger
from django.db import connection
from django.db.models import Model
from django.utils.translation import get_language

from tests.factories.people import Cast, Player, make_cast

type Rows = dict[str, dict[str, str]]
"""Of each table, the text of each row that this test wrote, by its key."""

_HARMLESS = re.compile(r"\s*(SELECT|SAVEPOINT|RELEASE)\b")
_NOT_BEGUN = """SELECT pg_current_xact_id_if_assigned() IS NULL AND NOT EXISTS (SELECT FROM accounts_user)
    AND NOT EXISTS (SELECT FROM issues_issue) AND NOT EXISTS (SELECT FROM issues_numbercounter)"""


@dataclass(frozen=True)
class Kept:
    """What a step, or the cast, left: all rows of the test until then, the statements that lead there from the step before,
    and what Python knows of it.
    """

    rows: Rows
    statements: str
    state: bytes


@dataclass
class Stage:
    """Where a test stands: `after` is the way of its stories until now, None once anything else was written."""

    since: int
    after: Hashable = ()
    rows: Rows = field(default_factory=dict)
    stories: list[object] = field(default_factory=list)
    is_playing: bool = False

    def watch(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
        if not self.is_playing and not _HARMLESS.match(str(sql)):
            self.after = None
        return execute(sql, params, many, context)

    def place_of(self, story: object) -> int:
        """The how many-eth story this is."""
        if not any(story is each for each in self.stories):
            self.stories.append(story)
        return next(n for n, each in enumerate(self.stories) if each is story)

    @contextmanager
    def playing(self) -> Iterator[None]:
        self.is_playing = True
        try:
            yield
        except BaseException:
            self.after = None
            raise
        finally:
            self.is_playing = False


_stage: Stage | None = None
_steps: dict[Hashable, Kept] = {}
_cast: list[Kept] = []


@contextmanager
def remembering_cast() -> Iterator[Cast]:
    """The cast, always under the same keys, and until the end a stage on which first steps are put back. Where rows are
    committed, or somebody acted before, just a cast.
    """
    global _stage  # noqa: PLW0603
    if not _is_untouched():
        yield make_cast()
        return
    stage = Stage(_transaction())
    if not _cast:
        cast = make_cast()
        rows = _written_since(stage.since)
        _cast.append(Kept(rows, _leading(from_={}, to=rows), pickle.dumps(cast)))
    else:
        _run(_cast[0].statements)
        cast = pickle.loads(_cast[0].state)
    stage.rows = _cast[0].rows
    _stage = stage
    try:
        with connection.execute_wrapper(stage.watch):
            yield cast
    finally:
        _stage = None


def remembered[S, **P](method: Callable[Concatenate[S, P], S]) -> Callable[Concatenate[S, P], S]:
    """A step of a story, which it answers; what Python knows of it is in its `state`."""

    @wraps(method)
    def step(story: Any, *args: P.args, **kwargs: P.kwargs) -> Any:
        stage = _stage
        if stage is None or stage.is_playing or stage.after is None or connection.force_debug_cursor:
            return method(story, *args, **kwargs)
        try:
            way = (
                stage.after,
                stage.place_of(story),
                method.__name__,
                story.now,
                get_language(),
                _known((args, kwargs)),
            )
        except TypeError:
            return method(story, *args, **kwargs)
        with stage.playing():
            if kept := _steps.get(way):
                _run(kept.statements)
                story.state = pickle.loads(kept.state)
            else:
                method(story, *args, **kwargs)
                rows = _written_since(stage.since)
                kept = _steps[way] = Kept(rows, _leading(stage.rows, rows), pickle.dumps(story.state))
        stage.after, stage.rows = way, kept.rows
        return story

    return step


def _known(thing: Any) -> Hashable:
    """Equal for what leads to equal rows. TypeError for what it cannot tell."""
    match thing:
        case Player():
            return "player", thing.user.pk, thing.organisation.pk
        case Model():
            return thing._meta.label, thing.pk
        case list() | tuple():
            return type(thing).__name__, *map(_known, thing)
        case dict():
            return "dict", *((name, _known(value)) for name, value in thing.items())
        case None | str() | int() | float() | date() | Enum():
            return type(thing).__name__, thing
    raise TypeError(thing)


def _is_untouched() -> bool:
    """In a transaction that will be undone."""
    if not connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_NOT_BEGUN)
        return bool(cursor.fetchone()[0])


def _transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::xid::text::bigint")
        return int(cursor.fetchone()[0])


@cache
def _tables() -> dict[str, tuple[str, list[str]]]:
    """Of each table its key and its written columns."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname, min(k.attname), array_agg(a.attname::text ORDER BY a.attnum)
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                AND a.attgenerated = ''
            JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
            JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = i.indkey[0]
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY 1"""
        )
        return {table: (key, columns) for table, key, columns in cursor.fetchall()}


@cache
def _all_written() -> str:
    return " UNION ALL ".join(
        f'SELECT \'{table}\', "{key}"::text, t::text FROM "{table}" t WHERE t.xmin::text::bigint >= {{0}}'
        for table, (key, _) in _tables().items()
    )


def _written_since(transaction: int) -> Rows:
    rows: Rows = {}
    with connection.cursor() as cursor:
        cursor.execute(_all_written().format(transaction))
        for table, key, text in cursor.fetchall():
            rows.setdefault(table, {})[key] = text
    return rows


def _leading(from_: Rows, to: Rows) -> str:
    """Statements after which rows are the latter; references between them are looked at when the transaction ends."""
    said = []
    for table in from_.keys() | to.keys():
        key, columns = _tables()[table]
        old, new = from_.get(table, {}), to.get(table, {})
        gone = [name for name in old if new.get(name) != old[name]]
        came = {name: text for name, text in new.items() if old.get(name) != text}
        if gone or came:
            left = ", ".join(_quoted(name) for name in {*gone, *came})
            said.append(f'DELETE FROM "{table}" WHERE "{key}" IN ({left})')
        if came:
            names = ", ".join(f'"{name}"' for name in columns)
            values = ", ".join(f'(r)."{name}"' for name in columns)
            texts = ", ".join(f'({_quoted(text)}::"{table}")' for text in came.values())
            said.append(f'INSERT INTO "{table}" ({names}) SELECT {values} FROM (VALUES {texts}) v(r)')
    return "; ".join(said)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _run(statements: str) -> None:
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(statements)
