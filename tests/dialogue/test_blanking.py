"""Blanking a text of the record: by whom, once, wherever it is shown, and the chain still verifies."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db.models import TextField

from backend.core.errors import Conflict, Forbidden, Invalid
from dialogue.models import PrivateNote, Report
from issues.actions import blank_text
from issues.models import EventText, Issue, IssueEvent, PreparedAnswer
from issues.record.chain import broken_chains
from issues.record.copies import elsewhere
from tests.dialogue.told_in_full import (
    KINDS,
    KINDS_ELSEWHERE,
    kind_of,
    told_elsewhere,
    told_in_full,
    word_in,
    words_in_rows,
)
from tests.factories.people import Player
from tests.factories.stories import Story
from tests.issues.matrix.roles import ROLES, acts
from tests.issues.visiting import Visitor, text_of


def blank(
    story: Story, event: Any = 1, key: Any = "body", code: Any = "on_request", who: Player | None = None
) -> IssueEvent:
    acts = (who or story.cast.moderator).acts
    return blank_text(issue=Issue(pk=story.pk), event=event, key=key, code=code, at=story.later(minutes=1).now, **acts)


def test_it_is_an_event_that_names_the_text_and_the_reason(story: Story) -> None:
    before = story.raised(language="ru").issue
    event = blank(story)
    issue = story.issue
    assert (event.seq, event.move, event.from_status, event.to_status) == (2, "text_blanked", "raised", "raised")
    assert event.facts == {"blanked": [{"event": 1, "key": "body"}], "code": "on_request"}
    assert (event.actor, event.organisation.slug) == (story.cast.moderator.user, "platform")  # type: ignore[union-attr]
    assert event.texts.count() == 0
    assert (issue.rev, issue.version) == (2, before.version), "no body's answer is stopped by it"
    text = EventText.objects.get(event__seq=1, key="body")
    assert (text.text, bytes(text.salt), text.blanked_at) == ("", b"", story.now)
    assert (issue.body, issue.body_html) == ("[Персональные данные удалены]", "<p>[Персональные данные удалены]</p>\n")
    assert broken_chains([issue]) == {}


@pytest.mark.parametrize(
    ("language", "stub"),
    [
        ("kk", "[Жеке деректер алып тасталды]"),
        ("en-GB", "[Personal data removed]"),
        ("uz", "[Жеке деректер алып тасталды]"),
    ],
)
def test_the_stub_is_in_the_language_of_the_text(story: Story, language: str, stub: str) -> None:
    story.raised(language=language)
    blank(story, key="ask.1")
    assert story.issue.asks.get().text == stub


def test_moderators_alone_blank_whatever_the_issue_has_become(story: Story) -> None:
    story.reported().move("confirm", story.cast.manager)
    before = story.issue
    for role in ROLES:
        if role in ("moderator", "other_moderator", "system"):
            continue
        with pytest.raises(Forbidden, match="moderators"):
            blank_text(issue=before, event=1, key="body", code="on_request", at=story.now, **acts(story.cast, role))
    assert story.issue.rev == before.rev
    blank(story)
    assert story.issue.status == "resolved"


def test_the_second_is_told_who_was_first(story: Story) -> None:
    story.raised()
    blank(story)
    when = story.now
    with pytest.raises(Conflict) as caught:
        blank(story, who=story.cast.other_moderator, code="nonsense")
    assert "(Moderator, Birge" in str(caught.value)
    assert when.strftime("%d.%m.%Y %H:%M") in str(caught.value)
    assert story.issue.rev == 2


@pytest.mark.parametrize(
    ("fields", "named"),
    [({"code": ""}, "code"), ({"code": "insult"}, "code"), ({"event": 2}, "key"), ({"key": "nothing"}, "key")],
)
def test_a_text_that_is_there_and_a_reason_of_the_list(story: Story, fields: Any, named: str) -> None:
    story.raised()
    with pytest.raises(Invalid) as caught:
        blank(story, **fields)
    assert caught.value.errors.keys() == {named}
    assert story.issue.rev == 1


def test_an_issue_that_was_deleted_is_a_conflict(story: Story) -> None:
    story.draft().move("discard", story.cast.manager)
    with pytest.raises(Conflict):
        blank(story)


@pytest.mark.thorough
def test_every_text_is_blanked_for_itself_and_then_stands_in_no_row(story: Story) -> None:
    told_in_full(story)
    texts = list(EventText.objects.select_related("event").order_by("pk"))
    assert {kind_of(text) for text in texts} == KINDS
    words = [word_in(text.text) for text in texts]
    assert len(set(words)) == len(words)
    before = story.issue.rev
    for n, text in enumerate(texts, 1):
        assert words_in_rows() == set(words[n - 1 :])
        blank(story, text.event.seq, text.key)
    assert words_in_rows() == set()
    issue = story.issue
    assert issue.rev == before + len(texts)
    assert list(issue.events.values_list("seq", flat=True)) == list(range(1, issue.rev + 1))
    assert broken_chains([issue]) == {}


def test_a_conclusion_that_it_is_done_is_blanked_as_well(story: Story) -> None:
    story.disputed().voted(done=True).move("conclude_done", story.cast.chair, text="Paid to Aigul N.")
    blank(story, story.issue.rev, "text")
    dispute = story.issue.disputes.get()
    assert (dispute.conclusion, dispute.conclusion_html) == (
        "[Personal data removed]", "<p>[Personal data removed]</p>\n",
    )  # fmt: skip


def test_what_goes_from_issue_to_issue_is_blanked_in_each_record_and_then_stands_in_no_row(story: Story) -> None:
    told_elsewhere(story)
    texts = list(EventText.objects.filter(text__contains="zq").select_related("event__issue").order_by("pk"))
    assert {kind_of(text) for text in texts} - KINDS == KINDS_ELSEWHERE
    for text in texts:
        left = {each.pk for each in texts if each.text == text.text and each.pk > text.pk}
        assert {each.pk for each in elsewhere(text)} == left, "the moderator is led to each copy that is left"
        blank_text(issue=text.event.issue, event=text.event.seq, key=text.key, code="on_request",
                   at=story.later(minutes=1).now, **story.cast.moderator.acts)  # fmt: skip
        assert (word_in(text.text) in words_in_rows()) == bool(left)
    assert words_in_rows() == set()
    assert broken_chains(Issue.objects.all()) == {}


def test_the_unit_that_a_restored_issue_goes_on_with_is_blanked_as_well(story: Story) -> None:
    """And not the one that another body names later."""
    cast = story.accepted().cast
    accepted = story.issue.rev
    story.move("out_of_scope", cast.moderator, code="court").move("appeal", cast.manager, reason="It is none.")
    story.later(hours=1).move("restore", cast.other_moderator, reason="It is none.")
    story.move("redirect", cast.signatory, body="ecology", reason="It is theirs.").later(hours=1)
    story.move("accept", cast.rival_officer, unit="Air unit", person=cast.rival_officer.user)
    blank(story, accepted, "unit")
    units = list(story.issue.responsibilities.order_by("pk").values_list("unit", flat=True))
    assert units == ["[Personal data removed]", "[Personal data removed]", "Air unit"]


def test_every_column_for_what_people_write_is_known_to_blanking() -> None:
    """A new one fails here: say in `issues.record.copies` of which event its text is, tell it in a story, and add it."""
    columns = {
        f"{model.__name__}.{field.name}"
        for name in ("issues", "dialogue")
        for model in apps.get_app_config(name).get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, TextField)
        and not field.name.endswith("_html")
        and model not in (PreparedAnswer, PrivateNote, Report)
    }  # what a body prepares or notes, and what is reported, is told to nobody else; once published, it is an answer's text
    assert columns == {
        "EventText.text", "Issue.body", "Ask.text", "AskAnswer.text", "Evidence.text", "Commitment.text",
        "Commitment.shows", "Dispute.reason", "Dispute.conclusion", "RedirectProposal.reason", "Ruling.appeal_reason",
        "Ruling.answer", "Addendum.text", "Message.body",
    }  # fmt: skip


def test_what_a_merge_a_split_an_appeal_and_its_review_say_is_blanked_where_it_is_shown(story: Story) -> None:
    cast = story.cast
    kept = Story(cast, story.now - timedelta(1)).raised(by=cast.other_manager)
    story.raised(["Pay zq1z.", "Explain."]).move("merge", cast.moderator, into=kept.issue.number)
    blank(kept.on(story.now), kept.issue.rev, "ask.2")
    assert kept.issue.asks.get(n=2).text == "[Personal data removed]"
    assert story.issue.asks.get(n=1).text == "Pay zq1z.", "each issue's record for itself"
    story.move("appeal", cast.manager, reason="For zq2z.")
    blank(story, story.issue.rev, "reason")
    story.move("restore", cast.other_moderator, reason="As zq3z says.")
    blank(story, story.issue.rev, "reason")
    assert words_in_rows() == {"zq1z"}
    blank(story, 1, "ask.1")
    assert words_in_rows() == set()
    story.move("redirect", cast.signatory, body="ecology", reason="zq4z", asks=[2])
    linked = Story(cast, story.now)
    linked.pk = Issue.objects.latest("pk").pk
    for key in ("title", "body", "ask.1"):
        blank(linked, 1, key)
    stub = "[Personal data removed]"
    assert (linked.issue.title, linked.issue.body, linked.issue.asks.get().text) == (stub, stub, stub)
    assert broken_chains(Issue.objects.all()) == {}


def test_a_moderator_is_led_to_the_same_words_in_the_other_issue(story: Story) -> None:
    kept = Story(story.cast, story.now - timedelta(1)).raised(by=story.cast.other_manager)
    story.raised(["Help Aigul N."]).move("merge", story.cast.moderator, into=kept.issue.number)
    visitor = Visitor(story, story.cast.moderator)
    number, other = story.issue.number, kept.issue.number
    page = text_of(visitor.get(f"/issues/{number}/history/1/ask.1/blank/"))
    assert f'<a href="/en/issues/{other}/history/{kept.issue.rev}/ask.2/blank/">{other}: Ask 2</a>' in page
    blank(kept.on(story.now), kept.issue.rev, "ask.2")
    assert "stand elsewhere" not in text_of(visitor.get(f"/issues/{number}/history/1/ask.1/blank/"))
