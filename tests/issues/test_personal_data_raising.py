"""Before an issue is raised, and a question answered, each hit is masked or kept knowingly."""

import re
from typing import Any

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from issues.actions import create_draft
from issues.actions.personal_data import PersonalDataFound
from issues.models import Issue
from issues.personal_data import find
from issues.record.chain import broken_chains
from tests.factories.people import Player
from tests.factories.refusals import refused
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")

PHONE, IIN, EMAIL = "+7 701 000 12 34", "780314499410", "ivan@mail.example"


def token(words: str) -> str:
    (hit,) = find(words)
    return hit.token


def drafted(story: Story) -> Story:
    """A phone in the title and the body, an IIN in the second ask, an address in the place."""
    return story.draft(
        ["Pay the grants.", f"Pay the pension of {IIN}."], title=f"Call {PHONE}", body=f"Ask **{PHONE}**.", place=EMAIL
    )


def choose(**chosen: str) -> dict[str, str]:
    """The form's fields: `phone="mask"`."""
    words = {"phone": PHONE, "iin": IIN, "email": EMAIL}
    return {f"personal.{token(words[kind])}": what for kind, what in chosen.items()}


def submit(story: Story, who: Player | None = None, **fields: Any) -> Any:
    issue = story.issue
    sent = {"version": issue.version} | fields
    return Visitor(story, who or story.cast.manager).post(f"/issues/drafts/{issue.uuid}/submit/", sent)


class TestAction:
    def test_a_hit_that_is_not_kept_knowingly_stops_the_submission(self, story: Story) -> None:
        refusal = refused(drafted(story), PersonalDataFound, "submit", story.cast.manager)
        assert [(name, hit.text) for name, hit in refusal.found] == [
            ("title", PHONE), ("body", PHONE), ("place", EMAIL), ("ask.2", IIN),
        ]  # fmt: skip
        assert refusal.errors.keys() == {"personal_data"}
        assert token(IIN) in str(refusal.errors["personal_data"][3])
        refusal = refused(story, PersonalDataFound, "submit", story.cast.manager, keep=[token(PHONE), token(EMAIL)])
        assert [hit.text for __, hit in refusal.found] == [IIN]

    def test_the_event_counts_what_is_kept_and_never_says_it(self, story: Story) -> None:
        keep = [token(PHONE), token(EMAIL), token(IIN), "0" * 16]
        issue = drafted(story).move("submit", story.cast.manager, keep=keep).issue
        event = issue.events.get()
        assert event.facts["kept"] == {"email": 1, "iin": 1, "phone": 2}
        assert not any(value in str(event.facts) for value in (PHONE, EMAIL, IIN, token(PHONE)))
        assert broken_chains([issue]) == {}
        history = text_of(Visitor(story, None).get(f"/issues/{issue.number}/history/"))
        assert "IIN: 1; Phone number: 2; E-mail address: 1" in history

    def test_without_hits_nothing_is_asked_and_nothing_said(self, story: Story) -> None:
        assert "kept" not in story.raised().issue.events.get().facts

    @pytest.mark.parametrize("keep", ["0" * 16, 5, {"a": "b"}, [None], [b""]])
    def test_keep_is_a_list_of_tokens(self, story: Story, keep: Any) -> None:
        refusal = refused(drafted(story), Invalid, "submit", story.cast.manager, keep=keep)
        assert refusal.errors.keys() == {"keep"}

    def test_who_may_not_submit_learns_nothing_of_the_text(self, story: Story) -> None:
        refused(drafted(story), Forbidden, "submit", story.cast.representative)

    def test_an_answer_to_the_bodys_question_is_checked_too(self, story: Story) -> None:
        cast = story.accepted().cast
        story.move("clarify_request", cast.officer, question="Whom do we call?")
        refused(story, PersonalDataFound, "clarify", cast.manager, text=PHONE)
        story.move("clarify", cast.manager, text=PHONE, keep=[token(PHONE)])
        assert story.issue.events.latest("seq").facts == {"kept": {"phone": 1}}


class TestCheckPage:
    def test_it_shows_each_with_its_places_and_chooses_nothing(self, story: Story) -> None:
        visitor = Visitor(drafted(story), story.cast.manager)
        page = text_of(visitor.get(f"/issues/drafts/{story.issue.uuid}/"))
        section = page.partition('id="personal-data"')[2].partition("</fieldset>\n")[0]
        for words in (
            f"Phone number: {PHONE}",
            f"Title: Call <mark>{PHONE}</mark>",
            f"Text: Ask **<mark>{PHONE}</mark>**.",
            f"Ask 2: Pay the pension of <mark>{IIN}</mark>.",
            "Mask it: +• ••• ••• •• ••",
            "Mask it: ••••@••••.•••••••",
        ):
            assert words in page
        assert section.count('type="radio"') == 2, "one decision for a number, however often it stands there"
        assert page.count('type="radio"') == 6
        assert " checked" not in page

    def test_a_place_in_a_long_text_is_shown_by_whole_words(self, story: Story) -> None:
        story.draft(body=f"{'before ' * 20}{PHONE}{' behind' * 20}")
        page = text_of(Visitor(story, story.cast.manager).get(f"/issues/drafts/{story.issue.uuid}/"))
        assert f"Text: …{'before ' * 5}<mark>{PHONE}</mark>{' behind' * 5}…</p>" in page

    def test_a_draft_without_any_shows_none(self, story: Story) -> None:
        page = text_of(Visitor(story.draft(), story.cast.manager).get(f"/issues/drafts/{story.issue.uuid}/"))
        assert "personal-data" not in page

    def test_whoever_does_not_publish_is_told_and_not_asked(self, story: Story) -> None:
        page = text_of(Visitor(drafted(story), story.cast.representative).get(f"/issues/drafts/{story.issue.uuid}/"))
        assert f"<mark>{IIN}</mark>" in page
        assert "whoever publishes the draft decides on each" in page
        assert 'type="radio"' not in page

    def test_without_a_choice_for_each_nothing_is_published(self, story: Story) -> None:
        response = submit(drafted(story), **choose(phone="keep"))
        page = text_of(response)
        assert response.status_code == 422
        assert "<title>Error: " in page
        summary = page.partition('role="alert"')[2].partition("</div>")[0]
        assert re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary) == [
            (f"id_personal.{token(EMAIL)}_0", f"E-mail address: {EMAIL}: choose whether to mask or keep it."),
            (f"id_personal.{token(IIN)}_0", f"IIN: {IIN}: choose whether to mask or keep it."),
        ]
        for anchor in re.findall(r'href="#([^"]+)"', summary):
            assert page.count(f'id="{anchor}"') == 1
        checked = re.findall(r'name="([^"]+)" value="([^"]+)"[^>]* checked', page)
        assert checked == [(f"personal.{token(PHONE)}", "keep")], "what was chosen stays chosen"
        assert (story.issue.status, story.issue.version) == ("draft", 1)

    def test_what_is_masked_is_masked_everywhere_and_what_is_kept_stays(self, story: Story) -> None:
        response = submit(drafted(story), **choose(phone="mask", iin="mask", email="keep"))
        issue = story.issue
        assert (response.status_code, response["Location"]) == (303, f"/en/issues/{issue.number}/")
        assert (issue.status, issue.title, issue.place) == ("raised", "Call +• ••• ••• •• ••", EMAIL)
        assert issue.body == "Ask **+• ••• ••• •• ••**."
        assert "<strong>+• ••• ••• •• ••</strong>" in issue.body_html
        assert [ask.text for ask in issue.asks.all()] == ["Pay the grants.", "Pay the pension of ••••••••••••."]
        event = issue.events.get()
        assert event.facts["kept"] == {"email": 1}
        assert not any(PHONE in text.text or IIN in text.text for text in event.texts.all())
        public = text_of(Visitor(story, None).get(f"/issues/{issue.number}/history/"))
        assert PHONE not in public
        assert IIN not in public

    def test_an_odd_choice_is_none(self, story: Story) -> None:
        assert submit(drafted(story), **choose(phone="keep", iin="keep", email="publish")).status_code == 422
        assert story.issue.status == "draft"

    def test_a_draft_changed_meanwhile_is_neither_masked_nor_published(self, story: Story) -> None:
        chosen = choose(phone="mask", iin="mask", email="mask")
        assert submit(drafted(story), version="7", **chosen).status_code == 409
        assert submit(story, version="", **chosen).status_code == 409
        assert (story.issue.version, story.issue.title) == (1, f"Call {PHONE}")

    def test_a_refusal_for_another_reason_takes_the_mask_back(self, story: Story) -> None:
        uuid = create_draft(**story.cast.manager.acts, at=story.now, title=f"Call {PHONE}").uuid
        story.pk = Issue.objects.get(uuid=uuid).pk
        response = submit(story, **choose(phone="mask"))
        assert response.status_code == 422
        assert "Choose a topic." in text_of(response)
        assert (story.issue.version, story.issue.title) == (1, f"Call {PHONE}")
        assert submit(story, story.cast.representative, **choose(phone="mask")).status_code == 403
        assert (story.issue.version, story.issue.title) == (1, f"Call {PHONE}")

    def test_a_second_press_leads_to_the_issue(self, story: Story) -> None:
        chosen = choose(phone="mask", iin="keep", email="keep")
        version = drafted(story).issue.version
        first, second = (submit(story, version=version, **chosen) for __ in range(2))
        assert first["Location"] == second["Location"] == f"/en/issues/{story.issue.number}/"
        assert story.issue.events.count() == 1


class TestAnsweringAQuestion:
    @pytest.fixture
    def visitor(self, story: Story) -> Visitor:
        cast = story.accepted().cast
        story.move("clarify_request", cast.officer, question="Whom do we call?")
        return Visitor(story, cast.manager)

    def test_the_form_asks_before_the_check_page_shows_what_will_be_published(self, visitor: Visitor) -> None:
        page, text = visitor.page("clarify"), f"Call {PHONE}, please."
        version = visitor.story.issue.version
        response = visitor.post(page, {"text": text, "version": version})
        assert response.status_code == 422
        assert f"Phone number: {PHONE}: choose whether to mask or keep it." in text_of(response)
        response = visitor.act("clarify", {"text": text} | choose(phone="mask"))
        assert response.status_code == 303
        event = visitor.story.issue.events.latest("seq")
        assert (event.facts, event.texts.get().text) == ({}, "Call +• ••• ••• •• ••, please.")

    def test_what_is_kept_is_published_and_counted(self, visitor: Visitor) -> None:
        assert visitor.act("clarify", {"text": PHONE} | choose(phone="keep")).status_code == 303
        event = visitor.story.issue.events.latest("seq")
        assert (event.facts, event.texts.get().text) == ({"kept": {"phone": 1}}, PHONE)

    def test_a_text_longer_than_any_is_refused_for_that(self, visitor: Visitor) -> None:
        sent = {"text": f"{PHONE} " * 2_000, "version": visitor.story.issue.version}
        response = visitor.post(visitor.page("clarify"), sent)
        assert response.status_code == 422
        assert "This is too long." in text_of(response)
        assert "personal." not in text_of(response)


def test_a_submission_from_an_older_page_is_a_conflict_before_its_text_is_judged(story: Story) -> None:
    refused(drafted(story), Conflict, "submit", story.cast.manager, version=7)
