"""Taking removed words out of the messages that quote them: for each such message an event of the moderator, for whoever
watches and whoever was away a change of it like any other. What its author wrote outside of the quote stays.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from backend.core.markdown import render
from dialogue.actions.naming import Room
from dialogue.actions.words import enter, set_columns, texts_of
from dialogue.models import Message, PrivateNote
from issues import policies
from issues.actions.blanking import QUOTING
from issues.actions.checks import Checked
from issues.models import EventText, Issue, PreparedAnswer, stub_in
from issues.models.moderation import STUBS
from issues.quotes import Gone, numbers_quoted, quoted_of, without
from issues.record.copies import blank
from issues.record.removed import MESSAGE_TEXTS, MESSAGE_UNQUOTED, named


def unquote(issue: Issue, seat: policies.Seat, at: datetime, code: str, removed: Sequence[EventText]) -> None:
    """Take texts that were just blanked out of what quotes them: messages in each of their versions, notes of bodies and
    answers in preparation. For an action that holds the issue's row lock, and has entered the event that says why.
    """
    bodies = [text for text in removed if text.event.move in MESSAGE_TEXTS and text.key.startswith("body")]
    gone = Gone.of([text.text for text in removed], _left(issue, {text.event.facts["message"] for text in bodies}))
    quoting = list(_with_quotes(issue))
    messages = {
        each.seq: each for each in issue.messages.filter(seq__in={text.event.facts["message"] for text in quoting})
    }
    changed: dict[int, list[tuple[EventText, str]]] = defaultdict(list)
    for text in quoting:
        number = text.event.facts["message"]
        words = without(text.text, gone, stub_in(messages[number].language))
        if words != text.text:
            changed[number].append((text, words))
    for number, found in sorted(changed.items()):
        _rewrite(issue, messages[number], found, seat, at, code)
    _in_private(issue, gone)


QUOTING.append(unquote)


def _with_quotes(issue: Issue) -> Iterable[EventText]:
    said = EventText.objects.filter(event__issue=issue, event__move__in=MESSAGE_TEXTS, key__startswith="body")
    said = said.filter(blanked_at=None, text__contains=">")
    return said.select_related("event").order_by("event__seq", "key")


def _left(issue: Issue, numbers: Iterable[int]) -> dict[int, list[str]]:
    """Of those of these messages that lost words: what everybody still reads of them, and the stubs. At most two queries."""
    hidden = dict(issue.messages.filter(seq__in=numbers).values_list("seq", "hidden_at")) if numbers else {}
    if not hidden:
        return {}
    said = EventText.objects.filter(
        event__issue=issue,
        event__move__in=MESSAGE_TEXTS,
        event__facts__message__in=list(hidden),
        key__startswith="body",
    )
    left: dict[int, list[str]] = defaultdict(lambda: list(STUBS.values()))
    lost = {number for number, at in hidden.items() if at}
    for number, text, blanked_at in said.values_list("event__facts__message", "text", "blanked_at"):
        if blanked_at:
            lost.add(number)
        elif not hidden[number]:
            left[number].append(text)
    return {number: left[number] for number in lost}


def _rewrite(
    issue: Issue, message: Message, found: Sequence[tuple[EventText, str]], seat: policies.Seat, at: datetime, code: str
) -> None:
    """Blank these versions of a message, and enter what is left of each. Of a hidden one it lies in the record alone."""
    in_force = texts_of(message)[-1]
    texts = {_key(text, in_force): words for text, words in found}
    facts: Mapping[str, Any] = {"message": message.seq, "code": code, "blanked": named(text for text, _words in found)}
    enter(issue, MESSAGE_UNQUOTED, seat, at, dict(facts), texts)
    for text, _words in found:
        blank(issue, text, at)
    set_columns(message, rev=issue.rev)
    if "body" not in texts or message.hidden_at is not None:
        return
    room = Room.for_words(texts["body"], issue, message.author_id)
    set_columns(message, body=texts["body"], body_html=render(texts["body"], room))
    message.mentions.all().delete()
    if room:
        room.keep(message)


def _key(text: EventText, in_force: EventText) -> str:
    if text.pk == in_force.pk:
        return "body"
    return text.key if "." in text.key else f"body.{text.event.seq}"


def _in_private(issue: Issue, gone: Gone) -> None:
    """Where no record is: what a body notes and prepares."""
    stub = stub_in(issue.language)
    for note in PrivateNote.objects.filter(issue=issue, body__contains=">"):
        if (words := without(note.body, gone, stub)) != note.body:
            PrivateNote.objects.filter(pk=note.pk).update(body=words, body_html=render(words))
    for prepared in PreparedAnswer.objects.filter(issue=issue):
        texts = {"asks": _inside(prepared.asks, gone, stub), "note": without(prepared.note, gone, stub)}
        texts["returned_word"] = without(prepared.returned_word, gone, stub)
        if any(getattr(prepared, column) != words for column, words in texts.items()):
            PreparedAnswer.objects.filter(pk=prepared.pk).update(**texts, version=F("version") + 1)


def _inside(value: Any, gone: Gone, stub: str) -> Any:
    """JSON, with its texts without what is gone."""
    if isinstance(value, dict):
        return {key: _inside(each, gone, stub) for key, each in value.items()}
    if isinstance(value, list):
        return [_inside(each, gone, stub) for each in value]
    return without(value, gone, stub) if isinstance(value, str) else value


def check_quotes(check: Checked, issue: Issue, body: str, before: str = "") -> None:
    """Refuse to publish a quote of what was removed: it was begun when that could be read. What stood in the text `before`
    may stay. No query where nothing is quoted, else two.
    """
    left = _left(issue, numbers_quoted(body))
    for number in sorted(left):
        one = {number: left[number]}
        if quoted_of(body, one) - quoted_of(before, one):
            words = _("The moderators removed words of message #%(n)s, which you quote. Take them out of your text.")
            check.fail("body", words % {"n": number})
