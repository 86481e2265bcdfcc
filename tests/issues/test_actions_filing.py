"""Filing: submitting, accepting, asking the NGO, withdrawing; who acts for whom."""

from datetime import date, datetime, timedelta

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.actions import end_membership, set_standing
from backend.organisations.models import Organisation, Role, Standing
from issues.actions import create_draft, move_issue, save_draft
from issues.clock import end_of_day
from issues.lifecycle import Status
from issues.models import Ask, Duty, Issue, IssueEvent, Outcome
from tests.factories.people import organisation, player
from tests.factories.refusals import refused
from tests.factories.stories import Story, almaty


def due_dates(issue: Issue) -> dict[str, date]:
    """Of the open duties, by kind."""
    return dict(Duty.objects.open().filter(issue=issue).values_list("kind", "due_on"))


def test_a_submission_opens_the_bodys_duties_with_their_dates(story: Story) -> None:
    issue = story.raised().issue
    tenure = issue.responsibilities.get()
    assert due_dates(issue) == {
        "accept": date(2026, 2, 5),
        "redirect": date(2026, 2, 5),
        "answer": date(2026, 2, 23),
    }
    assert (tenure.registered_on, tenure.original_due_on, tenure.due_on, tenure.hop) == (
        date(2026, 2, 2), date(2026, 2, 23), date(2026, 2, 23), 0,
    )  # fmt: skip
    assert (issue.status, issue.owed_by, issue.due_at) == ("raised", "body", end_of_day(date(2026, 2, 23)))
    event = issue.events.get()
    assert (event.seq, event.move, event.from_status, event.to_status) == (1, "submit", "draft", "raised")
    assert event.facts["number"] == issue.number
    assert {text.key for text in event.texts.all()} == {"title", "body", "ask.1"}


@pytest.mark.parametrize(
    ("at", "registered", "due", "why"),
    [
        (almaty(2026, 2, 6, 18, 30), date(2026, 2, 6), date(2026, 2, 27), "18:30 is still in time"),
        (almaty(2026, 2, 6, 18, 31), date(2026, 2, 9), date(2026, 3, 2), "Friday evening: Monday"),
        (almaty(2026, 2, 7, 9, 0), date(2026, 2, 9), date(2026, 3, 2), "Saturday: Monday"),
        (almaty(2025, 12, 31, 19, 0), date(2026, 1, 5), date(2026, 1, 27), "1, 2 January, a weekend; 7 January is off"),
    ],
)
def test_what_is_submitted_after_hours_is_registered_on_the_next_working_day(
    story: Story, at: datetime, registered: date, due: date, why: str
) -> None:
    tenure = story.on(at).raised().issue.responsibilities.get()
    assert (tenure.registered_on, tenure.original_due_on) == (registered, due), why


def test_the_number_is_of_the_year_of_submission_and_counts_on(story: Story) -> None:
    first = story.on(almaty(2025, 12, 31, 19)).raised().issue.number
    second = story.on(almaty(2025, 12, 31, 23, 59)).raised().issue.number
    third = story.on(almaty(2026, 1, 1, 0, 0)).raised().issue.number
    assert first
    assert second == f"2025-{int(first[5:]) + 1:06d}"
    assert third
    assert third.startswith("2026-")


def test_an_unfinished_draft_is_told_all_that_is_missing(story: Story) -> None:
    story.draft(asks=[], title="", body=" ", topic=None, region=None, language="", body_addressed=None)
    error = refused(story, Invalid, "submit", story.cast.manager)
    assert error.errors.keys() == {"title", "body", "topic", "region", "language", "asks", "body_addressed"}


def test_an_ngo_has_at_most_ten_open_issues_with_one_body(story: Story) -> None:
    for _ in range(10):
        story.raised()
    tenth = story.pk
    story.draft()
    assert "10" in str(refused(story, Conflict, "submit", story.cast.manager))
    eleventh, story.pk = story.pk, tenth
    story.move("withdraw", story.cast.manager, reason="Solved otherwise.")
    story.pk = eleventh
    assert story.move("submit", story.cast.manager).issue.status == Status.RAISED


def test_ten_open_issues_with_one_body_do_not_stop_one_with_another(story: Story) -> None:
    for _ in range(10):
        story.raised()
    assert story.raised(body_addressed=story.cast.rival.organisation).issue.status == Status.RAISED


@pytest.mark.parametrize(
    ("day", "valid"), [((2026, 1, 31), False), ((2026, 2, 1), True), ((2026, 2, 28), True), ((2026, 3, 1), False)]
)
def test_the_body_must_exist_on_the_day_of_submission(story: Story, day: tuple[int, int, int], valid: bool) -> None:
    body = organisation("digital", "state_body", valid_from=date(2026, 2, 1), valid_to=date(2026, 2, 28))
    story.on(almaty(*day, 23, 59)).draft(body_addressed=body)
    if valid:
        assert story.move("submit", story.cast.manager).issue.body_addressed == body
    else:
        assert refused(story, Invalid, "submit", story.cast.manager).errors.keys() == {"body_addressed"}


@pytest.mark.parametrize("standing", [Standing.PENDING, Standing.SUSPENDED])
def test_an_ngo_that_is_not_verified_drafts_but_does_not_submit(story: Story, standing: Standing) -> None:
    story.draft()
    set_standing(organisation=story.cast.ngo, standing=standing, reason="No report for 2024.")
    story.cast.ngo.refresh_from_db()
    save_draft(issue=story.issue, **story.cast.representative.acts, title="Another title")
    refused(story, Forbidden, "submit", story.cast.manager)
    assert story.issue.title == "Another title"


def test_a_suspension_stops_a_submission_already_on_its_way(story: Story) -> None:
    """The request read the NGO while it was verified; the action reads it again under lock."""
    story.draft()
    Organisation.objects.filter(pk=story.cast.ngo.pk).update(standing=Standing.SUSPENDED)
    assert story.cast.manager.organisation.is_verified  # what the request still believes
    refused(story, Forbidden, "submit", story.cast.manager)


def test_a_suspended_ngo_keeps_its_rights_in_issues_already_raised(story: Story) -> None:
    cast = story.cast
    story.accepted(["Ask 1", "Ask 2"]).move("clarify_request", cast.officer, question="Which?")
    set_standing(organisation=cast.ngo, standing=Standing.SUSPENDED, reason="No report for 2024.")
    cast.ngo.refresh_from_db()
    story.move("clarify", cast.representative, text="Those of January.")
    story.on(almaty(2026, 2, 24)).move("dispute", cast.manager, asks=[1, 2], reason="No answer.")
    story.move("retract", cast.manager, reason="They called.")
    evidence = [{"n": n, "verdict": "supported", "ground": "law", "text": "Yes.", "evidence": "Paid."} for n in (1, 2)]
    story.move("answer", cast.signatory, asks=evidence)
    story.move("confirm", cast.manager, asks=[1])
    story.move("withdraw", cast.manager, reason="We stop here.")
    assert story.issue.status == Status.WITHDRAWN


def test_who_left_the_organisation_can_do_nothing_from_that_moment(story: Story) -> None:
    story.raised()
    leaving = story.now + timedelta(hours=1)
    end_membership(membership=story.cast.officer.membership, at=leaving)
    story.on(leaving)
    refused(story, Forbidden, "accept", story.cast.officer, unit="Unit", person=story.cast.signatory.user)
    story.on(leaving - timedelta(seconds=1)).move(
        "accept", story.cast.officer, unit="Unit", person=story.cast.signatory.user
    )
    assert story.issue.status == Status.UNDER_CONSIDERATION


def test_a_person_acts_only_for_their_own_organisation(story: Story) -> None:
    story.raised()
    with pytest.raises(Forbidden):
        move_issue(
            issue=story.issue, move="accept", actor=story.cast.manager.user, organisation=story.cast.ministry,
            at=story.now, unit="Unit", person=story.cast.officer.user,
        )  # fmt: skip
    with pytest.raises(Forbidden):
        move_issue(issue=story.issue, move="withdraw", actor=story.cast.manager.user, organisation=None, reason="No")


def test_accepting_names_a_unit_and_a_person_of_the_body(story: Story) -> None:
    cast = story.raised().cast
    error = refused(story, Invalid, "accept", cast.officer, unit=" ", person=cast.manager.user)
    assert error.errors.keys() == {"unit", "person"}
    story.later(hours=3).move("accept", cast.signatory, unit="Grants\r\n unit", person=str(cast.officer.user.uuid))
    tenure = story.issue.responsibilities.get()
    assert (tenure.unit, tenure.person, tenure.accepted_at) == ("Grants unit", cast.officer.user, story.now)
    assert due_dates(story.issue) == {"redirect": date(2026, 2, 5), "answer": date(2026, 2, 23)}
    assert story.issue.duties.get(kind="accept").met_at == story.now
    refused(story, Conflict, "accept", cast.officer, unit="Unit", person=cast.officer.user)


def test_one_question_per_responsibility_and_the_answers_clock_runs_on(story: Story) -> None:
    cast = story.raised().cast
    story.move("clarify_request", cast.officer, question="Which grants?")
    tenure = story.issue.responsibilities.get()
    assert (tenure.accepted_at, tenure.person) == (story.now, cast.officer.user)
    assert story.issue.duties.get(kind="accept").met_at == story.now
    assert due_dates(story.issue)["clarify"] == date(2026, 2, 16)
    assert (story.issue.due_at, story.issue.owed_by) == (end_of_day(date(2026, 2, 23)), "body")
    story.later(days=4).move("clarify", cast.representative, text="Those of January.")
    assert (story.issue.due_at, story.issue.owed_by) == (end_of_day(date(2026, 2, 23)), "body")
    assert "clarify" not in due_dates(story.issue)
    assert "once" not in str(refused(story, Conflict, "clarify_request", cast.officer, question="And?"))


def test_withdrawing_ends_all_that_was_owed_and_closes_the_dispute(story: Story) -> None:
    story.disputed().move("withdraw", story.cast.manager, reason="We go to court.")
    issue = story.issue
    assert (issue.status, issue.due_at, issue.owed_by, issue.closed_at) == ("withdrawn", None, "", story.now)
    assert due_dates(issue) == {}
    assert issue.responsibilities.get().ended_by == "withdraw"
    assert issue.disputes.get().outcome == Outcome.WITHDRAWN


def test_a_discarded_draft_leaves_nothing(story: Story) -> None:
    story.draft().move("discard", story.cast.representative)
    assert not Issue.objects.filter(pk=story.pk).exists()
    assert not Ask.objects.filter(issue=story.pk).exists()
    assert not IssueEvent.objects.filter(issue=story.pk).exists()
    with pytest.raises(Conflict):
        story.move("submit", story.cast.manager)


def test_a_body_without_a_signatory_is_acted_for_by_its_parents(story: Story) -> None:
    cast = story.cast
    department = organisation("grants-department", "state_body", parent=cast.ministry)
    officer = player("department_officer", department, Role.OFFICER)
    story.raised(body_addressed=department).move("accept", officer, unit="Desk", person=officer.user)
    refused(story, Forbidden, "extend", cast.rival, until=date(2026, 3, 2), reason="No.")
    refused(story, Forbidden, "clarify_request", cast.officer, question="The parent's officers make no move here.")
    story.move("extend", cast.signatory, until=date(2026, 3, 2), reason="We ask the regions.")
    event = story.issue.events.latest("seq")
    assert (event.actor, event.organisation) == (cast.signatory.user, cast.ministry)
    own = player("department_head", department, Role.SIGNATORY)
    refused(story, Forbidden, "redirect", cast.signatory, body="ecology", reason="Theirs.")
    end_membership(membership=own.membership, at=story.now)
    story.move("redirect", cast.signatory, body="ecology", reason="Theirs.")
    assert story.issue.body_addressed == cast.rival.organisation


class TestDrafts:
    def test_a_draft_belongs_to_its_ngo(self, story: Story) -> None:
        story.draft()
        for other in (story.cast.other_manager, story.cast.officer, story.cast.moderator):
            with pytest.raises(Forbidden):
                save_draft(issue=story.issue, **other.acts, title="Taken")
        with pytest.raises(Forbidden):
            create_draft(**story.cast.officer.acts, title="A ministry's wish")
        assert story.issue.title == "Grants are three months late"

    def test_a_stale_version_is_told_and_not_overwritten(self, story: Story) -> None:
        version = story.draft().issue.version
        save_draft(issue=story.issue, **story.cast.manager.acts, version=version, title="First")
        with pytest.raises(Conflict):
            save_draft(issue=story.issue, **story.cast.representative.acts, version=version, title="Second")
        assert (story.issue.title, story.issue.version) == ("First", version + 1)
        refused(story, Conflict, "submit", story.cast.manager, version=version)

    def test_a_published_issue_is_no_draft_any_more(self, story: Story) -> None:
        story.raised()
        with pytest.raises(Conflict, match=str(story.issue.number)):
            save_draft(issue=story.issue, **story.cast.manager.acts, title="Quietly changed")
        refused(story, Conflict, "discard", story.cast.manager)

    def test_asks_are_renumbered_and_belong_to_the_ngo(self, story: Story) -> None:
        story.draft(asks=["Pay.", "  ", "Explain."])
        assert [(ask.n, ask.text, ask.owner) for ask in story.issue.asks.all()] == [
            (1, "Pay.", story.cast.ngo), (2, "Explain.", story.cast.ngo),
        ]  # fmt: skip
        with pytest.raises(Invalid):
            story.draft(asks=[f"Ask {n}" for n in range(11)])
