"""For whom one acts: seen and changed on every page; and what is left, at the next click, to somebody who has left."""

import re
from datetime import timedelta
from typing import Any

import pytest

from backend.organisations.actions import add_member, end_membership
from backend.organisations.models import Membership, Role
from issues.models import Issue
from tests.factories.people import LONG_AGO, Player
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def also(story: Story, who: Player, of: Player, role: str) -> Membership:
    """`who` belongs to the organisation of `of` too, since a day after their first seat."""
    return add_member(organisation=of.organisation, user=who.user, role=role, at=LONG_AGO + timedelta(1))


def header(response: Any) -> str:
    return text_of(response).split("<header", 1)[1].split("</header>", 1)[0]


class TestTheSwitch:
    def test_stands_on_every_page_of_a_person_with_several_organisations(self, story: Story) -> None:
        story.answered("supported")
        seat = also(story, story.cast.signatory, story.cast.rival, Role.OFFICER)
        visitor, number = Visitor(story, story.cast.signatory), story.issue.number
        for path in ("/", "/about/", "/issues/", f"/issues/{number}/", f"/issues/{number}/history/", "/desk/", "/me/",
                     "/me/organisation/", "/council/", f"/issues/{number}/report-done/", "/bodies/labour/"):  # fmt: skip
            said = header(visitor.get(path))
            assert f"Acting for: <strong>{story.cast.ministry}</strong>" in said
            assert f'name="membership" value="{seat.pk}">{story.cast.rival.organisation} · Officer</button>' in said
            assert f'<input type="hidden" name="next" value="/en{path}">' in said

    def test_is_not_shown_to_others(self, story: Story) -> None:
        for who in (story.cast.signatory, None):
            assert "Act for another organisation" not in header(Visitor(story, who).get("/about/"))

    def test_leads_back_to_the_same_page_and_its_query(self, story: Story) -> None:
        seat = also(story, story.cast.signatory, story.cast.rival, Role.OFFICER)
        visitor = Visitor(story, story.cast.signatory)
        page = header(visitor.get("/issues/?q=%D0%B6%D0%BE%D0%BB&status=open"))
        back = re.findall(r'name="next" value="([^"]+)"', page)[0].replace("&amp;", "&")
        response = visitor.post("/me/acting/", {"membership": seat.pk, "next": back})
        assert (response.status_code, response["Location"]) == (303, "/en/issues/?q=%D0%B6%D0%BE%D0%BB&status=open")
        page = text_of(visitor.get("/issues/"))
        assert f"<strong>{story.cast.rival.organisation}</strong> · Officer" in page
        assert f"You now act for: {story.cast.rival.organisation}." in page

    def test_on_the_answer_to_a_form_leads_to_where_the_form_was(self, story: Story) -> None:
        story.accepted()
        also(story, story.cast.signatory, story.cast.rival, Role.OFFICER)
        visitor = Visitor(story, story.cast.signatory)
        path = f"/en/issues/{story.issue.number}/answer/"
        for referer, back in (
            (f"http://testserver{path}", f"http://testserver{path}"), ("https://evil.example/", "/en/me/"), ("", "/en/me/"),
        ):  # fmt: skip
            response = visitor.client.post(path, {}, headers={"referer": referer} if referer else {})
            assert response.status_code == 422
            assert f'name="next" value="{back}"' in header(response)

    def test_holds_for_this_session_alone(self, story: Story) -> None:
        seat = also(story, story.cast.signatory, story.cast.rival, Role.OFFICER)
        here, there = Visitor(story, story.cast.signatory), Visitor(story, story.cast.signatory)
        here.post("/me/acting/", {"membership": seat.pk})
        assert f"<strong>{story.cast.rival.organisation}</strong>" in header(here.get("/about/"))
        assert f"<strong>{story.cast.ministry}</strong>" in header(there.get("/about/"))

    def test_survives_another_role_in_the_same_organisation(self, story: Story) -> None:
        seat = also(story, story.cast.signatory, story.cast.rival, Role.OFFICER)
        visitor = Visitor(story, story.cast.signatory)
        visitor.post("/me/acting/", {"membership": seat.pk})
        add_member(
            organisation=story.cast.rival.organisation, user=story.cast.signatory.user, role=Role.SIGNATORY, at=story.now
        )  # fmt: skip
        said = header(visitor.get("/about/"))
        assert f"<strong>{story.cast.rival.organisation}</strong> · Signatory" in said
        assert "You no longer act for" not in said


class TestAFormOpenedBeforeASwitch:
    """A person who signs for two bodies, one the parent of the other: the table would let them act for either."""

    def test_makes_no_move_for_another_organisation(self, story: Story) -> None:
        story.reported()
        seat = also(story, story.cast.other_manager, story.cast.manager, Role.MANAGER)
        visitor = Visitor(story, story.cast.other_manager)
        visitor.post("/me/acting/", {"membership": seat.pk})
        sent = {"confirmed": "1", "version": str(story.issue.version), "asks": ["1"], "as": "zhasyl"}
        response = visitor.post(visitor.page("confirm"), sent)
        assert response.status_code == 409
        assert "You act for another organisation now" in text_of(response)
        assert story.issue.status == "reported_done"
        assert visitor.post(visitor.page("confirm"), sent | {"as": "qamqor"}).status_code == 303

    def test_carries_on_form_and_check_for_whom_it_was_opened(self, story: Story) -> None:
        visitor = Visitor(story.accepted(), story.cast.officer)
        form = visitor.get(visitor.page("clarify-request"))
        check = visitor.post(visitor.page("clarify-request"), {"question": "Since when?"})
        for page in (form, check):
            assert '<input type="hidden" name="as" value="labour">' in text_of(page)

    def test_saves_attaches_and_removes_nothing_for_another_organisation(self, story: Story) -> None:
        """Each form says for whom it was opened, also where only one organisation may do it."""
        draft = Story(story.cast).draft().issue
        number, blank = story.raised().issue.number, f"/issues/{story.issue.number}/history/1/body/blank/"
        pages = {
            f"/issues/drafts/{draft.uuid}/what/": story.cast.manager, f"/issues/drafts/{draft.uuid}/files/": story.cast.manager,
            f"/issues/drafts/{draft.uuid}/related/": story.cast.manager, f"/issues/drafts/{draft.uuid}/": story.cast.manager,
            f"/issues/drafts/{draft.uuid}/discard/": story.cast.manager, f"/issues/{number}/attachments/": story.cast.manager,
            f"/issues/{number}/addenda/": story.cast.manager, f"/issues/{number}/related/": story.cast.manager,
            blank: story.cast.moderator,
        }  # fmt: skip
        for page, who in pages.items():
            visitor = Visitor(story, who)
            form = text_of(visitor.get(page)).partition("<main")[2]
            assert f'<input type="hidden" name="as" value="{who.organisation.slug}">' in form, page
            target = f"{page}submit/" if page.endswith(f"{draft.uuid}/") else page
            answer = visitor.post(target, {"as": "zhasyl", "title": "Other", "code": "on_request"})
            assert answer.status_code == 409, page
            assert "You act for another organisation now" in text_of(answer)
        after = Issue.objects.get(pk=draft.pk)
        assert (after.status, after.title, after.version) == ("draft", draft.title, draft.version)
        check = Visitor(story, story.cast.moderator).post(blank, {"code": "on_request", "as": "platform"})
        assert '<input type="hidden" name="as" value="platform">' in text_of(check)

    def test_begins_no_draft_for_another_ngo_and_keeps_the_text(self, story: Story) -> None:
        also(story, story.cast.other_manager, story.cast.manager, Role.MANAGER)
        visitor = Visitor(story, story.cast.other_manager)
        form = visitor.get("/issues/new/")
        assert '<input type="hidden" name="as" value="zhasyl">' in text_of(form)
        sent = {"title": "Roads", "body": "No road.", "language": "en", "as": "qamqor",
                "uuid": form.context["form"]["uuid"].value()}  # fmt: skip
        response = visitor.post("/issues/new/", sent)
        assert response.status_code == 409
        assert "You act for another organisation now" in text_of(response)
        assert "No road." in text_of(response)
        assert not Issue.objects.exists()
        assert visitor.post("/issues/new/", sent | {"as": "zhasyl"}).status_code == 303
        assert Issue.objects.get().raised_by == story.cast.other_manager.organisation


class TestWhoeverHasLeft:
    """With a session that was open before: nothing of the organisation's is left to them, from the next click on."""

    def left(self, story: Story, who: Player) -> Visitor:
        visitor = Visitor(story, who)
        assert visitor.get("/me/").status_code == 200
        end_membership(membership=who.membership, at=story.now)
        return visitor

    def test_finds_no_draft(self, story: Story) -> None:
        draft = story.draft().issue
        visitor = self.left(story, story.cast.manager)
        for path in (f"/issues/drafts/{draft.uuid}/", f"/issues/drafts/{draft.uuid}/what/"):
            assert visitor.get(path).status_code == 404
        for path in (f"/issues/drafts/{draft.uuid}/submit/", f"/issues/drafts/{draft.uuid}/discard/"):
            assert visitor.post(path).status_code == 404
        assert visitor.get("/issues/new/").status_code == 403
        assert story.issue.status == "draft"

    @pytest.mark.parametrize("who", ["officer", "signatory", "coordinator"])
    def test_has_no_desk(self, story: Story, who: str) -> None:
        story.raised()
        visitor = self.left(story, getattr(story.cast, who))
        response = visitor.get("/desk/")
        assert response.status_code == 403
        assert story.issue.number not in text_of(response)

    @pytest.mark.parametrize(("who", "act"), [("officer", "accept"), ("signatory", "extend"), ("manager", "withdraw")])
    def test_makes_no_move(self, story: Story, who: str, act: str) -> None:
        story.raised()
        before = story.issue
        visitor = self.left(story, getattr(story.cast, who))
        page = visitor.page(act)
        sent = {
            "confirmed": "1",
            "version": str(before.version),
            "reason": "X",
            "unit": "U",
            "person": "x",
            "as": "labour",
        }
        assert [visitor.get(page).status_code, visitor.post(page, sent).status_code] == [403, 403]
        assert (story.issue.version, story.issue.rev) == (before.version, before.rev)
        assert page not in text_of(visitor.get(f"/issues/{before.number}/"))

    def test_writes_no_message_and_sees_no_people(self, story: Story) -> None:
        story.raised()
        visitor = self.left(story, story.cast.manager)
        response = visitor.post(f"/issues/{story.issue.number}/messages/", {"body": "Still here?", "as": "qamqor"})
        assert response.status_code == 403
        for path in ("/me/organisation/", "/me/organisation/invite/"):
            assert visitor.get(path).status_code == 403
        assert not story.issue.messages.exists()

    def test_cannot_choose_it_again(self, story: Story) -> None:
        visitor = self.left(story, story.cast.manager)
        assert visitor.post("/me/acting/", {"membership": story.cast.manager.membership.pk}).status_code == 403

    def test_reads_on_every_page_for_whom_they_no_longer_act(self, story: Story) -> None:
        visitor = self.left(story, story.cast.manager)
        for path in ("/", "/issues/", "/me/"):
            assert "You no longer act for: Qamqor (en). You act for no organisation now." in text_of(visitor.get(path))

    def test_falls_back_to_another_organisation_and_is_told_until_they_have_seen_it(self, story: Story) -> None:
        also(story, story.cast.manager, story.cast.other_manager, Role.REPRESENTATIVE)
        visitor = self.left(story, story.cast.manager)
        words = "You no longer act for: Qamqor (en). You now act for: Zhasyl (en)."
        for _ in range(2):
            page = text_of(visitor.get("/issues/"))
            assert words in page
            assert "<strong>Zhasyl (en)</strong> · Representative" in page
        seat = Membership.objects.get(user=story.cast.manager.user, until=None)
        assert f'name="membership" value="{seat.pk}">I have seen it</button>' in page
        response = visitor.post("/me/acting/", {"membership": seat.pk, "next": "/en/issues/"})
        assert response["Location"] == "/en/issues/"
        page = text_of(visitor.get("/issues/"))
        assert "You no longer act for" not in page

    def test_posts_nothing_for_the_other_organisation_by_a_form_of_the_first(self, story: Story) -> None:
        """The page was open when the manager let them go: what they send now is not said in another NGO's name."""
        story.raised()
        also(story, story.cast.manager, story.cast.other_manager, Role.REPRESENTATIVE)
        visitor = self.left(story, story.cast.manager)
        response = visitor.post(f"/issues/{story.issue.number}/messages/", {"body": "Ours.", "as": "qamqor"})
        assert response.status_code == 409
        assert not story.issue.messages.exists()


def test_an_account_that_is_switched_off_is_signed_out_at_once(story: Story) -> None:
    draft = story.draft().issue
    visitor = Visitor(story, story.cast.manager)
    assert visitor.get("/me/").status_code == 200
    story.cast.manager.user.is_active = False
    story.cast.manager.user.save()
    for path in ("/me/", "/me/organisation/", f"/issues/drafts/{draft.uuid}/"):
        response = visitor.get(path)
        assert (response.status_code, response["Location"].split("?")[0]) == (302, "/en/accounts/login/")
