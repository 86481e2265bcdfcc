"""An issue in which everything was written that people can write, each text with a word of its own, like `zq17z`."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain, count
from typing import Any

from django.apps import apps
from django.db import models

from backend.organisations.models import Organisation
from dialogue.actions import hide_message, post_message, show_message
from issues.actions import add_addendum, attach, link_official_appeal
from issues.models import EventText, Place
from tests.factories.stories import Story

KINDS = {
    ("submit", "title"), ("submit", "body"), ("submit", "place"), ("submit", "ask"), ("redirect", "reason"),
    ("accept", "unit"), ("clarify_request", "question"), ("clarify", "text"), ("extend", "reason"), ("answer", "ask"),
    ("answer", "evidence"), ("answer", "commitment"), ("commitment_add", "commitment"), ("commitment_progress", "reason"),
    ("commitment_reschedule", "reason"), ("commitment_drop", "reason"), ("report_done", "evidence"), ("dispute", "reason"),
    ("conclude_not_done", "text"), ("withdraw", "reason"), ("message_posted", "body"), ("message_hidden", "note"),
    ("message_shown", "reason"), ("submit", "file"), ("answer", "file"), ("report_done", "file"), ("file_attached", "file"),
    ("message_posted", "file"), ("addendum_added", "text"), ("addendum_added", "file"),
    ("official_appeal_linked", "official_number"),
}  # fmt: skip
"""What people write, by the move and the first part of the text's key. A text of a new kind is told below, and where it
stands in a row of its own, `issues.record.copies` names the row: else it could not be blanked there.
"""

KINDS_ELSEWHERE = {
    ("redirect_decline", "reason"), ("redirect_agree", "reason"), ("split_off", "title"), ("split_off", "body"),
    ("split_off", "place"), ("split_off", "ask"), ("out_of_scope", "reason"), ("appeal", "reason"), ("restore", "reason"),
    ("appeal_dismiss", "reason"), ("merged_in", "ask"), ("submit", "official_number"), ("split_off", "official_number"),
}  # fmt: skip
"""Told by `told_elsewhere`: what belongs to more than one issue, or to a ruling over one."""

ALIKE = {("retract", "reason"), ("conclude_done", "text"), ("reassign", "reason"),
         ("message_edited", "body"), ("message_unquoted", "body")}  # fmt: skip
"""Told in another story, and kept as one above: `reason` in the record alone, `text` where the other conclusion's is, `body`
of a message where its first one is.
"""


def told_in_full(story: Story) -> Story:
    """Redirected, answered, promised, reported, disputed, concluded, discussed, and being withdrawn. Extend it with every
    act that brings a new kind of text.
    """
    words = (f"Word zq{n}z here." for n in count(1))
    cast = story.cast
    ecology = Organisation.objects.get(slug="ecology")
    story.draft(
        [next(words), next(words)], title=next(words), body=next(words), place=next(words), body_addressed=ecology
    )
    story.uploaded(cast.manager, next(words))
    story.move("submit", cast.manager)
    added = story.uploaded(cast.manager, next(words))
    attach(issue=story.issue, **cast.manager.acts, files=[added.uuid], at=story.now)
    proof = story.uploaded(cast.manager, next(words), place=Place.ADDENDUM)
    add_addendum(issue=story.issue, **cast.manager.acts, text=next(words), files=[proof.uuid], at=story.now)
    once: dict[str, Any] = {"issue": story.issue, "at": story.now, **cast.manager.acts}
    link_official_appeal(**once, official_number=next(words), official_date=story.now.date())
    story.move("redirect", cast.rival, body=cast.ministry, reason=next(words))
    story.move("accept", cast.officer, unit=next(words), person=cast.officer.user)
    story.move("clarify_request", cast.officer, question=next(words))
    story.move("clarify", cast.manager, text=next(words))
    story.move("extend", cast.signatory, until=story.issue.due_at.date() + timedelta(7), reason=next(words))  # type: ignore[union-attr]
    story.move("answer", cast.signatory, asks=[
        _answer(1, words, story) | {"evidence": next(words), "files": _files(story, words)}, _answer(2, words, story),
    ])  # fmt: skip
    _promises(story, words)
    _report_and_conclude(story, words)
    _talk(story, words)
    return story.cosigned().move("withdraw", cast.manager, reason=next(words))


def told_elsewhere(story: Story) -> Story:
    """One ask goes to another body, the rest out of scope and back, then into an older issue. All but the older issue's own
    words hold a word of their own, or one that came over with them.
    """
    words = (f"Word zq{n}z here." for n in count(1))
    cast = story.cast
    appeal = {"official_number": next(words), "official_date": story.now.date()}
    story.raised([next(words), next(words)], title=next(words), body=next(words), place=next(words), **appeal)
    story.move("accept", cast.officer, unit=next(words), person=cast.officer.user).later(days=7)
    for reply, asks in (("redirect_decline", None), ("redirect_agree", [2])):
        story.move("redirect", cast.signatory, body="ecology", reason=next(words), asks=asks)
        story.later(hours=1).move(reply, cast.rival, reason=next(words))
    story.move("out_of_scope", cast.moderator, code="court", reason=next(words))
    story.move("appeal", cast.manager, reason=next(words))
    story.later(hours=1).move("restore", cast.other_moderator, reason=next(words))
    story.merged().move("appeal", cast.manager, reason=next(words))
    return story.later(hours=1).move("appeal_dismiss", cast.other_moderator, reason=next(words))


def _files(story: Story, words: Iterator[str]) -> list[Any]:
    return [story.uploaded(story.cast.signatory, next(words), place=Place.EVIDENCE).uuid]


def _answer(n: int, words: Iterator[str], story: Story) -> dict[str, Any]:
    due = (story.now + timedelta(30)).date()
    promise = {"text": next(words), "unit": next(words), "due": due, "shows": next(words)}
    return {"n": n, "verdict": "supported", "ground": "law", "text": next(words), "commitments": [promise]}


def _promises(story: Story, words: Iterator[str]) -> None:
    body, due = story.cast.signatory, (story.now + timedelta(40)).date()
    story.move("commitment_add", body, n=1, due=due, text=next(words), unit=next(words), shows=next(words))
    first, second, third = story.issue.commitments.order_by("pk")
    story.move("commitment_progress", body, commitment=first.pk, progress="limited", reason=next(words))
    story.move("commitment_reschedule", body, commitment=second.pk, due=due, reason=next(words))
    story.move("commitment_drop", body, commitment=third.pk, reason=next(words))


def _report_and_conclude(story: Story, words: Iterator[str]) -> None:
    cast = story.cast
    report = [{"n": n, "text": next(words), "files": _files(story, words)} for n in (1, 2)]
    story.later(days=3).move("report_done", cast.signatory, evidence=report)
    story.move("dispute", cast.manager, asks=[1], reason=next(words)).voted(done=False)
    story.move("conclude_not_done", cast.chair, text=next(words), until=(story.now + timedelta(5)).date())


def _talk(story: Story, words: Iterator[str]) -> None:
    """Four messages, the first with a file, the second in answer to it; the third was hidden and is shown again."""
    cast = story.cast
    file = story.uploaded(cast.manager, next(words), place=Place.MESSAGE).uuid
    for who, parent in ((cast.manager, None), (cast.officer, 1), (cast.chair, None), (cast.signatory, None)):
        post_message(issue=story.issue, body=next(words), parent=parent, files=[] if parent or who != cast.manager else [file],
                     at=story.later(minutes=1).now, **who.acts)  # fmt: skip
    once: dict[str, Any] = {"issue": story.issue, "seq": 3, "at": story.now}
    hide_message(**once, code="off_topic", note=next(words), **cast.moderator.acts)
    show_message(**once, reason=next(words), **cast.other_moderator.acts)


def word_in(text: str) -> str:
    found = re.search(r"zq\d+z", text)
    assert found, text
    return found[0]


def kind_of(text: EventText) -> tuple[str, str]:
    """The move that wrote a text, and what it is of it: (`answer`, `evidence`)."""
    return text.event.move, text.key.partition(".")[0]


def words_in_rows() -> set[str]:
    """The words of this story that stand in any row of any table. A query a table."""
    kept = ""
    for model in chain.from_iterable(apps.get_app_config(name).get_models() for name in ("issues", "dialogue")):
        columns = [field.attname for field in model._meta.concrete_fields if isinstance(field, _TEXTUAL)]
        kept += str(list(model._base_manager.values_list(*columns))) if columns else ""
    return set(re.findall(r"zq\d+z", kept))


_TEXTUAL = models.CharField | models.TextField | models.JSONField
