"""The numbers of the annex one by one: each with its values, its edge, and the parts that stand beside it."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client

from dialogue.actions import hide_message, post_message
from issues.actions.blanking import blank_text
from issues.metrics.cohorts_annex import ACTS
from issues.metrics.counting import differences
from issues.metrics.measures import CAUSES
from issues.models import BlankReason, HideReason, ScopeCode
from tests.factories.clock import site_at
from tests.factories.people import Cast
from tests.factories.stories import MONDAY, Story, almaty, answer_row
from tests.issues.metrics.asking import beside, figure, pair

LATER = almaty(2026, 6, 1)
FAR = date(2026, 6, 1)


def test_the_view_numbers_reasons_as_the_lists_of_codes_do(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_viewdef('issues_cells_now'::regclass)")
        view = " ".join(cursor.fetchone()[0].split())
    for codes in (HideReason.values, BlankReason.values, ScopeCode.values, CAUSES):
        assert f"ARRAY[{', '.join(f"'{code}'::text" for code in codes)}]" in view, codes
    assert len(set(ACTS.values())) == len(ACTS)


class TestWordsBeforeAnAnswer:
    def test_a_message_of_the_body_is_none(self, story: Story) -> None:
        post_message(issue=story.accepted().issue, **story.cast.officer.acts, body="Soon.", at=story.now)
        assert pair("holding_messages", LATER) == (1, 1)
        assert beside("holding_messages", LATER) == {"unanswered": 1}
        story.later(days=3).move("answer", story.cast.signatory, asks=[answer_row(1, "refused", FAR)])
        assert (pair("holding_messages", LATER), beside("holding_messages", LATER)) == ((1, 1), {})
        assert differences() == {}

    def test_not_what_others_say_nor_what_comes_after_it(self, story: Story) -> None:
        post_message(issue=story.raised().issue, **story.cast.manager.acts, body="Please.", at=story.now)
        story.move("answer", story.cast.signatory, asks=[answer_row(1, "refused", FAR)])
        assert pair("holding_messages", LATER) == (0, 1)
        assert differences() == {}

    def test_it_stays_with_the_body_that_wrote_and_sent_it_on(self, story: Story) -> None:
        post_message(issue=story.accepted().issue, **story.cast.officer.acts, body="Soon.", at=story.now)
        story.later(days=1).move("redirect", story.cast.signatory, body="ecology", reason="Theirs.")
        assert pair("holding_messages", LATER, "body=labour") == (1, 1)
        assert pair("holding_messages", LATER, "body=ecology") == (0, 1)
        assert differences() == {}


class TestActsOfModerators:
    def test_each_by_its_reason_on_its_day(self, story: Story) -> None:
        post_message(issue=story.raised().issue, **story.cast.manager.acts, body="Rude words.", at=story.now)
        hide_message(issue=story.issue, seq=1, code="insult", at=story.later(days=7).now, **story.cast.moderator.acts)
        story.move("out_of_scope", story.cast.moderator, code="court")
        merged = Story(story.cast).raised().merged()
        merged.move("appeal", merged.cast.manager, reason="Another.")
        merged.move("restore", merged.cast.other_moderator, reason="Another.")
        reasons = {"hidden_insult": 1, "scope_court": 1, "moderator_merged": 1, "restored": 1}
        assert (pair("moderation", LATER), beside("moderation", LATER)) == ((4, 4), reasons)
        assert pair("moderation", LATER, "from=2026-02-02&to=2026-02-08")[0] == 2
        assert beside("moderation", LATER, "body=labour") == reasons, "by the body of the issue, not by who moderates"
        assert differences() == {}

    def test_week_by_week_on_its_page_and_on_that_of_the_week(self, story: Story) -> None:
        story.raised().move("out_of_scope", story.cast.moderator, code="court")
        with site_at(MONDAY):
            page = Client().get("/en/metrics/moderation/").content.decode()
            assert "out of scope: A court decides or has decided it" in page
            assert "from=2026-02-02&amp;to=2026-02-08" in page
            text = Client().get("/en/metrics/moderation/weeks.csv").content.decode().splitlines()
            assert (text[0].split(",")[:3], text[1].split(",")[:3]) == (
                ["week", "from", "to"], ["2026-W06", "2026-02-02", "2026-02-08"],
            )  # fmt: skip
            assert sum(map(int, text[1].split(",")[3:])) == 1
            week = Client().get("/en/metrics/changed/?week=2026-W06").content.decode()
            assert "out of scope: A court decides or has decided it" in week
            assert (
                "scope_court,1,0" in Client().get("/en/metrics/changed/moderation.csv?week=2026-W06").content.decode()
            )
            assert Client().get("/en/metrics/waiting_now/weeks.csv").status_code == 404


class TestLengthOfAnswers:
    def answered(self, cast: Cast, language: str, length: int) -> Story:
        story = Story(cast).raised(language=language)
        return story.move("answer", cast.signatory, asks=[answer_row(1, "refused", FAR) | {"text": "7" * length}])

    def test_characters_to_the_nearest_fifty_by_language(self, cast: Cast) -> None:
        for language, length in (("en", 130), ("en", 170), ("kk", 974), ("ru", 980)):
            self.answered(cast, language, length)
        assert (figure("answer_length", LATER, "language=en").value, pair("answer_length", LATER)) == (150, (4, 4))
        assert figure("answer_length", LATER, "language=kk").value == 950
        found = figure("answer_length", LATER)
        assert (found.value, found.p90) == (150, 1000)

    def test_what_was_blanked_is_not_counted_any_more(self, cast: Cast) -> None:
        story = self.answered(cast, "en", 500)
        blank_text(
            issue=story.issue, event=story.issue.rev, key="ask.1", code="on_request", at=story.now,
            **cast.moderator.acts,
        )  # fmt: skip
        assert figure("answer_length", LATER).value == 0
        assert differences() == {}


def test_a_redirect_says_which_of_the_issue_it_was(story: Story) -> None:
    story.raised().move("redirect", story.cast.signatory, body="ecology", reason="Theirs.")
    assert (pair("redirected_share", LATER), beside("redirected_share", LATER)) == ((1, 2), {"hop_1": 1})
    assert pair("redirected_share", LATER, "body=labour") == (1, 1), "counted to the body that redirected"


def test_an_ngo_is_new_in_the_period_of_its_first_issue_anywhere(cast: Cast) -> None:
    Story(cast, almaty(2026, 1, 12)).raised()
    Story(cast).raised(language="kk")
    Story(cast).raised(by=cast.other_manager)
    assert pair("new_ngos", LATER) == (2, 2)
    assert pair("new_ngos", LATER, "from=2026-02-01") == (1, 2)
    assert pair("new_ngos", LATER, "from=2026-02-01&language=kk") == (0, 1), "it had raised another in another language"


def test_a_kind_is_all_bodies_of_it_and_no_other(cast: Cast) -> None:
    Story(cast).raised()
    assert pair("answered_on_time", LATER, "kind=ministry") == pair("answered_on_time", LATER, "body=labour") == (0, 1)
    assert pair("answered_on_time", LATER, "kind=akimat") == (0, 0)
    assert pair("answered_on_time", LATER, "kind=akimat&body=labour") == (0, 0)


@pytest.mark.parametrize("kind", ["ministry", ""])
def test_a_body_stands_beside_all_of_its_kind_together(cast: Cast, kind: str) -> None:
    Story(cast).answered("supported")
    type(cast.ministry).objects.filter(pk=cast.ministry.pk).update(body_type=kind)
    with site_at(LATER):
        page = Client().get("/en/bodies/labour/").content.decode()
    assert ("Beside all bodies of its kind together" in page) == bool(kind)
    assert ("metric=answered_on_time&amp;part=denominator&amp;kind=ministry" in page) == bool(kind)
    assert "Share by month of the cohort" in page, "its own trend"


def test_what_the_answers_said_stands_beside_every_figure_of_speed(story: Story) -> None:
    story.answered("supported", "refused", "refused")
    with site_at(LATER):
        for key in (
            "answered_on_time",
            "time_to_first_answer",
            "on_time_with_extension",
            "response_rate",
            "on_the_due_day",
        ):
            assert "metric=refused_share&amp;part=numerator" in Client().get(f"/en/metrics/{key}/").content.decode(), (
                key
            )
        assert "metric=refused_share&amp;part=supported" in Client().get("/en/bodies/labour/").content.decode()


def test_each_table_and_chart_has_its_csv(story: Story) -> None:
    story.answered("supported", "refused")
    with site_at(LATER):
        page = Client().get("/en/metrics/time_to_first_answer/?body=labour").content.decode()
        tables = {
            "parts": "numerator,1",
            "curve": "3,0.0",
            "bodies": "labour",
            "languages": "en,time_to_first_answer,1",
        }
        for name, line in tables.items():
            assert f'href="/en/metrics/time_to_first_answer/{name}.csv?body=labour"' in page, name
            assert line in Client().get(f"/en/metrics/time_to_first_answer/{name}.csv?body=labour").content.decode(), (
                name
            )
        for path in ("answered_on_time/months", "answered_on_time/regions", "waiting_now/parts", "refused_share/parts"):
            assert len(Client().get(f"/en/metrics/{path}.csv").content.splitlines()) > 1, path
        assert Client().get("/en/metrics/answered_on_time/curve.csv").status_code == 404
