"""A row of a list is made once, and made anew when anything that it shows is another."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from issues import rows
from issues.freshness import names_as_of
from issues.models import Issue
from tests.factories.stories import Story


def shown(story: Story, at: Any = None, **how: Any) -> str:
    issue = Issue.objects.for_list().get(pk=story.pk)
    return rows.render_row(issue, at or story.now, **how)


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Each time a row is rendered."""
    found: list[Any] = []
    get = rows.get_template

    def counted(name: str) -> Any:
        found.append(name)
        return get(name)

    monkeypatch.setattr(rows, "get_template", counted)
    return found


def test_the_same_row_is_rendered_once_for_all(story: Story, renders: list[Any]) -> None:
    story.raised()
    assert shown(story) == shown(story, story.now + timedelta(minutes=1))
    assert len(renders) == 1


def test_a_row_says_another_thing_at_once_when_it_changed(story: Story) -> None:
    story.raised()
    rows_ = [shown(story)]
    story.move("accept", story.cast.officer, unit="Unit", person=story.cast.officer.user)
    rows_.append(shown(story))
    story.cosigned()
    rows_.append(shown(story))
    story.cast.ministry.name_en = "Another name"
    story.cast.ministry.save()
    rows_.append(shown(story))
    assert "Another name" in rows_[-1]
    assert "Raised" in rows_[0] and "Raised" not in rows_[1]  # noqa: PT018
    assert len(set(rows_)) == len(rows_)


def test_a_row_depends_on_the_day_the_hour_of_the_due_date_the_language_and_the_list(story: Story) -> None:
    due = story.raised().issue.due_at
    assert due
    before, after = shown(story, due - timedelta(seconds=1)), shown(story, due + timedelta(seconds=1))
    assert "Overdue" not in before
    assert "Overdue" in after
    assert shown(story, story.now + timedelta(1)) != shown(story)
    with translation.override("kk"):
        assert "ҮЕҰ" in shown(story)
    assert "ҮЕҰ" not in shown(story)
    assert f'id="issue-{story.issue.number}"' in shown(story)
    assert f'id="issue-{story.issue.number}"' not in shown(story, anchor=False)
    assert "The NGO has waited" in shown(story, shows_wait=True)
    assert "The NGO has waited" not in shown(story)


def listed(at: Any) -> str:
    return rows.render_heads(Issue.objects.public().order_by("pk").for_heads(), at, names_as_of())


def test_a_list_makes_the_very_rows_and_reads_only_what_nobody_saw_as_it_is(
    story: Story, renders: list[Any], django_assert_num_queries: Any
) -> None:
    story.raised()
    other = Story(story.cast).raised()
    both = shown(story) + shown(other)
    with django_assert_num_queries(3):  # heads, names, and both issues
        assert listed(story.now) == both
    made = len(renders)
    with django_assert_num_queries(2):
        listed(story.now + timedelta(minutes=1))
    assert len(renders) == made
    other.move("accept", story.cast.officer, unit="Unit", person=story.cast.officer.user)
    both = shown(story, other.now) + shown(other)
    assert "Under consideration" in both
    with django_assert_num_queries(3):
        assert listed(other.now) == both


def test_a_row_of_a_list_follows_every_event_the_hour_of_its_due_date_and_the_registrar(story: Story) -> None:
    due = story.raised().issue.due_at
    assert due
    assert "Overdue" not in listed(due - timedelta(seconds=1))
    assert "Overdue" in listed(due + timedelta(seconds=1))
    assert "Co-signing" not in listed(story.now)
    story.cosigned()
    assert "Co-signing NGOs: 1" in listed(story.now)
    story.move("accept", story.cast.officer, unit="Unit", person=story.cast.officer.user)
    assert "Under consideration" in listed(story.now)
    ngo = story.cast.ngo
    type(ngo).objects.filter(pk=ngo.pk).update(name_en="Another name", standing_at=story.now)
    assert "Another name" in listed(story.now)
