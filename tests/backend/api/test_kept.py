"""What is told of an issue is made once for all who may move nothing, and anew when anything of it is another."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from backend.api import kept
from backend.core.remembered import forget
from issues.actions import blank_text
from tests.factories.api import Program
from tests.factories.stories import Story


@pytest.fixture
def told(story: Story, monkeypatch: pytest.MonkeyPatch) -> Story:
    """Raised; its time is the site's."""
    monkeypatch.setattr(timezone, "now", lambda: story.now)
    return story.raised()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The number of each issue that is put into words."""
    found: list[str] = []
    render = kept.JSONRenderer.render

    def counted(self: Any, data: Any, *args: Any) -> Any:
        found.extend([] if args else [data["number"]])  # an answer as a whole is rendered for its media type
        return render(self, data, *args)

    monkeypatch.setattr(kept.JSONRenderer, "render", counted)
    return found


def read(story: Story, program: Program | None = None) -> list[Any]:
    """The list, and the issue in full."""
    program = program or Program()
    return [program.get(path).json() for path in ("issues/", f"issues/{story.issue.number}/")]


def test_two_visitors_and_a_person_of_no_organisation_get_the_same_made_once(told: Story, made: list[str]) -> None:
    found = [read(told), read(told), read(told, Program(person=told.cast.stranger))]
    assert found[0] == found[1] == found[2]
    assert made == [told.issue.number] * 2, "the row, and the whole"


def a_month(story: Story) -> Iterator[Callable[[], Any]]:
    cast = story.cast
    yield lambda: story.move("accept", cast.officer, unit="Unit", person=cast.officer.user)
    yield story.cosigned
    yield lambda: story.later(days=60)  # overdue
    yield lambda: blank_text(
        issue=story.issue, event=1, key="title", code="court_order", at=story.now, **cast.moderator.acts
    )  # fmt: skip


def test_after_each_change_all_of_it_is_what_one_reads_who_comes_first(told: Story) -> None:
    seen = [read(told)]
    for change in a_month(told):
        change()
        found = read(told)
        forget()
        assert found == read(told)
        seen.append(found)
    assert all(one != other for one, other in pairwise(seen))


def test_a_promise_whose_date_has_passed_reads_as_broken_on_the_next_day(story: Story, monkeypatch: Any) -> None:
    monkeypatch.setattr(timezone, "now", lambda: story.now)
    story.answered("supported")
    due = story.issue.commitments.get().first_due

    def result() -> str:
        return str(read(story)[1]["commitments"][0]["result"])

    story.later(days=(due - story.now.date()).days)
    assert result() == "pending"
    story.later(days=1)
    assert result() == "broken"


def test_each_language_and_each_host_has_its_own(told: Story, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    row = read(told)[0]["results"][0]
    kazakh, other = Program(), Program()
    kazakh.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "kk"
    assert read(told, kazakh)[0]["results"][0]["labels"]["status"] != row["labels"]["status"]
    other.client.defaults["HTTP_HOST"] = "other.example"
    assert read(told, other)[1]["url"] == row["url"].replace("testserver", "other.example")


def test_what_its_ngo_may_do_is_told_to_nobody_else(told: Story) -> None:
    mine = read(told, Program(told.cast.manager))
    assert "withdraw" in mine[0]["results"][0]["allowed_moves"]
    assert read(told)[1]["allowed_moves"] == []
    assert "withdraw" in read(told, Program(told.cast.manager))[1]["allowed_moves"]
