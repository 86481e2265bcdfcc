"""One's own page: for whom one acts, whose turn it is, drafts, name and language."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.accounts.models import User
from backend.organisations.actions import add_member, end_membership
from backend.organisations.models import Role
from issues.models import Commitment
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, in_days, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def test_the_ngo_finds_what_it_owes_with_the_date(story: Story) -> None:
    story.accepted().move("clarify_request", story.cast.officer, question="Since when?")
    page = text_of(Visitor(story, story.cast.representative).get("/me/"))
    assert f'href="/en/issues/{story.issue.number}/clarify/"' in page
    assert "16 February 2026" in page


def test_a_confirmation_is_the_managers_to_give(story: Story) -> None:
    story.reported()
    path = f'href="/en/issues/{story.issue.number}/confirm/"'
    assert path in text_of(Visitor(story, story.cast.manager).get("/me/"))
    page = text_of(Visitor(story, story.cast.representative).get("/me/"))
    assert path not in page
    assert "a manager" in page


@pytest.mark.parametrize("end", ["confirm", "dispute"])
def test_what_was_done_leaves_the_list(story: Story, end: str) -> None:
    fields = {"asks": [1], "reason": "No."} if end == "dispute" else {}
    story.reported().move(end, story.cast.manager, **fields)
    assert "Nothing needs you now." in text_of(Visitor(story, story.cast.manager).get("/me/"))


def test_other_ngos_see_neither_turns_nor_drafts(story: Story) -> None:
    story.reported()
    Story(story.cast, story.now).draft()
    page = text_of(Visitor(story, story.cast.other_manager).get("/me/"))
    assert "Nothing needs you now." in page
    assert "Grants are three months late" not in page
    assert "Grants are three months late" in text_of(Visitor(story, story.cast.manager).get("/me/"))


def test_a_council_member_finds_the_disputes_of_the_own_council(story: Story) -> None:
    story.disputed()
    assert f'href="/en/issues/{story.issue.number}/vote/"' in text_of(Visitor(story, story.cast.members[0]).get("/me/"))
    concludes = f'href="/en/issues/{story.issue.number}/conclude/"'
    assert concludes not in text_of(Visitor(story, story.cast.chair).get("/me/")), "nobody has voted"
    story.voted(done=True)
    assert concludes in text_of(Visitor(story, story.cast.chair).get("/me/"))
    assert "Nothing needs you now." in text_of(Visitor(story, story.cast.default_chair).get("/me/"))


def test_the_ngo_finds_its_joint_measures_offered_and_taken_on(story: Story) -> None:
    story.answered("supported")
    for text in ("Tell the members", "Print the leaflet"):
        promise = {"n": 1, "text": text, "unit": "Office", "due": in_days(story, 40), "shows": "Mail"}
        story.move("commitment_add", story.cast.signatory, **promise, owner=story.cast.ngo.slug)
    taken, offered = Commitment.objects.filter(owner=story.cast.ngo).order_by("pk")
    story.move("commitment_take", story.cast.manager, commitment=taken.pk)
    page = f'href="/en/issues/{story.issue.number}/commitments/#commitment-'
    mine = text_of(Visitor(story, story.cast.manager).get("/me/"))
    for words in (
        "Tell the members", "Print the leaflet", "does not count until a manager takes it on", "Taken on · Not started",
        f'{page}{taken.pk}">Report progress', f'{page}{offered.pk}">Take it on, or decline',
    ):  # fmt: skip
        assert words in mine
    representative = text_of(Visitor(story, story.cast.representative).get("/me/"))
    assert "Print the leaflet" in representative
    assert page not in representative, "a manager acts on it"
    assert "Print the leaflet" not in text_of(Visitor(story, story.cast.other_manager).get("/me/"))
    story.move("commitment_drop", story.cast.manager, commitment=offered.pk, reason="Nobody can do it.")
    assert "Print the leaflet" not in text_of(Visitor(story, story.cast.manager).get("/me/"))


def test_ones_page_asks_the_database_the_same_with_one_measure_and_with_three(
    story: Story,
) -> None:
    story.answered("supported")
    promise = {"n": 1, "text": "Tell", "unit": "Office", "due": in_days(story, 40), "shows": "Mail"}
    counts = []
    for more in (1, 2):
        for _ in range(more):
            story.move("commitment_add", story.cast.signatory, **promise, owner=story.cast.ngo.slug)
        visitor = Visitor(story, story.cast.manager)
        with CaptureQueriesContext(connection) as caught:
            visitor.get("/me/")
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_an_official_is_led_to_the_desk(story: Story) -> None:
    assert 'href="/en/desk/">My desk</a></p>' in text_of(Visitor(story, story.cast.officer).get("/me/"))


def test_one_acts_for_one_organisation_at_a_time_and_can_change_it(story: Story) -> None:
    story.draft()
    seat = add_member(organisation=story.cast.ngo, user=story.cast.other_manager.user, role=Role.MANAGER, at=story.now)
    story.later(hours=1)
    visitor = Visitor(story, story.cast.other_manager)
    assert "Grants are three months late" not in text_of(visitor.get("/me/"))
    response = visitor.post("/me/acting/", {"membership": seat.pk})
    assert (response.status_code, response["Location"]) == (303, "/en/me/")
    page = text_of(visitor.get("/me/"))
    assert "You now act for: Qamqor (en)." in page
    assert "Grants are three months late" in page


def test_nobody_acts_for_an_organisation_they_left_or_never_joined(story: Story) -> None:
    seat = add_member(organisation=story.cast.ngo, user=story.cast.other_manager.user, role=Role.MANAGER, at=story.now)
    story.later(hours=1)
    visitor = Visitor(story, story.cast.other_manager)
    assert visitor.post("/me/acting/", {"membership": seat.pk}).status_code == 303
    end_membership(membership=seat, at=story.now)
    story.later(hours=1)
    page = text_of(visitor.get("/me/"))
    assert "You no longer act for: Qamqor (en). You now act for: Zhasyl (en)." in page
    assert "Qamqor (en)" not in page.split("<main")[1].replace("You now act for: Qamqor (en).", "")
    assert visitor.post("/me/acting/", {"membership": seat.pk}).status_code == 403
    assert visitor.post("/me/acting/", {"membership": story.cast.officer.membership.pk}).status_code == 403
    assert visitor.post("/me/acting/", {"membership": "x"}).status_code == 403


@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_way_back_stays_on_the_site(story: Story, following: str) -> None:
    visitor = Visitor(story, story.cast.manager)
    response = visitor.post("/me/acting/", {"membership": story.cast.manager.membership.pk, "next": following})
    assert response["Location"] == "/en/me/"


def test_name_and_language_are_saved_and_the_site_changes_its_language(story: Story) -> None:
    visitor = Visitor(story, story.cast.manager)
    response = visitor.post("/me/settings/", {"name": "  Aigul   Serik ", "language": "kk"})
    assert response["Location"] == "/kk/me/"
    assert response.cookies["birge_language"].value == "kk"
    person = User.objects.get(pk=story.cast.manager.user.pk)
    assert (person.name, person.language) == ("Aigul Serik", "kk")


@pytest.mark.parametrize(
    ("name", "language", "field"), [("", "ru", "name"), ("Aigul", "xx", "language"), (" ", "ru", "name")]
)
def test_wrong_settings_change_nothing_and_say_why(story: Story, name: str, language: str, field: str) -> None:
    response = Visitor(story, story.cast.manager).post("/me/settings/", {"name": name, "language": language})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert User.objects.get(pk=story.cast.manager.user.pk).name == "Manager"


def test_a_person_without_an_organisation_is_told_who_adds_them(story: Story) -> None:
    visitor = Visitor(story, None)
    visitor.client.force_login(story.cast.stranger)
    page = text_of(visitor.get("/me/"))
    assert "You do not act for any organisation yet." in page
    assert "Raise an issue" not in page.split("<main")[1]


def test_visitors_are_asked_to_sign_in(story: Story) -> None:
    visitor = Visitor(story, None)
    for path in ("/me/", "/desk/", "/issues/new/"):
        assert visitor.get(path)["Location"] == f"/en/accounts/login/?next=/en{path}"
    assert visitor.post("/me/settings/", {"name": "X", "language": "kk"}).status_code == 302
    assert timezone.now() == story.now
