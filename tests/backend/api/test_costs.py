"""How many queries each answer takes: literally, and as many for three rows as for one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.core.remembered import forget
from dialogue.actions import post_message
from issues.actions.following import follow
from tests.factories.api import Program
from tests.factories.people import Cast
from tests.factories.stories import MONDAY, Story

# Of a visitor one asks whether anything changed (the ETag); of a program one asks for its token, and those for whom the person
# acts come with what they may do.
VISITOR = {
    "issues/": 5, "issues/?count=1": 6, "issues/?status=in_progress&body=labour": 6, "issues/{n}/": 8, "issues/{n}/messages/": 9,
    "issues/{n}/messages/1/": 9, "issues/{n}/events/": 10, "issues/{n}/clock/": 9, "issues/{n}/attachments/": 8,
    "commitments/": 2, "commitments/?count=1": 3, "organisations/": 2, "organisations/qamqor/": 2, "topics/": 2, "regions/": 2,
    "metrics/": 10,
}  # fmt: skip
PROGRAM = {
    "issues/": 6, "issues/{n}/": 8, "issues/{n}/messages/": 9, "issues/{n}/events/": 10, "issues/{n}/clock/": 9,
    "issues/{n}/attachments/": 9, "commitments/": 2, "organisations/": 2, "metrics/": 10, "me/": 4,
}  # fmt: skip


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(days=30))


def stage(cast: Cast, rows: int) -> str:
    """So many issues, each answered with two commitments and co-signed, of the last one as many messages; drafts, and those
    that the manager follows.
    """
    for n in range(rows):
        story = Story(cast, MONDAY + timedelta(hours=n)).answered("supported", "supported").cosigned()
        for _ in range(rows):
            post_message(issue=story.issue, **cast.manager.acts, body="Hello.", at=story.now)
        follow(issue=story.issue, actor=cast.manager.user, at=story.now)
        Story(cast).draft(title=f"Draft {n}")
    return str(story.issue.number)


def queries(program: Program, path: str) -> int:
    forget()  # all that was made for somebody before
    return queries_more(program, path)


def queries_more(program: Program, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        response = program.get(path)
    assert response.status_code == 200, (path, response.content)
    return len(asked)


@pytest.mark.usefixtures("at")
@pytest.mark.parametrize("rows", [1, 3])
class TestQueries:
    def test_of_a_visitor(self, rows: int, cast: Cast) -> None:
        number = stage(cast, rows)
        found = {path: queries(Program(), path.format(n=number)) for path in VISITOR}
        assert found == VISITOR

    def test_of_a_visitor_where_others_saw_the_issues_as_they_are(self, rows: int, cast: Cast) -> None:
        number = stage(cast, rows)
        for path in ("issues/", f"issues/{number}/"):
            queries_more(Program(), path)
        found = [queries_more(Program(), path) for path in ("issues/?count=1", f"issues/{number}/?nothing=1")]
        assert found == [3, 2]

    def test_of_a_program(self, rows: int, cast: Cast) -> None:
        number = stage(cast, rows)
        program = Program(cast.manager)
        program.get("topics/")  # the first request of a day notes it
        found = {path: queries(program, path.format(n=number)) for path in PROGRAM}
        assert found == PROGRAM


@pytest.mark.usefixtures("at")
def test_the_rows_behind_a_number_cost_no_more_than_one(cast: Cast) -> None:
    stage(cast, 1)
    one = queries(Program(), "issues/?metric=answered_on_time&part=denominator&count=1")
    stage(cast, 3)
    assert queries(Program(), "issues/?metric=answered_on_time&part=denominator&count=1") == one
