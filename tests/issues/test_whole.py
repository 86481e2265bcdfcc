"""A whole issue is read in one query for its parts: the same rows, in the same order, as asking for each relation."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from issues import whole
from issues.models import Issue
from issues.whole import KINDS, Kind, read_parts
from tests.factories.stories import Story
from tests.issues.matrix.situations import SITUATIONS

ORDERS = {"answers": ["answer__n"], "opinions": ["ask__n", "cast_at", "id"]}
READ = [kind for kind in KINDS if kind.name != "answers" or kind.owner]


@pytest.mark.parametrize(
    "situation", ["draft", "disputed", "in_progress, refusal set aside", "duplicate", "unconfirmed"]
)
def test_the_parts_are_those_of_each_relation_in_its_order(situation: str, story: Story) -> None:
    SITUATIONS[situation](story)
    _is_as_asked_one_by_one(story.issue)


def test_parts_of_several_issues_are_not_mixed_up(story: Story) -> None:
    first = story.answered("supported", "refused").issue
    second = Story(story.cast).raised(["One.", "Two.", "Three."]).issue
    with CaptureQueriesContext(connection) as ran:
        read_parts(
            both := list(Issue.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk")), first._state.fetch_mode
        )
    assert len(ran) == 2, "the issues, and all their parts"
    assert [len(issue.asks.all()) for issue in both] == [2, 3]
    for issue in both:
        _is_as_asked_one_by_one(issue)


def test_a_filter_still_asks_for_this_issue_alone(story: Story) -> None:
    Story(story.cast).raised(["Another's.", "Yet another's."])
    issue = story.raised(["One.", "Two."]).issue
    assert [ask.text for ask in issue.asks.filter(n__lte=2)] == ["One.", "Two."]


def test_what_came_between_two_statements_is_left_out(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page reads without a lock: an answer and a dispute are committed after their rows were read, before their parts."""
    story.disputed("supported")
    read = whole._rows

    def a_moment_too_early(*given: Any) -> dict[Kind, list[Any]]:
        rows = read(*given)
        return {kind: [] if kind.name in ("answers", "disputes") and not kind.owner else rows[kind] for kind in rows}

    monkeypatch.setattr(whole, "_rows", a_moment_too_early)
    issue = story.issue
    assert [list(ask.answers.all()) for ask in issue.asks.all()] == [[]]
    assert list(issue.disputes.all()) == []


def _is_as_asked_one_by_one(issue: Issue) -> None:
    fresh = Issue.objects.get(pk=issue.pk)
    for kind in READ:
        pairs = [(issue, fresh)]
        if kind.owner:
            pairs = list(zip(getattr(issue, kind.owner).all(), getattr(fresh, kind.owner).all(), strict=True))
        for read, asked in pairs:
            rows = list(getattr(read, kind.name).all())
            relation = getattr(asked, kind.name)
            expected = list(relation.order_by(*ORDERS[kind.name]) if kind.name in ORDERS else relation.all())
            assert rows == expected, kind
            for row, other in zip(rows, expected, strict=True):
                assert {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields} == {
                    field.attname: getattr(other, field.attname) for field in other._meta.concrete_fields
                }
