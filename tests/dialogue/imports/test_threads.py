"""Messages of another register: their order, what they answer, and those whose message is not here."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from dialogue.models import Message
from issues.models import Issue, IssueEvent
from issues.record.chain import broken_chains
from tests.factories.discussions import MAP, hear, hear_file, meaning, said, thread
from tests.factories.people import Cast, make_cast
from tests.factories.registers import jsonl, row, take, taken_issue
from tests.factories.stories import almaty
from tests.issues.test_races import at_once

pytestmark = pytest.mark.django_db


def test_they_go_in_by_their_times_each_with_its_number_and_its_event(tmp_path: Path) -> None:
    found = hear(tmp_path, [said("c", minute=3), said("a", minute=1), said("b", minute=2)])
    assert (found.counts, found.report.threads) == ((3, 0, 0, 0), 1)
    issue = taken_issue()
    messages = Message.objects.filter(issue=issue)
    assert [(each.source_id, each.seq, each.rev) for each in messages] == [("a", 1, 2), ("b", 2, 3), ("c", 3, 4)]
    assert (issue.seq, issue.rev) == (3, 4)
    first = messages[0]
    assert (first.author_name, first.author, first.organisation, first.side) == ("Writer a", None, None, "other")
    assert (first.body_html, first.language) == ("<p>Words of a.</p>\n", "en")
    assert first.at == almaty(2019, 5, 7, 10, 1)
    event = IssueEvent.objects.get(issue=issue, seq=2)
    assert (event.move, event.actor, event.organisation.slug, event.at) == (
        "message_posted", None, "recorded-elsewhere", first.at,
    )  # fmt: skip
    assert event.facts | {"source": ""} == {
        "message": 1, "parent": None, "source": "", "said_on": "2019-05-07", "entered_on": "2026-02-02",
    }  # fmt: skip
    assert {text.key: text.text for text in event.texts.all()} == {"body": "Words of a.", "author": "Writer a"}
    assert broken_chains(Issue.objects.on_legacy()) == {}


def test_deeper_replies_stand_on_the_one_level_and_name_what_they_answer(tmp_path: Path) -> None:
    hear(tmp_path, [said("a"), said("b", "a", 1), said("c", "b", 2), said("d", "c", 3), said("e", "a", 4)])
    assert thread() == [("a", "", ""), ("b", "a", ""), ("c", "a", "b"), ("d", "a", "c"), ("e", "a", "")]


@pytest.mark.parametrize("batch_size", [1, 2, 500])
def test_a_message_may_stand_in_the_file_before_the_one_it_answers(tmp_path: Path, batch_size: int) -> None:
    found = hear(tmp_path, [said("c", "b", 2), said("b", "a", 1), said("a")], batch_size=batch_size)
    assert found.counts == (3, 0, 0, 0)
    assert thread() == [("a", "", ""), ("b", "a", ""), ("c", "a", "b")]


def test_an_answer_that_claims_to_be_older_comes_after_what_it_answers(tmp_path: Path) -> None:
    hear(tmp_path, [said("a", minute=9), said("b", "a", 1), said("c", minute=5)])
    assert [source_id for source_id, *_ in thread()] == ["c", "a", "b"]


@pytest.mark.parametrize("parent", [[], [said("gone", words="  ")], [said("gone", about="8")]])
def test_an_orphan_is_kept_at_the_top_with_its_replies(tmp_path: Path, parent: list[dict[str, Any]]) -> None:
    """Its parent is not in the file, was rejected, or is of another issue."""
    found = hear(tmp_path, [*parent, said("b", "gone", 1), said("c", "b", 2), said("d", minute=3)])
    assert found.report.orphans == 1
    assert thread() == [("b", "", ""), ("c", "b", ""), ("d", "", "")]
    orphans = [each.source_id for each in Message.objects.all() if each.is_orphan]
    assert orphans == ["b"]


def test_those_that_answer_one_another_in_a_circle_are_all_there(tmp_path: Path) -> None:
    found = hear(tmp_path, [said("a", "b", 1), said("b", "a", 2), said("c", "c", 3), said("d", "b", 4)])
    assert found.counts == (4, 0, 0, 2)
    assert thread() == [("a", "", ""), ("b", "a", ""), ("d", "a", "b"), ("c", "", "")]


def test_a_second_time_nothing_is_added(tmp_path: Path) -> None:
    rows = [said("a"), said("b", "a", 1), said("c", "gone", 2)]
    hear(tmp_path, rows)
    before = list(Message.objects.values()), list(IssueEvent.objects.values()), list(Issue.objects.values())
    assert hear(tmp_path, [each | {"words": "Other words."} for each in rows]).counts == (0, 3, 0, 0)
    assert (list(Message.objects.values()), list(IssueEvent.objects.values()), list(Issue.objects.values())) == before


def test_what_is_new_answers_what_was_there(tmp_path: Path) -> None:
    hear(tmp_path, [said("a"), said("b", "a", 1)])
    assert hear(tmp_path, [said("c", "b", 2), said("b", "a", 1)]).counts == (1, 1, 0, 0)
    assert thread() == [("a", "", ""), ("b", "a", ""), ("c", "a", "b")]
    assert broken_chains(Issue.objects.on_legacy()) == {}


def test_an_orphan_names_its_message_once_that_has_come_and_whoever_is_behind_learns_it(tmp_path: Path) -> None:
    hear(tmp_path, [said("a", words=""), said("b", "a", 1)])
    rev = taken_issue().rev
    assert hear(tmp_path, [said("a"), said("b", "a", 1)]).counts == (1, 1, 0, 0)
    assert thread() == [("b", "", "a"), ("a", "", "")], "it stays where it is"
    assert {each.source_id for each in Message.objects.changed_after(rev)} == {"a", "b"}
    assert not any(each.is_orphan for each in Message.objects.all())


def test_ids_are_of_a_thread_and_twice_in_one_is_told(tmp_path: Path) -> None:
    found = hear(tmp_path, [said("1"), said("1", about="8"), said("1", minute=5)])
    assert found.why == {3: "id: It stood in the file before, in line 1."}
    assert (thread("7"), thread("8")) == ([("1", "", "")], [("1", "", "")])


def test_what_cannot_go_in_is_told_with_every_reason(tmp_path: Path) -> None:
    rows = [
        said("a", about="9"), said("b", words=""), said("c", at="soon"), said("", at=None), said("e", at="2031-01-01"),
        said("f", words="x" * 20_001), said("g"),
    ]  # fmt: skip
    found = hear(tmp_path, rows)
    assert found.why == {
        1: "issue: No issue '9' was taken over from 'Old register'. Run import_issues first.",
        2: "body: It is missing: a message has words.",
        3: "at: This is no date: 'soon'. It should be written as 2026-02-28, 2026-02-28T14:30 or 2026-02-28T14:30:00Z.",
        4: "at: It is missing: say when the message was written. id: It is missing.",
        5: "at: It lies in the future: 2031-01-01.",
        6: "body: This is too long. At most, in characters: 20000.",
    }
    assert thread() == [("g", "", "")]


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path) -> None:
    assert hear(tmp_path, [said("a"), said("b", "gone")], dry_run=True).counts == (2, 0, 0, 1)
    assert not Message.objects.exists()
    assert taken_issue().seq == 0


def test_a_file_about_one_issue_names_it_in_the_mapping(tmp_path: Path) -> None:
    take(jsonl(tmp_path, [row("7")], "issues.jsonl"))
    text = MAP.replace('issue = "about"\n', "").replace("[defaults]", '[defaults]\nissue = "7"')
    path = jsonl(tmp_path, [{"id": 1, "to": -1, "at": "2019-05-07", "words": "Ok."}], "messages.jsonl")
    assert hear_file(path, meaning(tmp_path, text)).counts == (1, 0, 0, 0)
    message = Message.objects.get()
    assert (message.source_id, message.author_name, str(message.by)) == ("1", "", "Author not named")


def test_the_database_keeps_members_messages_and_those_taken_over_apart(tmp_path: Path, cast: Cast) -> None:
    hear(tmp_path, [said("a")])
    message = Message.objects.get()
    wrong: list[dict[str, Any]] = [
        {"side": "ngo"}, {"source_id": ""}, {"author": cast.manager.user}, {"organisation": cast.ngo},
        {"author": cast.manager.user, "organisation": cast.ngo, "side": "ngo"},
    ]  # fmt: skip
    for fields in wrong:
        with pytest.raises(IntegrityError, match="message_of_a_member_or_taken_over"), transaction.atomic():
            Message.objects.filter(pk=message.pk).update(**fields)
    again = Message(issue=message.issue, seq=2, rev=2, side="other", source_id="a", body="x", at=message.at)
    with pytest.raises(IntegrityError, match="message_taken_over_once"), transaction.atomic():
        again.save()


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_the_same_file_three_times_at_once(tmp_path: Path) -> None:
    make_cast()
    take(jsonl(tmp_path, [row("7"), row("8")], "issues.jsonl"))
    rows = [said(str(n), str(n // 2), n % 60, about=str(7 + n % 2)) for n in range(1, 60)]
    path, means = jsonl(tmp_path, rows, "messages.jsonl"), meaning(tmp_path)
    told = at_once([partial(hear_file, path, means)] * 3)
    assert (sum(each.report.added for each in told), sum(each.report.unchanged for each in told)) == (59, 118)
    for source_id in ("7", "8"):
        issue = taken_issue(source_id)
        numbers = list(issue.messages.values_list("seq", flat=True))
        assert numbers == list(range(1, issue.seq + 1))
    assert broken_chains(Issue.objects.on_legacy()) == {}
