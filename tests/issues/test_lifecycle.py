"""The move table itself, and that the labels are those of domain.md. No database."""

import pytest
from django.utils import translation

from issues.actions.engine import HANDLERS
from issues.conditions import HOLDS
from issues.lifecycle import (
    BEFORE_ANSWER,
    CLOSED,
    OPEN,
    TRACKER,
    TRANSITIONS,
    Capacity,
    Move,
    Need,
    Status,
    Target,
    rows_for,
)

LABELS = {
    "draft": ("Draft", "Қаралама", "Черновик"),
    "raised": ("Raised", "Тіркелді", "Зарегистрирована"),
    "under_consideration": ("Under consideration", "Қаралуда", "На рассмотрении"),
    "clarification": ("Question to the NGO", "ҮЕҰ-дан нақтылау сұралды", "Запрошено уточнение у НПО"),
    "in_progress": ("In progress", "Орындалуда", "Исполняется"),
    "reported_done": (
        "Reported done, NGO to confirm", "Орындалды делінді, ҮЕҰ растауын күтуде", "Исполнено, ждёт подтверждения НПО",
    ),
    "disputed": ("NGO disagrees", "ҮЕҰ келіспейді", "НПО не согласна"),
    "resolved": ("Resolved", "Шешілді", "Решена"),
    "unconfirmed": ("Closed, NGO did not reply", "ҮЕҰ жауабынсыз жабылды", "Закрыта без ответа НПО"),
    "refused": ("Refused", "Бас тартылды", "Отказано"),
    "withdrawn": ("Withdrawn by the NGO", "ҮЕҰ кері қайтарып алды", "Отозвана НПО"),
    "duplicate": ("Merged", "Біріктірілді", "Объединена"),
    "out_of_scope": ("Out of scope", "Құзыреттен тыс", "Вне рамок платформы"),
    "recorded": ("Recorded elsewhere", "Басқа жерде тіркелген", "Учтена в другом реестре"),
}  # fmt: skip


def test_the_groups_of_statuses_are_those_of_domain_md() -> None:
    assert {"raised", "under_consideration", "clarification"} == BEFORE_ANSWER
    assert BEFORE_ANSWER | {"in_progress", "reported_done", "disputed"} == OPEN
    assert {
        "resolved", "unconfirmed", "refused", "withdrawn", "duplicate", "out_of_scope", "recorded",
    } == CLOSED  # fmt: skip
    assert [key for key, _ in TRACKER] == [
        "raised", "under_consideration", "answered", "in_progress", "reported_done", "resolved",
    ]  # fmt: skip


@pytest.mark.parametrize("status", Status)
def test_a_status_is_called_what_domain_md_calls_it(status: Status) -> None:
    for language, label in zip(("en", "kk", "ru"), LABELS[status], strict=True):
        with translation.override(language):
            assert str(status.label) == label


def test_every_move_has_a_handler() -> None:
    assert HANDLERS.keys() == {row.move for row in TRANSITIONS}
    assert set(HOLDS) == set(Need)


def test_no_move_of_a_state_body_closes_an_issue_other_than_by_refusing_it() -> None:
    """The last sentence of the table: it can only report done. Redirects and answers go on; nothing deletes or hides."""
    state = {Capacity.OFFICER, Capacity.SIGNATORY, Capacity.NEW_SIGNATORY}
    reached = {target for row in TRANSITIONS if row.who & state for target in row.targets}
    assert reached & {*CLOSED, Target.DELETED, Target.BEFORE} == {Status.REFUSED}
    assert {row.move for row in TRANSITIONS if row.who & state and Status.REFUSED in row.targets} == {Move.ANSWER}


def test_only_the_ngo_or_the_council_resolves() -> None:
    resolving = [row for row in TRANSITIONS if Status.RESOLVED in row.targets]
    assert {(row.move, *row.who) for row in resolving} == {
        ("confirm", "ask_owner"), ("conclude_done", "council_chair"),
    }  # fmt: skip


def test_disputing_begins_in_every_status_in_which_the_body_has_something_to_show() -> None:
    sources = {status for row in rows_for(Move.DISPUTE) for status in row.sources}
    assert sources == BEFORE_ANSWER | {"in_progress", "reported_done", "unconfirmed", "refused"}


def test_suspension_stops_submitting_and_taking_over_and_no_right_in_a_raised_issue() -> None:
    assert {row.move for row in TRANSITIONS if row.verified} == {Move.SUBMIT, Move.TAKE_OVER}


def test_a_final_status_has_no_way_out() -> None:
    for status in (Status.RESOLVED, Status.WITHDRAWN, Status.RECORDED):
        assert [row.move for row in TRANSITIONS if status in row.sources] == []
    for status in OPEN:
        assert any(row.move == Move.WITHDRAW for row in TRANSITIONS if status in row.sources)
