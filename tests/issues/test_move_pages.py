"""Every built move as a page: form, check, publish; and what the page says when it cannot be."""

from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse

from dialogue.actions import post_message
from issues.forms.registry import MOVE_FORMS, ON_A_DRAFT, act_url
from issues.lifecycle import TRANSITIONS, Capacity, Move, Status
from issues.models import Commitment, IssueEvent
from tests.factories.sampled import one_in
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, in_days, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")

BUILT = sorted({row.move for row in TRANSITIONS if row.who != {Capacity.SYSTEM}})


def answer_to(n: int, story: Story, verdict: str = "supported", days: int = 30) -> dict[str, Any]:
    path = f"asks.{n}"
    said = {f"{path}.verdict": verdict, f"{path}.ground": "law", f"{path}.text": f"Reasons for ask {n}."}
    if verdict != "refused":
        promise = {"text": "Pay all", "unit": "Finance", "due": in_days(story, days).isoformat(), "shows": "Register"}
        said |= {f"{path}.commitments.1.{name}": value for name, value in promise.items()}
    return said


@pytest.mark.parametrize("move", BUILT)
def test_a_built_move_has_a_page_with_a_form(move: Move, story: Story) -> None:
    url = act_url(story.raised().issue, move)
    assert url
    if move not in ON_A_DRAFT:
        assert any(move in page.moves and page.form for page in MOVE_FORMS.values())


@pytest.mark.thorough
def test_the_whole_way_is_walked_on_pages(story: Story) -> None:
    cast = story.raised(["Pay.", "Explain."]).cast
    officer, signatory, manager = (Visitor(story, who) for who in (cast.officer, cast.signatory, cast.manager))
    officer.act("accept", {"unit": "Grants unit", "person": str(cast.officer.user.uuid)})
    officer.act("clarify-request", {"question": "Since when?"})
    assert "Since when?" in text_of(manager.get(manager.page("clarify")))
    manager.act("clarify", {"text": "Since May."})
    signatory.act("extend", {"until": "2026-03-16", "reason": "We ask the regions."})
    signatory.act("answer", answer_to(1, story) | answer_to(2, story, "refused"))
    signatory.act(
        "commitments/add", {"n": "1", "text": "Tell all", "unit": "Press", "due": "2026-05-04", "shows": "Mail"}
    )
    first, second = Commitment.objects.order_by("pk")
    officer.act(f"commitments/{first.pk}/progress", {"progress": "limited", "reason": "Half is paid."})
    signatory.act(f"commitments/{first.pk}/reschedule", {"due": "2026-05-11", "reason": "The bank is slow."})
    signatory.act(f"commitments/{second.pk}/drop", {"reason": "Not needed."})
    signatory.act("report-done", {"evidence.1.text": "All is paid: https://example.org"})
    manager.act("dispute", {"asks": ["1"], "reason": "Half is missing."})
    manager.act("retract", {"reason": "It came."})
    response = manager.act("confirm", {"asks": ["1"]})
    assert (response.status_code, response["Location"]) == (303, f"/en/issues/{story.issue.number}/")
    assert (story.issue.status, story.issue.basis) == (Status.RESOLVED, "confirmed")
    assert [event.move for event in story.issue.events.all()] == [
        "submit", "accept", "clarify_request", "clarify", "extend", "answer", "commitment_add", "commitment_progress",
        "commitment_reschedule", "commitment_drop", "report_done", "dispute", "retract", "confirm",
    ]  # fmt: skip


def test_the_council_votes_and_concludes_on_pages(story: Story) -> None:
    cast = story.disputed("supported").cast
    for member in (cast.chair, *cast.members):
        Visitor(story, member).act("vote", {"opinions.1.done": "not_done"})
    chair = Visitor(story, cast.chair)
    form = text_of(chair.get(chair.page("conclude")))
    assert "Ask 1: for 0, against 3." in form
    assert "Votes needed: 3." in form
    chair.act("conclude", {"outcome": "not_done", "text": "Nothing was paid.", "until": in_days(story, 7).isoformat()})
    assert story.issue.status == Status.IN_PROGRESS
    assert story.issue.disputes.get().conclusion == "Nothing was paid."


def test_a_redirect_goes_to_another_body_with_a_new_receipt(story: Story) -> None:
    cast = story.raised().cast
    signatory = Visitor(story, cast.signatory)
    page = text_of(signatory.get(signatory.page("redirect")))
    assert '<option value="ecology"' in page
    assert '<option value="labour"' not in page  # the body that has it
    signatory.act("redirect", {"body": "ecology", "reason": "It is about air."})
    assert story.issue.body_addressed == cast.rival.organisation


def test_withdrawing_asks_for_a_reason(story: Story) -> None:
    manager = Visitor(story.raised(), story.cast.manager)
    response = manager.post(manager.page("withdraw"), {"reason": " "})
    assert response.status_code == 422
    manager.act("withdraw", {"reason": "Solved otherwise."})
    assert story.issue.status == Status.WITHDRAWN


def test_checking_writes_nothing(story: Story) -> None:
    officer = Visitor(story.raised(), story.cast.officer)
    version, events = story.issue.version, IssueEvent.objects.count()
    response = officer.post(
        officer.page("accept"), {"unit": "Grants unit", "person": str(story.cast.officer.user.uuid)}
    )
    page = text_of(response)
    assert "Grants unit" in page
    assert "Status: Under consideration." in page
    assert 'name="unit" value="Grants unit"' in page
    assert (story.issue.status, story.issue.version, IssueEvent.objects.count()) == ("raised", version, events)


def test_change_goes_back_with_what_was_typed_and_no_errors(story: Story) -> None:
    officer = Visitor(story.raised(), story.cast.officer)
    response = officer.post(officer.page("accept"), {"unit": "Grants unit", "person": "", "change": "1"})
    page = text_of(response)
    assert response.status_code == 200
    assert 'value="Grants unit"' in page
    assert "There is a problem" not in page


def test_every_error_of_an_answer_stands_beside_its_field(story: Story) -> None:
    signatory = Visitor(story.accepted(["Pay.", "Explain."]), story.cast.signatory)
    late = in_days(story, 500).isoformat()
    sent = answer_to(1, story) | {
        "asks.1.commitments.2.text": "More",
        "asks.1.commitments.2.due": late,
        "asks.2.verdict": "refused",
    }
    response = signatory.post(signatory.page("answer"), sent)
    assert response.status_code == 422
    assert set(response.context["move_form"].errors) == {
        "asks.1.commitments.2.unit", "asks.1.commitments.2.shows", "asks.1.commitments.2.due", "asks.2.ground", "asks.2.text",
    }  # fmt: skip
    page = text_of(response)
    assert "<title>Error:" in page
    assert 'href="#id_asks.1.commitments.2.due"' in page
    assert "Ask 1. Commitment 2. By when: A commitment is due within twelve months." in page
    assert "Reasons for ask 1." in page  # what was typed is kept


def test_an_error_in_the_second_commitment_is_shown_there_although_the_first_is_empty(story: Story) -> None:
    signatory = Visitor(story.accepted(), story.cast.signatory)
    sent = answer_to(1, story)
    moved = {name.replace("commitments.1", "commitments.2"): value for name, value in sent.items()}
    moved["asks.1.commitments.2.unit"] = ""
    response = signatory.post(signatory.page("answer"), moved)
    assert set(response.context["move_form"].errors) == {"asks.1.commitments.2.unit"}


def test_a_supported_ask_without_commitment_or_evidence_is_told_so(story: Story) -> None:
    signatory = Visitor(story.accepted(), story.cast.signatory)
    sent = {"asks.1.verdict": "partly", "asks.1.ground": "money", "asks.1.text": "Half."}
    response = signatory.post(signatory.page("answer"), sent)
    assert list(response.context["move_form"].errors) == ["asks.1.commitments.1.text"]


def test_add_another_commitment_keeps_the_rest_and_checks_nothing(story: Story) -> None:
    signatory = Visitor(story.accepted(), story.cast.signatory)
    response = signatory.post(
        signatory.page("answer"), {"asks.1.text": "Half a text", "asks.1.count": "2", "more": "1"}
    )
    page = text_of(response)
    assert response.status_code == 200
    assert 'name="asks.1.commitments.3.text"' in page
    assert 'name="asks.1.count" value="3"' in page
    assert "Half a text" in page
    assert "There is a problem" not in page


def test_a_date_that_is_none_is_told_beside_its_field(story: Story) -> None:
    signatory = Visitor(story.accepted(), story.cast.signatory)
    response = signatory.post(signatory.page("extend"), {"until": "31 February", "reason": "We ask."})
    assert response.status_code == 422
    assert list(response.context["move_form"].errors) == ["until"]


def test_an_extension_past_the_cap_is_refused_beside_the_date(story: Story) -> None:
    signatory = Visitor(story.accepted(), story.cast.signatory)
    assert "Latest possible date: 2 April 2026" in text_of(signatory.get(signatory.page("extend")))
    response = signatory.post(signatory.page("extend"), {"until": "2026-04-03", "reason": "We ask."})
    assert list(response.context["move_form"].errors) == ["until"]


def test_in_progress_only_asks_that_can_be_answered_again_are_asked(story: Story) -> None:
    signatory = Visitor(story.answered("supported", "refused"), story.cast.signatory)
    page = text_of(signatory.get(signatory.page("answer")))
    assert 'name="asks.1.verdict"' not in page
    assert 'name="asks.2.verdict"' in page
    assert 'value="refused"' not in page  # refused already: only support is left
    empty = signatory.post(signatory.page("answer"), {"asks.2.verdict": ""})
    assert "Answer at least one ask." in text_of(empty)
    signatory.act("answer", answer_to(2, story, "partly"))
    assert [ask.verdict for ask in story.issue.asks.all()] == ["supported", "partly"]


def test_evidence_that_stands_may_stay(story: Story) -> None:
    story.accepted(["Pay.", "Explain."])
    done = {"n": 1, "verdict": "supported", "ground": "already_done", "text": "Done.", "evidence": "See the site."}
    promised = {"n": 2, "verdict": "supported", "ground": "law", "text": "Will do.",
                "commitments": [{"text": "T", "unit": "U", "due": in_days(story, 9), "shows": "S"}]}  # fmt: skip
    story.move("answer", story.cast.signatory, asks=[done, promised])
    signatory = Visitor(story, story.cast.signatory)
    assert 'To be shown, as promised: <span lang="en">S</span>' in text_of(signatory.get(signatory.page("report-done")))
    signatory.act("report-done", {"evidence.2.text": "Explained."})
    assert story.issue.status == Status.REPORTED_DONE
    assert [each.text for each in story.issue.evidence.all()] == ["See the site.", "Explained."]


@pytest.mark.parametrize("who", ["manager", "rival", "coordinator", "moderator", "chair"])
def test_whoever_has_no_part_in_a_move_gets_403_and_the_reason(story: Story, who: str) -> None:
    visitor = Visitor(story.raised(), getattr(story.cast, who))
    response = visitor.get(visitor.page("accept"))
    assert response.status_code == 403
    assert "This is for another party, or another role" in text_of(response)


def test_a_representative_cannot_confirm(story: Story) -> None:
    visitor = Visitor(story.reported(), story.cast.representative)
    assert visitor.get(visitor.page("confirm")).status_code == 403


def test_a_visitor_is_asked_to_sign_in_and_comes_back(story: Story) -> None:
    visitor = Visitor(story.raised(), None)
    response = visitor.get(visitor.page("accept"))
    assert response.status_code == 302
    assert response["Location"] == f"/en/accounts/login/?next=/en/issues/{story.issue.number}/accept/"


def test_an_act_that_does_not_exist_is_404(story: Story) -> None:
    visitor = Visitor(story.raised(), story.cast.manager)
    assert visitor.get(visitor.page("delete")).status_code == 404
    assert visitor.get("/issues/2026-999999/accept/").status_code == 404


def test_a_move_whose_time_is_not_now_says_what_happened_instead_of_a_form(story: Story) -> None:
    officer = Visitor(story.accepted(), story.cast.officer)
    response = officer.get(officer.page("accept"))
    assert response.status_code == 409
    page = text_of(response)
    assert "Status: Under consideration." in page
    assert "Last move: Take up the issue (Officer," in page
    assert "<form method" not in page.split("<main")[1]


def test_whoever_comes_second_learns_what_happened_and_keeps_the_text(story: Story) -> None:
    manager = Visitor(story.reported(), story.cast.manager)
    form = manager.get(manager.page("dispute"))
    sent = {"version": form.context["issue"].version, "asks": ["1"], "reason": "Half is missing, see the list."}
    story.later(hours=1).move("confirm", story.cast.manager)
    response = manager.post(manager.page("dispute"), sent, confirmed="1")
    page = text_of(response)
    assert response.status_code == 409
    assert "Status: Resolved." in page
    assert "Half is missing, see the list." in page
    assert story.issue.status == Status.RESOLVED


def test_a_form_opened_before_another_move_is_stale_even_if_the_move_still_fits(story: Story) -> None:
    signatory = Visitor(story.accepted(), story.cast.signatory)
    version = signatory.get(signatory.page("withdraw").replace("withdraw", "answer")).context["issue"].version
    story.move("extend", story.cast.signatory, until=in_days(story, 30), reason="We ask.")
    for more in ({}, {"confirmed": "1"}):
        response = signatory.post(signatory.page("answer"), answer_to(1, story), version=version, **more)
        assert response.status_code == 409
        assert "Reasons for ask 1." in text_of(response)
    assert not story.issue.answers.exists()


def test_confirming_offers_all_that_can_be_confirmed_already_chosen(story: Story) -> None:
    manager = Visitor(story.reported("supported", "refused", "partly"), story.cast.manager)
    page = text_of(manager.get(manager.page("confirm")))
    assert page.count("checked") == 2
    assert 'value="2"' not in page.split("<form method")[1].split("</form>")[0].replace('name="version" value="2"', "")


def test_disagreeing_says_what_opens_it_and_names_only_those_asks(story: Story) -> None:
    manager = Visitor(story.answered("supported", "refused"), story.cast.manager)
    page = text_of(manager.get(manager.page("dispute")))
    assert "the answer refuses or cuts the ask" in page
    assert 'name="asks" value="2"' in page
    assert 'name="asks" value="1"' not in page


def test_a_member_changes_the_vote_and_sees_the_one_before(story: Story) -> None:
    member = Visitor(story.disputed(), story.cast.chair)
    member.act("vote", {"opinions.1.done": "done"})
    assert 'value="done" id="id_opinions.1.done_0" checked' in text_of(member.get(member.page("vote")))
    member.act("vote", {"opinions.1.done": "not_done"})
    assert [each.done for each in story.issue.disputes.get().opinions.all()] == [False]


def test_over_a_refusal_the_council_votes_whether_it_stands(story: Story) -> None:
    story.answered("refused").later(days=1).move("dispute", story.cast.manager, asks=[1], reason="The law says more.")
    member = Visitor(story, story.cast.chair)
    page = text_of(member.get(member.page("vote")))
    assert "The refusal stands" in page
    assert "The refusal does not stand" in page


def test_without_a_quorum_the_chair_is_told_so(story: Story) -> None:
    chair = Visitor(story.disputed(), story.cast.chair)
    response = chair.get(chair.page("conclude"))
    assert response.status_code == 409
    assert "Too few members have voted" in text_of(response)


def test_a_conclusion_against_the_votes_is_409(story: Story) -> None:
    chair = Visitor(story.disputed().voted(done=False), story.cast.chair)
    response = chair.post(chair.page("conclude"), {"outcome": "done", "text": "All is well."})
    assert response.status_code == 409
    assert "do not carry this conclusion" in text_of(response)
    assert "All is well." in text_of(response)


def test_a_conclusion_without_an_outcome_is_422(story: Story) -> None:
    chair = Visitor(story.disputed().voted(done=False), story.cast.chair)
    response = chair.post(chair.page("conclude"), {"text": "All is well."})
    assert list(response.context["move_form"].errors) == ["outcome"]


def test_a_commitment_of_another_issue_is_404(story: Story) -> None:
    story.answered("supported")
    other = Story(story.cast, story.now).answered("supported")
    signatory = Visitor(story, story.cast.signatory)
    theirs = other.issue.commitments.get().pk
    assert signatory.get(signatory.page(f"commitments/{theirs}/drop")).status_code == 404


def test_a_dropped_commitment_no_longer_changes(story: Story) -> None:
    signatory = Visitor(story.answered("supported"), story.cast.signatory)
    mine = story.issue.commitments.get().pk
    signatory.act(f"commitments/{mine}/drop", {"reason": "No money."})
    assert signatory.get(signatory.page(f"commitments/{mine}/progress")).status_code == 409


def test_everybody_reads_the_commitments_and_only_the_body_sees_the_acts(story: Story) -> None:
    story.answered("supported")
    public, signatory = Visitor(story, None), Visitor(story, story.cast.signatory)
    assert "Pay all" in text_of(public.get(public.page("commitments")))
    assert "/drop/" not in text_of(public.get(public.page("commitments")))
    assert "/drop/" in text_of(signatory.get(signatory.page("commitments")))
    assert "/commitments/add/" in text_of(signatory.get(signatory.page("commitments")))


def test_what_people_wrote_is_shown_as_text_never_as_markup(story: Story) -> None:
    officer = Visitor(story.raised(), story.cast.officer)
    page = text_of(officer.post(officer.page("clarify-request"), {"question": "<script>alert(1)</script> **When**?"}))
    assert "<script>" not in page.split("<main")[1]
    assert "<strong>When</strong>?" in page


def test_the_form_shows_the_issue_and_the_last_words_of_its_thread(story: Story) -> None:
    story.accepted()
    for n in range(5):
        post_message(issue=story.issue, **story.cast.manager.acts, body=f"Message {n}", at=story.now)
    page = text_of(Visitor(story, story.cast.signatory).get(f"/issues/{story.issue.number}/answer/"))
    assert [f"Message {n}" in page for n in range(5)] == [False, False, True, True, True]
    assert "Grants are three months late" in page


def test_a_move_of_the_system_has_no_page(story: Story) -> None:
    issue = story.raised().issue
    assert [act_url(issue, move) for move in (Move.ANSWER_DUE, Move.CONFIRM_LAPSE, Move.COUNCIL_LAPSE)] == [None] * 3
    with pytest.raises(NoReverseMatch):
        reverse("move", args=[issue.number, "answer-due"])


HOSTILE = ["\x00", "x" * 30_000, "-1", "9" * 40, "<script>", "\u202e", "2026-02-30", "None"]


@pytest.mark.parametrize(
    ("act", "who", "reach"),
    one_in(4, [
        ("accept", "officer", "raised"), ("redirect", "signatory", "raised"), ("extend", "signatory", "raised"),
        ("answer", "signatory", "accepted"), ("commitments/add", "signatory", "answered"),
        ("report-done", "signatory", "answered"), ("confirm", "manager", "reported"), ("dispute", "manager", "reported"),
        ("vote", "chair", "disputed"), ("conclude", "chair", "voted"), ("withdraw", "manager", "raised"),
    ]),
)  # fmt: skip
def test_whatever_is_sent_is_answered_in_words(story: Story, act: str, who: str, reach: str) -> None:
    {
        "raised": story.raised, "accepted": story.accepted, "answered": lambda: story.answered("supported"),
        "reported": story.reported, "disputed": story.disputed, "voted": lambda: story.disputed().voted(done=False),
    }[reach]()  # fmt: skip
    visitor = Visitor(story, getattr(story.cast, who))
    form = visitor.get(visitor.page(act)).context["move_form"]
    events = story.issue.rev
    for value in HOSTILE:
        response = visitor.post(visitor.page(act), dict.fromkeys(form.fields, value))
        assert response.status_code in (200, 409, 422)
    for version in (*HOSTILE, "", str(story.issue.version + 1)):
        assert visitor.post(visitor.page(act), {"version": version, "confirmed": "1"}).status_code == 409
    assert story.issue.rev == events
