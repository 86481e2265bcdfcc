"""The socket as a stranger's program sees it: which frames come, in which order, and when it is closed."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from websockets.exceptions import InvalidStatus

from backend.organisations.models import Role
from dialogue.actions import hide_message, post_message, show_message
from issues.models import Issue
from tests.factories.live import cookie_of, site, watching
from tests.factories.people import Player, make_cast, player
from tests.factories.stories import Story

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]


@pytest.fixture
def told(transactional_db: None) -> Story:
    """Raised (`rev` 1), with two messages (2 and 3)."""
    story = Story(make_cast()).raised()
    post(story, "First words.")
    post(story, "Second words.", story.cast.officer)
    return story


def post(story: Story, body: str, who: Player | None = None, **fields: Any) -> Any:
    return post_message(issue=Issue(pk=story.pk), **(who or story.cast.manager).acts, body=body, at=story.now, **fields)


def number(story: Story) -> str:
    return str(story.issue.number)


def test_first_comes_what_changed_since_then_what_changes(told: Story) -> None:
    begun = told.issue.rev - 3
    with watching(number(told), after=begun) as watch:
        watch.until_rev(begun + 3)
        post(told, "Third words.")
        watch.until_rev(begun + 4)
    assert [(each["t"], each["rev"] - begun, each.get("seq")) for each in watch.changes] == [
        ("head", 1, None), ("msg", 2, 1), ("msg", 3, 2), ("msg", 4, 3),
    ]  # fmt: skip
    assert watch.changes[-1]["html"].startswith('<li id="m3"')
    assert "Third words." in watch.changes[-1]["html"]


def test_nothing_comes_twice_to_one_who_has_it(told: Story) -> None:
    with watching(number(told), after=told.issue.rev) as watch:
        post(told, "Third words.")
        watch.until_rev(told.issue.rev)
    assert [each["seq"] for each in watch.changes] == [3]


def test_one_who_claims_to_be_ahead_gets_what_comes(told: Story) -> None:
    with watching(number(told), after=1_000, session=cookie_of(told.cast.manager)) as watch:
        watch.until("here")  # it has joined
        post(told, "Third words.")
        assert watch.until_rev(told.issue.rev).revs == [told.issue.rev]


@pytest.mark.parametrize("after", [None, "", "x", "-1", "1e3", "99999999999999"])
def test_without_a_number_that_is_one_everything_comes(told: Story, after: Any) -> None:
    with watching(number(told), after=after) as watch:
        assert watch.until_rev(told.issue.rev).revs == list(range(1, told.issue.rev + 1))


def test_each_watches_in_its_language(told: Story) -> None:
    words = {"kk": "Жауап беру", "ru": "Ответить", "en": "Reply", "de": "Жауап беру"}
    for lang, reply in words.items():
        with watching(number(told), after=told.issue.rev - 1, lang=lang) as watch:
            assert reply in watch.until_rev(told.issue.rev).changes[0]["html"]
            post(told, f"To all in {lang}.")
            assert reply in watch.until_rev(told.issue.rev).changes[1]["html"]


def test_a_move_is_a_change_of_the_head(told: Story) -> None:
    with watching(number(told), after=told.issue.rev) as watch:
        told.later(hours=1).move("accept", told.cast.officer, unit="Grants", person=told.cast.officer.user)
        assert watch.until_rev(told.issue.rev).changes == [{"t": "head", "rev": told.issue.rev}]


def test_what_is_hidden_meanwhile_is_in_no_frame_and_comes_back_when_it_is_shown(told: Story) -> None:
    cast = told.cast
    with watching(number(told), after=0) as watch, watching(number(told), after=told.issue.rev) as other:
        watch.until_rev(told.issue.rev)
        hide_message(issue=told.issue, seq=1, **cast.moderator.acts, code="insult", at=told.now)
        hidden = other.until_rev(told.issue.rev).changes[0]
        assert (hidden["t"], hidden["seq"]) == ("hide", 1)
        assert "First words." not in hidden["html"]
    with watching(number(told), after=0) as late:
        late.until_rev(told.issue.rev)
        assert late.revs == list(range(1, told.issue.rev + 1))
        assert "First words." not in str(late.changes)
        moderator = player("second_moderator", cast.moderator.organisation, Role.MODERATOR)
        show_message(issue=told.issue, seq=1, **moderator.acts, reason="Not an insult.", at=told.now)
        shown = late.until_rev(told.issue.rev).changes[-1]
        assert (shown["t"], shown["seq"], "First words." in shown["html"]) == ("edit", 1, True)


def test_what_is_rolled_back_was_never_there(told: Story) -> None:
    before = told.issue.rev
    with watching(number(told), after=before) as watch:
        with transaction.atomic():
            post(told, "Never said.")
            transaction.set_rollback(True)
        post(told, "Said.")
        watch.until_rev(before + 1)
    assert "Said." in watch.changes[0]["html"]
    assert len(watch.changes) == 1


def test_a_hint_that_is_lost_is_found_by_the_sweep(told: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.core.live.bus._telling", lambda hint: lambda: None)
    with watching(number(told), after=told.issue.rev) as watch:
        post(told, "Unannounced.")
        assert "Unannounced." in watch.until_rev(told.issue.rev).changes[0]["html"]


@pytest.mark.parametrize("missing", ["2020-000001", "1999-999999"])
def test_an_issue_that_is_not_there_closes_with_4404(told: Story, missing: str) -> None:
    with watching(missing) as watch:
        assert watch.closed_with() == 4404


def test_a_foreign_page_is_refused_in_the_handshake(told: Story) -> None:
    for origin in ("https://evil.example", "null", "http://127.0.0.1.evil.example"):
        with pytest.raises(InvalidStatus) as refused, watching(number(told), origin=origin):
            pass
        assert refused.value.response.status_code == 403
    with watching(number(told), after=0, origin=f"http://{site()}") as watch:
        watch.until_rev(told.issue.rev)


def test_signing_out_closes_with_4401_within_a_second_and_one_who_is_signed_out_is_not_let_in(told: Story) -> None:
    session = cookie_of(told.cast.manager)
    with watching(number(told), session=session) as watch:
        watch.until("here")
        begun = timezone.now()
        Session.objects.filter(session_key=session).delete()
        assert watch.closed_with() == 4401
        assert (timezone.now() - begun).total_seconds() < 2
    with watching(number(told), session=session) as watch:
        assert watch.closed_with() == 4401


@pytest.mark.parametrize("session", ['"abcdefgh\\000ijklmnop"', "short", "never-a-session-of-ours"])
def test_a_cookie_that_is_no_session_is_not_let_in(told: Story, session: str) -> None:
    with watching(number(told), session=session) as watch:
        assert watch.closed_with() == 4401


@pytest.mark.parametrize("how", ["password", "is_active"])
def test_a_new_password_and_a_closed_account_close_it(told: Story, how: str) -> None:
    manager = told.cast.manager
    with watching(number(told), session=cookie_of(manager)) as watch:
        watch.until("here")
        setattr(manager.user, how, "!another" if how == "password" else False)
        manager.user.save()
        assert watch.closed_with() == 4401


def test_one_who_is_removed_from_the_organisation_is_out_with_4403(told: Story) -> None:
    officer = told.cast.officer
    with watching(number(told), session=cookie_of(officer)) as watch:
        watch.until("here")
        officer.membership.until = timezone.now()
        officer.membership.save()
        assert watch.closed_with() == 4403


def test_a_visitor_watches_all_the_same_when_others_are_closed(told: Story) -> None:
    with watching(number(told), after=told.issue.rev) as visitor:
        with watching(number(told), session=cookie_of(told.cast.manager)) as watch:
            watch.until("here")
        post(told, "Still here?")
        assert visitor.until_rev(told.issue.rev).changes[0]["t"] == "msg"
        assert {each["t"] for each in visitor.others} <= {"ping"}
