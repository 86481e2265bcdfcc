"""A form that is sent twice is done once: repeated, at the same moment, with other words, after a crash."""

import re
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from backend.core.models import FirstAnswer
from backend.core.once import KEPT_HOURS
from dialogue.models import Message
from issues.models import Addendum, Cosigner, Issue, IssueEvent
from issues.tasks import forget_posted
from tests.factories.at_once import at_once
from tests.factories.files import TEXT
from tests.factories.people import Player, make_cast
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

WROTE = {"body": "When is it paid?"}


def key_on(page: Any) -> str:
    found = re.search(r'name="once" value="([0-9a-f]{48})"', text_of(page))
    assert found, "the form has no key"
    return found[1]


def issue_page(story: Story) -> str:
    return f"/issues/{story.issue.number}/"


@pytest.fixture
def manager(story_time: Story) -> Visitor:  # noqa: F811
    return Visitor(story_time.raised(), story_time.cast.manager)


def message_to(one: Visitor, **fields: str) -> Any:
    return one.post(f"{issue_page(one.story)}messages/", WROTE | fields)


def test_a_repeated_form_gets_the_same_answer_and_writes_nothing(manager: Visitor) -> None:
    sent = {"once": key_on(manager.get(issue_page(manager.story)))}
    first, again = message_to(manager, **sent), message_to(manager, **sent)
    assert (first.status_code, first["Location"]) == (again.status_code, again["Location"]) == (303, first["Location"])
    assert first["Location"].endswith("#m1")
    assert Message.objects.count() == 1
    assert FirstAnswer.objects.count() == 1


def test_the_key_with_other_words_is_refused_in_words_and_the_form_can_be_opened_with_them(manager: Visitor) -> None:
    sent = {"once": key_on(manager.get(issue_page(manager.story)))}
    message_to(manager, **sent)
    other = message_to(manager, **sent, body="And who pays it?")
    page = text_of(other)
    assert other.status_code == 422
    assert "This form was sent already, with other words." in page
    assert "And who pays it?</textarea>" in page
    assert Message.objects.count() == 1
    opened = manager.post(f"{issue_page(manager.story)}messages/", body="And who pays it?", change="1")
    assert opened.status_code == 200
    assert "And who pays it?</textarea>" in text_of(opened)
    assert Message.objects.count() == 1, "opening it sends nothing"
    assert message_to(manager, body="And who pays it?", once=key_on(opened)).status_code == 303
    assert Message.objects.count() == 2


def test_a_form_that_was_refused_may_be_sent_again_with_its_key(manager: Visitor) -> None:
    sent = {"once": key_on(manager.get(issue_page(manager.story)))}
    assert message_to(manager, **sent, body=" ").status_code == 422
    assert FirstAnswer.objects.count() == 0
    assert message_to(manager, **sent).status_code == 303


def test_a_move_that_succeeded_leads_to_its_result_however_often_it_is_sent(manager: Visitor) -> None:
    story = manager.story
    officer = Visitor(story, story.cast.officer)
    page = officer.page("clarify-request")
    sent = {"version": str(story.issue.version), "question": "Which district?"}
    check = officer.post(page, sent)
    assert "Check before you publish" in text_of(check)
    sent |= {"once": key_on(check), "confirmed": "1"}
    first, again = officer.post(page, sent), officer.post(page, sent)
    assert [each.status_code for each in (first, again)] == [303, 303]
    assert again["Location"] == f"/en{issue_page(story)}"
    said = text_of(officer.client.get(again["Location"]))
    assert said.count("Published: Ask the NGO") == 1, "once on the page, though both were told"
    assert "&lt;time" not in said
    officer.post(page, sent)
    assert "Published: Ask the NGO" in text_of(officer.client.get(again["Location"])), (
        "what was said of it is said again"
    )
    assert [event.move for event in story.issue.events.all()] == ["submit", "clarify_request"]


def test_a_key_is_one_persons_and_one_addresss(manager: Visitor) -> None:
    story = manager.story
    key = key_on(manager.get(issue_page(story)))
    message_to(manager, once=key)
    assert message_to(Visitor(story, story.cast.representative), once=key).status_code == 303
    assert Message.objects.count() == 2, "the key of somebody else's form is no key"
    assert manager.post(manager.page("addenda"), text="More of it.", confirmed="1", once=key).status_code == 303
    assert Addendum.objects.count() == 1


def test_a_file_counts_as_part_of_what_was_sent(manager: Visitor) -> None:
    page = manager.page("attachments")
    key = key_on(manager.get(page))

    def sent(content: bytes) -> int:
        file = SimpleUploadedFile("list.txt", content, "text/plain")
        return int(manager.client.post(f"/en{page}", {"files-new": file, "once": key}).status_code)

    assert [sent(TEXT), sent(TEXT), sent(TEXT + b"!")] == [303, 303, 422]
    assert manager.story.issue.attachments.count() == 1


def test_the_draft_is_saved_again_under_its_version_with_whatever_words(story_time: Story) -> None:  # noqa: F811
    """Back in the browser, and on with another text: the draft's own `uuid` and `version` settle what that means."""
    manager = Visitor(story_time, story_time.cast.manager)
    form = manager.get("/issues/new/")
    sent = {"uuid": str(form.context["form"]["uuid"].value()), "title": "A", "body": "B", "language": "kk",
            "once": key_on(form)}  # fmt: skip
    for title in ("A", "A", "Another"):
        assert manager.post("/issues/new/", sent | {"title": title}).status_code == 303
    assert [issue.title for issue in Issue.objects.all()] == ["Another"]


def test_a_crash_after_the_act_loses_the_act_with_its_answer(manager: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = {"once": key_on(manager.get(issue_page(manager.story)))}

    def killed(*args: object) -> None:
        raise SystemError("killed")

    with monkeypatch.context() as patch:
        patch.setattr("backend.core.posting._kept", killed)
        with pytest.raises(SystemError):
            message_to(manager, **sent)
    assert (Message.objects.count(), FirstAnswer.objects.count()) == (0, 0)
    assert message_to(manager, **sent).status_code == 303


def test_answers_are_kept_for_a_day(manager: Visitor) -> None:
    message_to(manager, once=key_on(manager.get(issue_page(manager.story))))
    story = manager.story
    story.on(story.now + timedelta(hours=KEPT_HOURS) - timedelta(minutes=1))
    forget_posted(0)
    assert FirstAnswer.objects.count() == 1
    story.on(story.now + timedelta(minutes=2))
    assert forget_posted(0) >= 1
    assert FirstAnswer.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
class TestAtOnce:
    TIMES = 8

    @pytest.fixture
    def story(self, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Story:
        story = Story(make_cast())
        monkeypatch.setattr(timezone, "now", lambda: story.now)
        return story

    def sent_at_once(self, who: Player, path: str, fields: dict[str, str]) -> list[Any]:
        """The very form that was opened, many times, each on a connection of its own."""
        opened = Client()
        opened.force_login(who.user)
        sent = fields | {"once": key_on(opened.get(path))}
        clients = [Client() for _ in range(self.TIMES)]
        for each in clients:
            each.cookies = opened.cookies
        return at_once([partial(each.post, path, sent) for each in clients])

    def test_one_addendum_and_one_co_signature_however_many_posts(self, story: Story) -> None:
        number = story.raised().issue.number

        for who, act, fields in (
            (story.cast.manager, "addenda", {"text": "More of it.", "confirmed": "1"}), (story.cast.other_manager, "cosign", {})
        ):  # fmt: skip
            found = self.sent_at_once(who, f"/en/issues/{number}/{act}/", fields)
            assert Counter(each.status_code for each in found) == {303: self.TIMES}
            assert len({each["Location"] for each in found}) == 1
        assert (Addendum.objects.count(), Cosigner.objects.count()) == (1, 1)
        assert IssueEvent.objects.filter(issue=story.issue).count() == 3


# Signing in and out, the choice of an organisation, one's own settings: sent twice they are the same. The invitation has its
# token; what was kept is only opened.
WITHOUT_A_KEY = {
    "account/",
    "organisations/_acting.html",
    "organisations/invitation.html",
    "issues/me.html",
    "core/kept.html",
}


def test_every_form_that_writes_has_a_key() -> None:
    root = settings.BASE_DIR / "templates"
    lacking = [
        name for path in root.rglob("*.html")
        for name in [str(path.relative_to(root))]
        if (text := path.read_text(encoding="utf-8")).count("{% csrf_token %}") > text.count("{% csrf_token %}{% once %}")
        and not name.startswith(tuple(WITHOUT_A_KEY))
    ]  # fmt: skip
    assert lacking == []
