"""The demonstration fits the rules whatever day it is filled, and shows all that contract.md promises."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F

from backend.accounts.models import User
from backend.core.models import Mark
from backend.organisations.models import Kind, Organisation, Role, Standing
from dialogue.demo.cast import NAMED, address
from dialogue.demo.days import WorkingDays
from dialogue.models import Message
from issues.actions import move_issue
from issues.actions.lapses import enter_what_is_due
from issues.calendar import current_calendar
from issues.clock import local_day
from issues.lifecycle import OPEN, Move, Status
from issues.models import Attachment, Basis, Commitment, Issue, IssueEvent, PreparedAnswer, Relation
from issues.official import is_refusal_by_law
from issues.record.chain import broken_chains
from tests.dialogue.serving import served_until_told_to_stop
from tests.factories.database import leading_to, migrated_database
from tests.factories.processes import database_url
from tests.factories.stories import almaty
from tests.project.leftovers import Walk

# An afternoon of work; the holiday after New Year, at night; a Sunday in Nauryz.
TODAYS = [
    almaty(2026, 11, 23, 15),
    *(pytest.param(day, marks=pytest.mark.exhaustive) for day in (almaty(2027, 1, 2, 3), almaty(2026, 3, 22, 12))),
]


@dataclass
class Filled:
    now: datetime
    days: WorkingDays

    def acts(self, who: str) -> dict[str, object]:
        user = User.objects.get(email=address(who))
        seat = user.memberships.select_related("organisation").order_by("since").first()
        assert seat
        return {"actor": user, "organisation": seat.organisation, "at": self.now}


def each_status_has_two_issues_at_least(demo: Filled) -> None:
    count = Counter(Issue.objects.values_list("status", flat=True))
    assert {status: count[status] for status in Status if count[status] < 2} == {}
    assert Issue.objects.count() >= 64


def ngo_and_officer_have_one_of_each(demo: Filled) -> None:
    """Drafts are the NGO's alone; what another register recorded is nobody's."""
    ngo, ministry = demo.acts("ngo")["organisation"], demo.acts("officer")["organisation"]
    of_both = Issue.objects.filter(raised_by=ngo, body_addressed=ministry)
    assert set(of_both.values_list("status", flat=True)) == {str(each) for each in Status} - {Status.RECORDED}


def resolutions_are_of_both_kinds(demo: Filled) -> None:
    resolved = Counter(Issue.objects.filter(status=Status.RESOLVED).values_list("basis", flat=True))
    assert min(resolved[Basis.CONFIRMED], resolved[Basis.COUNCIL]) >= 2


def every_chain_verifies(demo: Filled) -> None:
    assert broken_chains(Issue.objects.public()) == {}


def everything_lies_in_the_past_and_in_order(demo: Filled) -> None:
    events = IssueEvent.objects.filter(issue__origin="platform").order_by("id").values_list("at", flat=True)
    assert list(events) == sorted(events)
    assert events.last() < demo.now
    assert not Issue.objects.filter(active_at__gt=demo.now).exists()


def numbers_follow_the_order_of_raising(demo: Filled) -> None:
    raised = Issue.objects.public().order_by("raised_at").values_list("number", flat=True)
    assert list(raised) == sorted(raised)


def nothing_is_left_for_the_worker_today(demo: Filled) -> None:
    assert enter_what_is_due(demo.now) == 0


def the_clock_has_made_its_own_moves(demo: Filled) -> None:
    moves = set(IssueEvent.objects.filter(actor=None).values_list("move", flat=True))
    assert moves - {"recorded", "answer_recorded"} == {
        Move.CLARIFY_LAPSE, Move.ANSWER_DUE, Move.CONFIRM_LAPSE, Move.COUNCIL_LAPSE,
    }  # fmt: skip


def nearly_every_move_was_made(demo: Filled) -> None:
    made = set(IssueEvent.objects.values_list("move", flat=True))
    assert {
        "submit", "accept", "redirect", "clarify_request", "clarify", "extend", "answer", "commitment_progress",
        "commitment_reschedule", "commitment_drop", "report_done", "confirm", "dispute", "vote", "conclude_done",
        "conclude_not_done", "withdraw", "merge", "out_of_scope", "appeal", "appeal_dismiss", "split_off",
    } <= made  # fmt: skip


def two_issues_have_a_registered_official_appeal_one_of_them_without_an_answer_in_time(demo: Filled) -> None:
    linked = Issue.objects.filter(official_date__isnull=False, status__in=OPEN).prefetch_related("duties")
    assert sorted(is_refusal_by_law(issue, issue.duties.all(), demo.now) for issue in linked) == [False, True]


def joint_measures_are_offered_and_taken_on(demo: Filled) -> None:
    joint = Commitment.objects.filter(owner__kind=Kind.NGO)
    assert {each.result(local_day(demo.now)) for each in joint.select_related("owner")} == {
        "offered",
        "pending",
        "kept",
    }


def answers_are_prepared_waiting_returned_and_changed_by_another(demo: Filled) -> None:
    found = PreparedAnswer.objects.open().filter(issue__body_addressed__slug="labour")
    assert sorted(each.state for each in found) == ["returned", "waiting", "written"]
    assert found.exclude(edited_by=F("made_by")).count() == 1


def some_bodies_are_late_and_some_promises_kept_late_moved_dropped_and_broken(demo: Filled) -> None:
    assert Issue.objects.overdue(demo.now).count() >= 3
    results = Counter(each.result(local_day(demo.now)) for each in Commitment.objects.all())
    assert min(results["kept"], results["late"], results["broken"], results["pending"]) >= 2
    assert Commitment.objects.filter(moves__gte=2).exists()
    assert Commitment.objects.filter(dropped_on__isnull=False).exists()


def disputes_are_of_every_common_cause(demo: Filled) -> None:
    causes = set(Issue.objects.filter(disputes__isnull=False).values_list("disputes__opening", flat=True))
    assert causes == {"no_answer", "refusal", "report", "late"}
    assert Issue.objects.filter(status=Status.DISPUTED, disputes__silent_at__isnull=False).exists()


def council_members_disagree(demo: Filled) -> None:
    votes = Issue.objects.filter(disputes__closed_at__isnull=False).values_list("number", "disputes__opinions__done")
    split = {number for number, _ in votes if {done for other, done in votes if other == number} >= {True, False}}
    assert len(split) >= 4


def the_chair_alone_concludes_done(demo: Filled) -> None:
    assert _concluded_by_the_chair(demo, done=True) == Status.REPORTED_DONE


def the_chair_alone_concludes_not_done(demo: Filled) -> None:
    assert _concluded_by_the_chair(demo, done=False) == Status.IN_PROGRESS


def _concluded_by_the_chair(demo: Filled, *, done: bool) -> str:
    """A dispute before the council at the Ministry of Labour, whose chair is its only member today."""
    issue = Issue.objects.get(
        status=Status.DISPUTED, body_addressed__slug="labour", disputes__opening="report", disputes__closed_at=None
    )
    named = [{"n": each.ask.n, "done": done} for each in issue.disputes.get(closed_at=None).asks.all()]
    move_issue(issue=issue, move=Move.VOTE, opinions=named, **demo.acts("chair"))
    fields = {"text": "Seen."} if done else {"text": "Not seen.", "until": demo.days.on(3)}
    move_issue(issue=issue, move=Move.CONCLUDE_DONE if done else Move.CONCLUDE_NOT_DONE, **fields, **demo.acts("chair"))
    issue.refresh_from_db()
    return str(issue.status)


def the_people_of_the_contract_are_there_with_their_roles(demo: Filled) -> None:
    roles = {
        key: [(seat.role, seat.organisation.slug) for seat in
              User.objects.get(email=address(key)).memberships.active(demo.now).order_by("since")][:1]
        for key in NAMED
    }  # fmt: skip
    assert roles == {
        "ngo": [(Role.MANAGER, "qamqorlyq")],
        "member": [(Role.REPRESENTATIVE, "qamqorlyq")],
        "ngo2": [(Role.MANAGER, "taza-aua")],
        "officer": [(Role.OFFICER, "labour")],
        "signatory": [(Role.SIGNATORY, "labour")],
        "coordinator": [(Role.COORDINATOR, "labour")],
        "rival": [(Role.SIGNATORY, "ecology")],
        "chair": [(Role.CHAIR, "council-labour")],
        "registrar": [(Role.REGISTRAR, "culture-information")],
        "moderator": [(Role.MODERATOR, "platform")],
        "moderator2": [(Role.MODERATOR, "platform")],
        "admin": [],
    }
    assert User.objects.get(email=address("admin")).is_superuser


def one_ngo_is_suspended_with_a_reason_and_one_waits(demo: Filled) -> None:
    ngos = Organisation.objects.filter(kind=Kind.NGO)
    assert Counter(ngos.values_list("standing", flat=True)) == {
        Standing.VERIFIED: 12, Standing.SUSPENDED: 1, Standing.PENDING: 1,
    }  # fmt: skip
    assert ngos.get(standing=Standing.SUSPENDED).standing_reason


def two_problems_came_up_again_and_others_belong_together(demo: Filled) -> None:
    kinds = Counter(Relation.objects.standing().values_list("kind", flat=True))
    assert (kinds["recurs"], kinds["related"] >= 2) == (2, True)
    again = Relation.objects.filter(kind="recurs").values_list("issue__status", "other__basis")
    assert sorted(again) == [("raised", "confirmed"), ("under_consideration", "council")]


def an_addendum_carries_a_file(demo: Filled) -> None:
    assert Attachment.objects.published().filter(addendum__isnull=False).count() == 1


def no_ngo_has_more_than_ten_open_issues_with_one_body(demo: Filled) -> None:
    pairs = Counter(Issue.objects.filter(status__in=OPEN).values_list("raised_by", "body_addressed"))
    assert max(pairs.values()) <= 10


def the_discussions_are_in_all_three_languages(demo: Filled) -> None:
    lengths = Counter(Message.objects.values_list("issue", flat=True))
    assert max(lengths.values()) >= 8
    assert Message.objects.filter(parent__isnull=False).count() >= 30
    assert set(Message.objects.values_list("language", flat=True)) == {"kk", "ru", "en"}


def no_page_has_a_word_left_over_in_kazakh(demo: Filled) -> None:
    _walked("kk")


def no_page_has_a_word_left_over_in_russian(demo: Filled) -> None:
    _walked("ru")


def _walked(language: str) -> None:
    walk = Walk(language)
    walk.as_everybody()
    assert walk.faults == {}
    assert len({kind[-2:] for kind in walk.kinds}) > 70
    assert {200, 403, 404, 422} <= set(walk.answers)
    assert 500 not in walk.answers


CHECKS = (
    each_status_has_two_issues_at_least,
    ngo_and_officer_have_one_of_each,
    resolutions_are_of_both_kinds,
    every_chain_verifies,
    everything_lies_in_the_past_and_in_order,
    numbers_follow_the_order_of_raising,
    nothing_is_left_for_the_worker_today,
    the_clock_has_made_its_own_moves,
    nearly_every_move_was_made,
    two_issues_have_a_registered_official_appeal_one_of_them_without_an_answer_in_time,
    joint_measures_are_offered_and_taken_on,
    some_bodies_are_late_and_some_promises_kept_late_moved_dropped_and_broken,
    disputes_are_of_every_common_cause,
    council_members_disagree,
    the_chair_alone_concludes_done,
    the_chair_alone_concludes_not_done,
    the_people_of_the_contract_are_there_with_their_roles,
    one_ngo_is_suspended_with_a_reason_and_one_waits,
    two_problems_came_up_again_and_others_belong_together,
    an_addendum_carries_a_file,
    no_ngo_has_more_than_ten_open_issues_with_one_body,
    the_discussions_are_in_all_three_languages,
    no_page_has_a_word_left_over_in_kazakh,
    no_page_has_a_word_left_over_in_russian,
)


@pytest.fixture
def empty(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Django's connection leads to a database of these tests alone, migrated and empty."""
    with (
        django_db_blocker.unblock(),
        migrated_database(f"{connection.settings_dict['NAME']}_demo") as name,
        leading_to(name),
    ):
        yield


@pytest.mark.long
@pytest.mark.thorough
@pytest.mark.parametrize("now", TODAYS, ids=lambda now: f"{now:%Y-%m-%d}")
def test_the_demonstration_filled_on(
    now: datetime, empty: None, subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One filling, by the command, for all checks of that day and for serving; each check leaves it as it was."""
    monkeypatch.setattr("dialogue.management.commands.demo.timezone", SimpleNamespace(now=lambda: now))
    monkeypatch.setenv("DEMO_PASSWORD", "said-by-us")
    call_command("demo", no_serve=True)
    demo = Filled(now, WorkingDays(local_day(now), current_calendar()))
    for check in CHECKS:
        with subtests.test(check.__name__.replace("_", " ")), transaction.atomic():
            check(demo)
            transaction.set_rollback(True)
    with subtests.test("the command serves it and stops when told"):
        served_until_told_to_stop(database_url())
        assert Mark.objects.count() == 1


def test_the_days_are_counted_from_the_last_working_one() -> None:
    """Saturday 2 January 2027 lies in the New Year holidays; Monday the 4th is free as well."""
    days = WorkingDays(local_day(almaty(2027, 1, 2, 3)), current_calendar())
    assert [f"{days.on(number):%d.%m.%y}" for number in (-2, -1, 0, 1)] == [
        "30.12.26",
        "31.12.26",
        "05.01.27",
        "06.01.27",
    ]
    moment = days.at(-1, "anything")
    assert almaty(2026, 12, 31, 9) < moment < almaty(2026, 12, 31, 17)
    assert days.at(-1, "anything") - moment == timedelta(0)
