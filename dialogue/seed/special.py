"""Columns whose blanks are not told by their type."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import models

from dialogue.models import Message
from issues.models import Commitment, Dispute, Duty, EventText, Issue, IssueEvent, LegacySource

if TYPE_CHECKING:
    from dialogue.seed.making import Maker

BYTES = "\\\\x"  # as COPY wants them, in hex

type Row = dict[str, Any]
type Marked = Callable[["Maker", Row], str]


def _why(maker: "Maker", row: Row) -> str:
    def day(value: str) -> int:
        return int(maker.day(value)[1])

    meta = row["explanation"]["meta"]
    submitted = day(meta["submitted_on"]) if "submitted_on" in meta else None
    return maker.mark(("why", meta["kind"], day(meta["registered_on"]), day(meta["due_on"]), "cap" in meta, submitted))


def _opening(maker: "Maker", row: Row) -> str:
    """What opened a disagreement, as `issues.conditions` names it."""
    ref, opening = str(row["opening_ref"]), row["opening"]
    if opening == "no_answer":
        return maker.mark(("pk", Duty._meta.db_table, maker.places[Duty._meta.db_table][int(ref)]))
    if opening in ("report", "lapse"):
        return maker.mark(("seq", maker.issue_of(row), int(ref)))
    if opening == "unreported":
        return maker.mark(maker.day(ref))
    if opening in ("late", "moved", "dropped"):
        pk, *due = ref.split(":")
        place = maker.places[Commitment._meta.db_table][int(pk)]
        return ":".join(
            [maker.mark(("pk", Commitment._meta.db_table, place)), *(maker.mark(maker.day(on)) for on in due)]
        )
    return ref  # the number of an answer


def _of_this(group: str, name: str) -> Marked:
    return lambda maker, row: maker.mark((group, name, maker.places[Issue._meta.db_table][row["id"]]))


SPECIAL: dict[tuple[type[models.Model], str], Marked] = {
    (Issue, "uuid"): _of_this("uuid", "issue"),
    (Issue, "language"): lambda maker, row: maker.mark(("given", "language", "code")),
    (Issue, "rev"): _of_this("late", "rev"),
    (Issue, "seq"): _of_this("late", "messages"),
    (Issue, "active_at"): _of_this("late", "active"),
    (Issue, "chain_hash"): lambda maker, row: BYTES + _of_this("late", "hash")(maker, row),
    (Duty, "explanation"): _why,
    (Dispute, "opening_ref"): _opening,
    (IssueEvent, "seq"): lambda maker, row: maker.mark(("seq", maker.issue_of(row), row["seq"])),
    (IssueEvent, "facts"): lambda maker, row: maker.facts(row),
    (EventText, "key"): lambda maker, row: maker.text_key(row["key"]),
    (EventText, "salt"): lambda maker, row: BYTES + maker.mark(("text", row["text"], "salt")),
    (Message, "seq"): lambda maker, row: maker.mark(
        ("nth", maker.issue_of(row), maker.numbers[row["issue_id"]][row["seq"]])
    ),
    (Message, "rev"): lambda maker, row: maker.mark(("seq", maker.issue_of(row), row["rev"])),
    (Message, "language"): lambda maker, row: maker.mark(maker.person(row["author_id"], "language")),
    (Message, "key"): lambda maker, row: maker.mark(
        ("uuid", "key", maker.places[Message._meta.db_table][row["id"]])
    ),
    (LegacySource, "source_id"): lambda maker, row: maker.mark(("source", "id")),
    (LegacySource, "digest"): lambda maker, row: BYTES + maker.mark(("source", "row")),
}  # fmt: skip
