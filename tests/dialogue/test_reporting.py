"""Reporting a message: who may, how often, and that only the moderators read it."""

import re
from datetime import timedelta

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from dialogue.actions import hide_message, post_message
from dialogue.actions.reporting import REPORTS_A_DAY, report_message, settle_reports
from dialogue.models import Message, Report
from issues.models import Issue
from tests.factories.people import Player
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def say(story: Story, who: Player, body: str = "Words.") -> Message:
    return post_message(issue=Issue(pk=story.pk), **who.acts, body=body, at=story.now)


@pytest.fixture
def told(story: Story) -> Story:
    """Raised, with a message of the body."""
    say(story.raised(), story.cast.officer)
    return story


def address(story: Story, rest: str) -> str:
    return f"/issues/{story.issue.number}/{rest}"


def test_anybody_with_an_account_reports_once_and_nothing_public_changes(told: Story) -> None:
    cast, rev = told.cast, told.issue.rev
    visitor = Visitor(told, cast.manager)
    assert f'href="/en{address(told, "m/1/report/")}"' in text_of(visitor.get(address(told, "")))
    sent = visitor.post(address(told, "m/1/report/"), {"code": "insult", "words": "Rude."})
    assert (sent.status_code, sent["Location"]) == (303, f"/en{address(told, '')}#m1")
    found = Report.objects.get()
    assert (found.code, found.words, found.person) == ("insult", "Rude.", cast.manager.user)
    assert visitor.get(address(told, "m/1/report/")).status_code == 409
    assert told.issue.rev == rev
    assert "Rude." not in text_of(visitor.get(address(told, "")))
    assert "Rude." not in text_of(visitor.get(address(told, "history/")))


def test_without_a_reason_the_words_are_kept(told: Story) -> None:
    refused = Visitor(told, told.cast.manager).post(address(told, "m/1/report/"), {"code": "", "words": "Rude."})
    assert refused.status_code == 422
    html = text_of(refused)
    assert re.search(r">\s*Rude\.</textarea>", html)
    assert "There is a problem" in html
    assert not Report.objects.exists()
    with pytest.raises(Invalid):
        report_message(message=Message.objects.get(), person=told.cast.manager.user, code="dull", at=told.now)


def test_ones_own_and_a_removed_message_are_not_reported(told: Story) -> None:
    cast, message = told.cast, Message.objects.get()
    with pytest.raises(Forbidden, match="yourself"):
        report_message(message=message, person=cast.officer.user, code="insult", at=told.now)
    hide_message(issue=told.issue, seq=1, **cast.moderator.acts, code="insult", at=told.now)
    with pytest.raises(Conflict, match="removed already"):
        report_message(message=message, person=cast.manager.user, code="insult", at=told.now)


def test_so_many_a_day_and_the_next_day_again(told: Story) -> None:
    person = told.cast.manager.user
    told_about = [say(told, told.cast.officer) for _ in range(REPORTS_A_DAY + 1)]
    for message in told_about[:-1]:
        report_message(message=message, person=person, code="off_topic", at=told.now)
    with pytest.raises(Conflict, match="Come back tomorrow"):
        report_message(message=told_about[-1], person=person, code="off_topic", at=told.now)
    report_message(message=told_about[-1], person=person, code="off_topic", at=told.now + timedelta(days=1, seconds=1))
    assert Report.objects.count() == REPORTS_A_DAY + 1


class TestTheModerators:
    def test_alone_read_what_waits_with_the_way_to_remove_it(self, told: Story) -> None:
        cast = told.cast
        report_message(message=Message.objects.get(), person=cast.manager.user, code="hate", words="See.", at=told.now)
        for who in (cast.manager, cast.officer, cast.chair):
            assert Visitor(told, who).get("/moderation/").status_code == 403
        assert Visitor(told, None).get("/moderation/").status_code == 302
        html = text_of(Visitor(told, cast.moderator).get("/moderation/"))
        assert "See." in html
        assert str(cast.manager.user) not in html.partition("<main")[2], "what is said counts, not who says it"
        assert f'href="/en{address(told, "m/1/hide/")}"' in html

    def test_what_is_removed_or_left_as_it_is_waits_no_longer(self, told: Story) -> None:
        cast, visitor = told.cast, Visitor(told, told.cast.moderator)
        first, second = Message.objects.get(), say(told, cast.officer, "Other.")
        for message in (first, second):
            report_message(message=message, person=cast.manager.user, code="hate", at=told.now)
        hide_message(issue=told.issue, seq=1, **cast.moderator.acts, code="hate", at=told.now)
        assert self.waiting(visitor) == ["2"]
        with pytest.raises(Forbidden):
            settle_reports(message=second.pk, **cast.manager.acts, at=told.now)
        assert visitor.post("/moderation/", {"message": str(second.pk)}).status_code == 303
        assert self.waiting(visitor) == []
        assert Report.objects.get(message=second).settled_by == cast.moderator.user
        assert Message.objects.get(seq=2).body == "Other."

    @staticmethod
    def waiting(visitor: Visitor) -> list[str]:
        return re.findall(r"/m/(\d+)/hide/", text_of(visitor.get("/moderation/")))


def test_a_moderators_own_page_counts_what_waits(told: Story) -> None:
    moderator = Visitor(told, told.cast.moderator)
    assert "Reported messages (0)" in text_of(moderator.get("/me/"))
    report_message(message=Message.objects.get(), person=told.cast.manager.user, code="insult", at=told.now)
    page = text_of(moderator.get("/me/"))
    assert "Reported messages (1)" in page
    assert "Nothing needs you now." not in page
