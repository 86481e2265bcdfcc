"""Open data: the rows behind the numbers, one table per unit, streamed; and what each column means.

Public facts alone: numbers, codes, slugs and days in Almaty. Nothing that people wrote, no names of people.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from issues.metrics.measures import ASKS, PROMISES, Measure

CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    said: Words


@dataclass(frozen=True, slots=True)
class Table:
    """`sql` gives the columns in their order, by the unit's own id."""

    name: str
    said: Words
    columns: tuple[Column, ...]
    sql: str


def _numbers(measures: Iterable[Measure]) -> str:
    """Which rows count is said by the cells alone."""
    return ", ".join(str(int(each)) for each in measures)


_ISSUE = (
    Column("issue", _("Number of the issue")),
    Column("region", _("ISO 3166-2 code of the region, KZ for the whole country")),
    Column("topic", _("Short name of the topic")),
    Column("language", _("Language tag of the text")),
)
_ISSUE_SQL = "i.number, g.code, t.slug, i.language"
_JOINS = "JOIN issues_region g ON g.id = i.region_id JOIN issues_topic t ON t.id = i.topic_id"

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "responsibilities",
            _("One row for each body's tenure over an issue: waits and answers."),
            (
                Column("id", _("Number of the row, stable")),
                *_ISSUE,
                Column("body", _("Short name of the state body")),
                Column("received_on", _("Day of receipt: the cohort")),
                Column("registered_on", _("Day from which working days are counted")),
                Column("original_due_on", _("Due date as first published")),
                Column("due_on", _("Due date in force")),
                Column("extended", _("1: extended by a signed decision")),
                Column("answered_on", _("Day of the first answer, empty without one")),
                Column("wait_days", _("Working days from registration to the answer")),
                Column("ended_on", _("Day the tenure ended, empty while it lasts")),
                Column("ended_by", _("The move that ended it")),
                Column("hop", _("How many redirects came before")),
            ),
            f"""SELECT r.id, {_ISSUE_SQL}, b.slug, issues_local_day(r.received_at), r.registered_on, r.original_due_on,
                r.due_on, (r.extended_at IS NOT NULL)::int, issues_local_day(r.answered_at), r.wait_days,
                issues_local_day(r.ended_at), r.ended_by, r.hop
            FROM issues_responsibility r JOIN issues_issue i ON i.id = r.issue_id {_JOINS}
            JOIN organisations_organisation b ON b.id = r.body_id ORDER BY r.id""",
        ),
        Table(
            "asks",
            _("One row for each ask that counts: carried and moved ones once, merged ones with a match not at all."),
            (
                Column("id", _("Number of the row, stable")),
                *_ISSUE,
                Column("body", _("Short name of the state body that has it now")),
                Column("n", _("Number of the ask in its issue")),
                Column("received_on", _("Day of first receipt: the cohort")),
                Column("verdict", _("`supported`, `partly` or `refused`; empty without an answer in force")),
                Column("ground", _("Ground of the verdict")),
                Column("confirmed_on", _("Day the NGO confirmed it as done, empty if it did not")),
                Column("concluded", _("What the public council found")),
                Column("concluded_on", _("Day of the council's conclusion")),
                Column("status", _("Status of the issue now")),
            ),
            f"""SELECT a.id, {_ISSUE_SQL}, b.slug, a.n, issues_local_day(a.first_received_at), a.verdict, a.ground,
                issues_local_day(a.confirmed_at), a.concluded, issues_local_day(a.concluded_at), i.status
            FROM issues_ask a JOIN issues_issue i ON i.id = a.issue_id {_JOINS}
            JOIN organisations_organisation b ON b.id = i.body_addressed_id
            JOIN issues_metriccell m ON m.ref = a.id AND m.measure IN ({_numbers(ASKS)}) ORDER BY a.id""",
        ),
        Table(
            "commitments",
            _("One row for each commitment of a state body."),
            (
                Column("id", _("Number of the row, stable")),
                *_ISSUE,
                Column("body", _("Short name of the state body that promised")),
                Column("n", _("Number of the ask in its issue")),
                Column("first_due", _("First date: the cohort, and what kept means")),
                Column("due", _("Newest date")),
                Column("moves", _("How often the date was moved")),
                Column("completed_on", _("Day of completion, by the body's word")),
                Column("dropped_on", _("Day it was dropped")),
                Column("found_not_done", _("1: a disagreement over its ask ended not done")),
                Column(
                    "withdrawn_before",
                    _(
                        "1: outside, as the issue was withdrawn by the first date, and it was neither dropped nor found not done"
                    ),
                ),
            ),
            f"""SELECT c.id, {_ISSUE_SQL}, b.slug, a.n, c.first_due, c.due, c.moves, c.completed_on, c.dropped_on,
                (c.broken_at IS NOT NULL)::int,
                (m.id IS NULL)::int
            FROM issues_commitment c JOIN issues_issue i ON i.id = c.issue_id {_JOINS}
            JOIN issues_ask a ON a.id = c.ask_id
            JOIN organisations_organisation b ON b.id = c.owner_id AND b.kind = 'state_body'
            LEFT JOIN issues_metriccell m
              ON m.ref = c.id AND m.measure IN ({_numbers((*PROMISES, Measure.PROMISE_DROPPED))}) ORDER BY c.id""",
        ),
    )
}


def rows(table: Table) -> Iterator[tuple[Any, ...]]:
    """All rows, read in pieces at one moment: memory stays the same however many there are."""
    with transaction.atomic():
        connection.ensure_connection()
        with connection.create_cursor(f"rows_{uuid4().hex}") as cursor:
            cursor.itersize = CHUNK
            cursor.execute(table.sql)
            yield from cursor
