"""A registered official appeal: linked by whom and when, once, and then whose limits the dates are and what silence means."""

from datetime import date, timedelta
from functools import partial
from html import unescape
from typing import Any

import pytest
from django.utils.html import strip_tags

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.actions import set_standing
from backend.organisations.models import Standing
from issues.actions import create_draft, link_official_appeal, save_draft
from issues.actions.lapses import enter_what_is_due
from issues.actions.personal_data import PersonalDataFound
from issues.models import Issue, IssueEvent
from issues.official import is_refusal_by_law, said
from issues.personal_data import find
from issues.record.chain import broken_chains
from issues.sentences import limit_line, status_sentence
from tests.factories.at_once import at_once
from tests.factories.people import Player, make_cast
from tests.factories.stories import MONDAY, Story, almaty
from tests.issues.folding import differences
from tests.issues.matrix.roles import ROLES, acts

NUMBER, DAY = "ЖТ-2026-00012345", MONDAY.date()
APPEAL = {"official_number": NUMBER, "official_date": DAY}
LATE = almaty(2026, 2, 24)
OF_LAW, REFUSAL = (
    "It is the law's limit (APPC art. 76).",
    "By law, no answer in time counts as a refusal (APPC art. 91(2)).",
)
OWN = "The limit is Birge's own rule, which follows APPC art. 76."


def link(story: Story, who: Player | None = None, number: Any = NUMBER, day: Any = DAY, **more: Any) -> IssueEvent:
    given = {"official_number": number, "official_date": day} | more
    return link_official_appeal(issue=Issue(pk=story.pk), at=story.now, **(who or story.cast.manager).acts, **given)


def told(story: Story) -> str:
    """The status sentence and the line under it, without their markup."""
    lines = [status_sentence(story.issue, story.now), limit_line(story.issue, story.now) or ""]
    return unescape(strip_tags(" ".join(lines)))


def test_the_link_is_an_event_and_changes_no_date_or_version(story: Story) -> None:
    before = story.accepted().issue
    event = link(story.later(hours=1))
    issue = story.issue
    assert (event.move, event.seq, event.from_status, event.to_status) == (
        "official_appeal_linked", before.rev + 1, before.status, before.status,
    )  # fmt: skip
    assert event.facts == {"official_date": "2026-02-02"}
    assert [(text.key, text.text) for text in event.texts.all()] == [("official_number", NUMBER)]
    assert (issue.official_number, issue.official_date) == (NUMBER, DAY)
    assert (issue.version, issue.due_at, issue.rev, issue.active_at) == (
        before.version, before.due_at, event.seq, story.now,
    )  # fmt: skip
    assert (differences(issue), broken_chains([issue])) == ({}, {})


@pytest.mark.parametrize("role", [role for role in ROLES if role != "system"])
def test_only_a_manager_of_the_ngo_that_holds_the_issue_links_it(story: Story, role: str) -> None:
    story.raised()
    make = partial(link_official_appeal, issue=story.issue, at=story.now, **APPEAL, **acts(story.cast, role))
    if role == "manager":
        assert make().seq == 2
        return
    with pytest.raises(Forbidden, match="manager of the NGO that holds the issue"):
        make()
    assert (story.issue.official_number, story.issue.rev) == ("", 1)


def test_after_a_take_over_it_is_the_new_holders_to_link(story: Story) -> None:
    story.raised().withdrawing().move("take_over", story.cast.other_manager)
    with pytest.raises(Forbidden):
        link(story)
    assert link(story, story.cast.other_manager).facts == {"official_date": "2026-02-02"}


def test_a_suspended_ngo_keeps_this_right(story: Story) -> None:
    story.raised()
    set_standing(organisation=story.cast.ngo, standing=Standing.SUSPENDED, reason="No report.", at=story.now)
    assert link(story).seq == 2


@pytest.mark.parametrize("state", ["raised", "accepted", "answered", "reported", "disputed", "withdrawing"])
def test_any_open_issue_takes_the_link(story: Story, state: str) -> None:
    if state == "withdrawing":
        story.raised()
    getattr(story, state)(*(("supported",) if state in ("answered", "reported", "disputed") else ()))
    link(story)
    assert (story.issue.official_date, differences(story.issue)) == (DAY, {})


def test_neither_a_draft_nor_a_closed_issue_does(story: Story) -> None:
    with pytest.raises(Conflict, match="draft"):
        link(story.draft())
    story.move("submit", story.cast.manager).move("withdraw", story.cast.manager, reason="Solved.")
    with pytest.raises(Conflict, match="closed"):
        link(story)
    with pytest.raises(Forbidden):  # who may not is told just that
        link(story, story.cast.officer)


def test_the_first_link_wins_and_the_very_same_again_changes_nothing(story: Story) -> None:
    first = link(story.raised())
    assert link(story.later(hours=1)) == first
    assert link(story, number=f" {NUMBER} ", day="2026-02-02") == first
    with pytest.raises(Conflict) as caught:
        link(story, number="ЖТ-2")
    assert f"Number: {NUMBER}, date: 02.02.2026. Linked by Manager, Qamqor (en), 02.02.2026 12:00." in str(caught.value)
    assert story.issue.rev == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_of_two_at_once_one_wins(transactional_db: None) -> None:
    story = Story(make_cast()).raised()
    found = at_once([partial(link, story, number=number) for number in ("ЖТ-1", "ЖТ-2")])
    assert sorted(type(each).__name__ for each in found) == ["Conflict", "IssueEvent"]
    assert (story.issue.rev, differences(story.issue)) == (2, {})


@pytest.mark.parametrize(
    "number",
    [
        "",
        None,
        7,
        ["1"],
        "a" * 61 + "1",
        "1" * 10_000,
        "<b>15</b>",
        "15'; --",
        "no digits",
        "15\x00<",
        '15"',
        "15 & 16",
    ],
)
def test_a_number_that_is_none_is_refused_beside_its_field(story: Story, number: Any) -> None:
    story.raised()
    with pytest.raises(Invalid) as caught:
        link(story, number=number)
    assert list(caught.value.errors) == ["official_number"]
    assert (story.issue.official_number, story.issue.rev) == ("", 1)


@pytest.mark.parametrize("number", ["1", "№ 15-08/123", "ЗТ-Ш-2207", "#12", "KZ 2026.1 (2)", "1" * 60])
def test_numbers_as_offices_write_them_are_taken(story: Story, number: str) -> None:
    link(story.raised(), number=number)
    assert story.issue.official_number == number


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (None, "Give the day"), ("", "Give the day"), ("soon", "date that exists"), (MONDAY, "date that exists"),
        (date(1900, 1, 1), "01.07.2021"), (date(2021, 6, 30), "01.07.2021"), (date(2026, 2, 3), "has not come yet"),
        ("9999-12-31", "has not come yet"), ("2026-02-30", "date that exists"),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_refused_beside_its_field(story: Story, day: Any, words: str) -> None:
    story.raised()
    with pytest.raises(Invalid, match=words) as caught:
        link(story, day=day)
    assert list(caught.value.errors) == ["official_date"]


def test_today_in_almaty_is_the_last_day_and_the_first_is_the_codes(story: Story) -> None:
    story.raised().on(almaty(2026, 2, 3, 0, 30))  # still the 2nd in Greenwich
    link(story, day=date(2026, 2, 3))
    assert link(Story(story.cast).raised(), day="2021-07-01").facts == {"official_date": "2021-07-01"}


def test_what_looks_like_a_persons_number_is_kept_only_knowingly(story: Story) -> None:
    iin = "880101300123"
    with pytest.raises(PersonalDataFound):
        link(story.raised(), number=iin)
    assert link(story, number=iin, keep=[hit.token for hit in find(iin)]).facts["kept"] == {"iin": 1}


class TestDrafts:
    def test_a_draft_takes_both_or_neither(self, story: Story) -> None:
        for half, missing in (({"official_number": "1"}, "official_date"), ({"official_date": DAY}, "official_number")):
            with pytest.raises(Invalid) as caught:
                create_draft(**story.cast.manager.acts, at=story.now, **half)
            assert list(caught.value.errors) == [missing]
        story.draft(**APPEAL)
        save = partial(save_draft, at=story.now, **story.cast.representative.acts)
        save(issue=story.issue, official_number="ЖТ-2")
        assert (story.issue.official_number, story.issue.official_date) == ("ЖТ-2", DAY)
        with pytest.raises(Invalid):
            save(issue=story.issue, official_date=None)
        save(issue=story.issue, official_number="", official_date=None)
        assert (story.issue.official_number, story.issue.official_date) == ("", None)

    def test_raising_tells_it_and_the_fold_knows_it(self, story: Story) -> None:
        story.raised(**APPEAL)
        event = story.issue.events.get()
        assert event.facts["official_date"] == "2026-02-02"
        assert event.texts.get(key="official_number").text == NUMBER
        assert differences(story.issue) == {}
        with pytest.raises(Conflict, match="Linked by Manager"):
            link(story, number="ЖТ-2")

    def test_it_goes_along_with_asks_that_go_to_another_body(self, story: Story) -> None:
        story.raised(["One.", "Two."], **APPEAL)
        story.move("redirect", story.cast.signatory, body="ecology", reason="Theirs.", asks=[2])
        linked = Issue.objects.with_parts().get(body_addressed__slug="ecology")
        assert (linked.official_number, linked.official_date) == (NUMBER, DAY)
        assert (differences(linked), broken_chains([linked])) == ({}, {})


class TestWords:
    def test_without_an_appeal_the_limit_is_the_platforms_own(self, story: Story) -> None:
        said_now = told(story.raised())
        assert OWN in said_now
        assert OF_LAW not in said_now
        past = told(story.on(LATE))
        assert "No answer in time." in past
        assert REFUSAL not in past

    def test_with_one_it_is_the_laws_and_silence_a_refusal_from_the_next_moment(self, story: Story) -> None:
        link(story.raised())
        said_now = told(story)
        assert OF_LAW in said_now
        assert f"Registered official appeal: No. {NUMBER}, 2 February 2026." in said_now
        assert OWN not in said_now
        last = almaty(2026, 2, 23, 23, 59)
        assert REFUSAL not in told(story.on(last))
        assert REFUSAL in told(story.on(last + timedelta(minutes=2)))

    def test_one_registered_later_has_its_own_limit(self, story: Story) -> None:
        link(story.raised().on(almaty(2026, 2, 10)), day="2026-02-10")
        assert "registered later, and the law counts from its own date" in told(story)
        assert OF_LAW not in told(story)
        assert REFUSAL not in told(story.on(almaty(2026, 3, 3)))  # the fifteenth working day after the 10th
        assert REFUSAL in told(story.on(almaty(2026, 3, 4)))

    def test_one_registered_on_a_free_day_counts_from_the_next_working_day(self, story: Story) -> None:
        link(
            story.raised().on(almaty(2026, 2, 9)), day="2026-02-07"
        )  # a Saturday; the Monday is the day of registration
        assert REFUSAL not in told(story.on(almaty(2026, 3, 2)))
        assert REFUSAL in told(story.on(almaty(2026, 3, 3)))

    def test_an_extension_holds_off_the_refusal(self, story: Story) -> None:
        story.accepted().move("extend", story.cast.signatory, until=date(2026, 3, 4), reason="An audit.")
        link(story)
        assert OF_LAW in told(story.on(LATE))
        assert REFUSAL in told(story.on(almaty(2026, 3, 5)))

    def test_an_answer_ends_it_however_late(self, story: Story) -> None:
        link(story.accepted())
        story.on(LATE).move("answer", story.cast.signatory, asks=[
            {"n": 1, "verdict": "refused", "ground": "money", "text": "No money."},
        ])  # fmt: skip
        assert REFUSAL not in told(story)
        assert not is_refusal_by_law(story.issue, story.issue.duties.all(), story.now)

    def test_a_dispute_for_no_answer_says_it_too(self, story: Story) -> None:
        link(story.raised())
        story.on(LATE).move("dispute", story.cast.manager, asks=[1], reason="Silence.")
        assert REFUSAL in told(story)

    def test_a_councils_date_is_no_limit_of_the_law(self, story: Story) -> None:
        link(story.raised())
        story.on(LATE).move("dispute", story.cast.manager, asks=[1], reason="Silence.").voted(done=False)
        story.move("conclude_not_done", story.cast.chair, text="Answer.", until=date(2026, 3, 6))
        assert "6 March 2026" in told(story)
        assert OF_LAW not in told(story)
        assert OWN not in told(story)

    def test_the_lapse_is_entered_as_a_refusal_by_law_only_with_an_appeal(self, story: Story) -> None:
        other = Story(story.cast).raised()
        link(story.raised())
        enter_what_is_due(LATE)
        lapse, plain = (each.issue.events.get(move="answer_due") for each in (story, other))
        assert lapse.facts == {"due_on": "2026-02-23", "by_law": "APPC art. 91(2)"}
        assert plain.facts == {"due_on": "2026-02-23"}
        assert link(other.on(LATE)).facts == {"official_date": "2026-02-02", "by_law": "APPC art. 91(2)"}

    def test_what_is_said_of_it_is_escaped(self, story: Story) -> None:
        issue = Issue(official_number="<script>", official_date=DAY)
        assert "<script>" not in str(said(issue))
        assert "&lt;script&gt;" in str(said(issue))
