"""Tokens: what they may do, and that whatever ends them ends them at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from backend.api.actions import TOKENS_AT_MOST, make_token
from backend.api.models import Token
from backend.core.errors import Conflict
from backend.core.posting import FIELD, new_key
from backend.organisations.actions import add_member, end_membership
from issues.models import Issue
from tests.backend.api.test_problems import told
from tests.factories.api import ROOT, Program
from tests.factories.at_once import at_once
from tests.factories.people import PASSWORD, Cast, address, make_cast, organisation
from tests.factories.stories import MONDAY, Story

NOT_VALID = "This token is not valid: it was revoked, has expired, or belongs to somebody who has left. Get a new one."
WRONG: list[dict[str, Any]] = [
    {"days": 0}, {"days": 366}, {"days": "7"}, {"days": True}, {"scopes": []}, {"scopes": "read"}, {"scopes": ["admin"]},
    {"as": "labour"}, {"name": "x" * 101},
]  # fmt: skip
PUBLIC = ("issues/", "organisations/", "topics/", "metrics/")


@pytest.fixture
def now(story: Story, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(timezone, "now", lambda: story.now)
    return story


def refused(program: Program, number: str | None) -> bool:
    """401 for all that it asks, also for what is public: a program learns that its token has ended."""
    answers = [program.get(path) for path in (*PUBLIC, "me/", f"issues/{number}/")]
    answers += [program.post("issues/", title="x"), program.post(f"issues/{number}/follow/")]
    answers += [program.post(f"issues/{number}/moves/", move="withdraw", reason="x")]
    assert [told(each, 401)["detail"] for each in answers] == [NOT_VALID] * len(answers)
    assert {each["WWW-Authenticate"] for each in answers} == {"Token"}
    return True


class TestEnds:
    def test_it_is_revoked(self, now: Story) -> None:
        number = now.raised().issue.number
        program, other = Program(now.cast.manager), Program(now.cast.manager)
        assert program.get("me/").status_code == 200
        assert program.delete("auth/token/").status_code == 204
        assert refused(program, number)
        assert other.get("me/").status_code == 200

    def test_it_expires_at_its_very_moment(self, now: Story) -> None:
        number = now.raised().issue.number
        program = Program(now.cast.manager, days=1)
        expiry = program.kept.expiry
        assert expiry == now.now + timedelta(days=1)
        now.on(expiry - timedelta(seconds=1))
        assert program.get("me/").status_code == 200
        now.on(expiry)
        assert refused(program, number)

    def test_it_is_bound_to_a_membership_that_ends(self, now: Story) -> None:
        number = now.raised().issue.number
        bound, free = Program(now.cast.manager, organisation="qamqor"), Program(now.cast.manager)
        assert bound.get("me/").status_code == 200
        end_membership(membership=now.cast.manager.membership, at=now.now)
        assert refused(bound, number)
        assert free.get("me/").json()["organisations"] == []
        words = told(free.move(now.issue, "withdraw", reason="x"), 403)["detail"]
        assert words == "You do not act for this organisation, or no longer."
        told(free.post("issues/", title="x"), 403)
        assert now.issue.status == "raised"

    def test_another_role_ends_it_too_for_it_was_given_for_the_first(self, now: Story) -> None:
        number = now.raised().issue.number
        bound = Program(now.cast.manager, organisation="qamqor")
        add_member(organisation=now.cast.ngo, user=now.cast.manager.user, role="representative", at=now.now)
        assert refused(bound, number)

    def test_its_person_s_account_is_closed(self, now: Story) -> None:
        number, program = now.raised().issue.number, Program(now.cast.manager)
        user = now.cast.manager.user
        user.is_active = False
        user.save()
        assert refused(program, number)

    @pytest.mark.parametrize(
        "header", ["Token", "Token a b", "Token x", "Token " + "0" * 64, "Token \xff", "token \x00"]
    )
    def test_what_is_no_token_is_refused(self, header: str, db: None) -> None:
        response = Client().get(f"{ROOT}issues/", headers={"Authorization": header})
        told(response, 401)

    def test_another_scheme_says_nothing_of_who_asks(self, db: None) -> None:
        for header in ("Basic YTpi", "Bearer x"):
            client = Client(headers={"Authorization": header})
            told(client.get(f"{ROOT}me/"), 401)
            told(client.post(f"{ROOT}issues/", {"as": "qamqor"}, "application/json"), 401)


class TestMayDo:
    def test_a_bound_one_acts_for_its_organisation_alone(self, now: Story) -> None:
        user = now.cast.manager.user
        add_member(organisation=organisation("umit"), user=user, role="manager", at=MONDAY)
        bound, free = Program(person=user, organisation="umit"), Program(person=user)
        words = "You do not act for this organisation, or no longer."
        assert told(bound.post("issues/", **{"as": "qamqor", "title": "x"}), 403)["detail"] == words
        assert bound.post("issues/", **{"as": "umit", "title": "x"}).status_code == 201
        assert free.post("issues/", **{"as": "qamqor", "title": "x"}).status_code == 201
        assert [each["slug"] for each in bound.get("me/").json()["organisations"]] == ["umit"]
        assert [each["slug"] for each in free.get("me/").json()["organisations"]] == ["qamqor", "umit"]
        told(free.post("issues/", title="x"), 422)
        told(free.post("issues/", **{"as": "labour", "title": "x"}), 403)
        told(free.post("issues/", **{"as": "nobody", "title": "x"}), 403)

    @pytest.mark.parametrize("scope", ["read", "write", "move"])
    def test_it_does_what_its_scopes_say_and_no_more(self, scope: str, now: Story) -> None:
        draft, issue = now.draft().issue, Story(now.cast, now.now).raised().issue
        program = Program(now.cast.manager, scopes=[scope])
        tried = {
            "read": [program.get("me/"), program.get(f"issues/{draft.uuid}/")],
            "write": [
                program.post("issues/", title="x"), program.post(f"issues/{issue.number}/messages/", body="Hello."),
                program.post(f"issues/{issue.number}/follow/"),
            ],
            "move": [program.move(issue, "withdraw", reason="Solved.")],
        }  # fmt: skip
        for needed, answers in tried.items():
            for response in answers:
                if needed == scope:
                    assert response.status_code in (200, 201, 204), response.content
                else:
                    assert told(response, 403)["detail"] == f"This token was not made for that. Needed: {needed}."
        assert program.get(f"issues/{issue.number}/").status_code == 200, "what is public takes none"
        assert (Issue.objects.get(pk=issue.pk).status == "withdrawn") == (scope == "move")

    def test_there_are_so_many_of_a_person_at_most_and_expired_ones_go(self, now: Story) -> None:
        person = now.cast.manager.user
        for _ in range(TOKENS_AT_MOST):
            make_token(person=person, days=1)
        with pytest.raises(Conflict, match="as many tokens"):
            make_token(person=person)
        now.later(days=1)
        make_token(person=person)
        assert person.auth_token_set.count() == 1


class TestGetting:
    def ask(self, password: str = PASSWORD, email: str = address("manager"), **more: Any) -> Any:
        fields = {"email": email, "password": password} | more
        return Client().post(f"{ROOT}auth/token/", fields, "application/json", headers={"Accept-Language": "en"})

    def test_the_secret_is_told_once_and_only_its_digest_is_kept(self, cast: Cast) -> None:
        made = self.ask(name="Register", scopes=["read"], days=7, email=address("manager").upper())
        assert (made.status_code, set(made.json())) == (201, {"token", "expiry"})
        secret = made.json()["token"]
        row = Token.objects.values().get()
        assert secret not in str(row)
        assert (row["token_key"], row["digest"] != secret, row["scopes"]) == (secret[:15], True, ["read"])
        told_of_it = Client().get(f"{ROOT}me/", headers={"Authorization": f"Token {secret}"}).json()
        assert told_of_it["token"] == {
            "name": "Register", "scopes": ["read"], "expiry": made.json()["expiry"], "organisation": None,
        }  # fmt: skip
        assert secret not in str(told_of_it)
        digest = Client().get(f"{ROOT}me/", headers={"Authorization": f"Token {row['digest']}"})
        told(digest, 401)
        assert "no-cache" in made["Cache-Control"]

    def test_a_wrong_password_and_a_closed_account_are_told_alike(self, cast: Cast) -> None:
        cast.officer.user.is_active = False
        cast.officer.user.save()
        words = {
            told(each, 401)["detail"]
            for each in (self.ask("wrong"), self.ask(email=address("nobody")), self.ask(email=address("officer")))
        }
        assert len(words) == 1
        assert not Token.objects.exists()

    @pytest.mark.parametrize("fields", WRONG)
    def test_what_it_is_for_is_checked(self, fields: dict[str, Any], cast: Cast) -> None:
        assert set(told(self.ask(**fields), 422)["errors"]) == set(fields)
        assert not Token.objects.exists()

    @pytest.fixture
    def counting(self, settings: Any, request: pytest.FixtureRequest) -> None:
        cache = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": request.node.name}
        settings.CACHES = {"default": cache}

    @pytest.mark.usefixtures("counting")
    def test_failures_here_are_counted_and_close_the_sign_in_page_too(self, cast: Cast) -> None:
        for _ in range(5):
            told(self.ask("wrong"), 401)
        slower = self.ask()
        told(slower, 429)
        assert 1 <= int(slower["Retry-After"]) <= 300
        page, client = {"login": address("manager"), "password": PASSWORD}, Client()
        assert "Too many failed" in client.post("/en/accounts/login/", page).content.decode()
        assert "_auth_user_id" not in client.session
        assert self.ask(email=address("officer")).status_code == 201

    @pytest.mark.usefixtures("counting")
    def test_and_those_of_the_sign_in_page_close_this(self, cast: Cast) -> None:
        for _ in range(5):
            Client().post("/en/accounts/login/", {"login": address("manager"), "password": "wrong"})
        told(self.ask(), 429)
        assert not Token.objects.exists()


class TestOnesOwnPage:
    def test_lists_and_revokes_only_ones_own(self, cast: Cast) -> None:
        mine = Program(cast.manager, name="My register", organisation="qamqor")
        theirs = Program(cast.officer, name="Their register")
        client = Client()
        client.force_login(cast.manager.user)
        page = client.get("/en/me/tokens/").content.decode()
        assert ("My register" in page, "Their register" in page) == (True, False)
        assert mine.token not in page
        assert client.post(f"/en/me/tokens/{theirs.kept.token_key}/revoke/").status_code == 404
        assert theirs.get("me/").status_code == 200
        gone = client.post(f"/en/me/tokens/{mine.kept.token_key}/revoke/")
        assert (gone.status_code, gone["Location"]) == (303, "/en/me/tokens/")
        told(mine.get("me/"), 401)

    def test_makes_one_and_tells_its_secret_for_a_minute(self, now: Story) -> None:
        client = Client()
        client.force_login(now.cast.manager.user)
        fields = {"name": "Register", "organisation": "qamqor", "scopes": ["read", "write"], "days": "30"}
        led = client.post("/en/me/tokens/", fields)
        assert led.status_code == 303
        made = client.get(led["Location"])
        secret = made.context["secret"]
        assert (made.status_code, secret in made.content.decode(), made["Cache-Control"]) == (
            200, True, "max-age=0, no-cache, no-store, must-revalidate, private",
        )  # fmt: skip
        assert secret not in client.get("/en/me/tokens/").content.decode()
        assert secret not in led["Location"]
        who = Client().get(f"{ROOT}me/", headers={"Authorization": f"Token {secret}"}).json()
        assert ([each["slug"] for each in who["organisations"]], who["token"]["scopes"]) == (
            ["qamqor"], ["read", "write"],
        )  # fmt: skip
        wrong = client.post("/en/me/tokens/", fields | {"organisation": "labour", "days": "400"})
        assert (wrong.status_code, Token.objects.count()) == (422, 1)
        other = Client()
        other.force_login(now.cast.officer.user)
        assert other.get(led["Location"]).context["secret"] == ""
        now.later(seconds=61)
        assert client.get(led["Location"]).context["secret"] == ""

    def test_a_double_click_makes_one_and_both_answers_tell_it(self, cast: Cast) -> None:
        client = Client()
        client.force_login(cast.manager.user)
        fields = {
            "name": "Register",
            "organisation": "",
            "scopes": ["read"],
            "days": "30",
            FIELD: new_key(cast.manager.user),
        }
        told_each = [client.post("/en/me/tokens/", fields, follow=True).context["secret"] for _ in range(2)]
        assert (len(set(told_each)), Token.objects.count()) == (1, 1)
        read = Client().get(f"{ROOT}me/", headers={"Authorization": f"Token {told_each[1]}"})
        assert read.status_code == 200

    def test_of_parallel_clicks_one_makes_it(self, transactional_db: None) -> None:
        manager = make_cast().manager
        fields = {
            "name": "Register",
            "organisation": "",
            "scopes": ["read"],
            "days": "30",
            FIELD: new_key(manager.user),
        }

        def click() -> str:
            client = Client()
            client.force_login(manager.user)
            return str(client.post("/en/me/tokens/", fields)["Location"])

        found = at_once([click] * 3)
        assert (len(set(found)), Token.objects.count()) == (1, 1)

    def test_lists_none_that_has_ended(self, now: Story) -> None:
        Program(now.cast.manager, name="Old register", days=1)
        Program(now.cast.manager, name="Other register", organisation="qamqor")
        now.later(days=1)
        add_member(organisation=now.cast.ngo, user=now.cast.manager.user, role="representative", at=now.now)
        client = Client()
        client.force_login(now.cast.manager.user)
        page = client.get("/en/me/tokens/").content.decode()
        assert ("Old register" in page, "Other register" in page) == (False, False)

    def test_takes_a_person_signed_in(self, db: None) -> None:
        response = Client().get("/en/me/tokens/")
        assert (response.status_code, response["Location"]) == (302, "/en/accounts/login/?next=/en/me/tokens/")
