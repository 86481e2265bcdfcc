"""What stands around an issue: events of its record, its explained clock, messages."""

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.api.shapes import Instant
from backend.api.shapes.issue import FileShape, OrNull
from dialogue.models import Message, Side
from issues import clock
from issues.clock.limits import length_label
from issues.history import Entry
from issues.lifecycle import Status
from issues.models import Duty, DutyKind, HideReason, Issue
from issues.views.reading import follows

REASONS = ("reason", "question", "text", "note")
"""Under which keys a move's own words lie, the first there is."""


class TextShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    text = serializers.CharField(help_text="Empty where it was blanked, or belongs to a removed message.")
    blanked_at = Instant(allow_null=True)


class EventShape(serializers.Serializer[Any]):
    """A row of the public record."""

    # Of an `issues.history.Entry`.
    seq = serializers.IntegerField(source="event.seq")
    at = Instant(source="event.at")
    move = serializers.CharField(source="event.move", help_text="A move of the table, or another act of the record.")
    to = serializers.ChoiceField(choices=Status.choices, source="event.to_status")
    actor = serializers.CharField(source="event.actor.name", allow_null=True, help_text="Null: by the clock.")
    organisation = serializers.CharField(source="event.organisation.slug", allow_null=True)
    reason = serializers.SerializerMethodField()
    label = serializers.CharField(  # type: ignore[assignment]
        source="what"
    )
    texts = TextShape(many=True)
    hash = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        origin = serializers.ChoiceField(choices=Status.choices, source="event.from_status")
        return {"seq": fields.pop("seq"), "at": fields.pop("at"), "move": fields.pop("move"), "from": origin} | fields

    def get_reason(self, entry: Entry) -> str | None:
        said = {each.key: each.text for each in entry.texts}
        return next((said[key] for key in REASONS if said.get(key)), None)


class DayShape(serializers.Serializer[Any]):
    date = serializers.DateField()
    counted = serializers.IntegerField(allow_null=True, help_text="The running number of a day that counts.")
    why = serializers.CharField(source="text", help_text="In words, in the language of the answer.")
    code = serializers.CharField(source="why")


class DutyShape(serializers.Serializer[Any]):
    """What is owed, by whom and until when, counted out day by day."""

    # The context has `issue` with its duties' bodies.
    kind = serializers.ChoiceField(choices=DutyKind.choices)
    owed_by = serializers.CharField()
    limit = serializers.SerializerMethodField(help_text="In words.")
    due_at = Instant(help_text="The end of the day in Almaty.")
    follows = serializers.SerializerMethodField(help_text="Whose limit it is: the platform's own rule, or the law's.")
    set_at = Instant()
    met_at = Instant(allow_null=True)
    ended_at = Instant(allow_null=True)
    lapsed_at = Instant(allow_null=True)
    days = serializers.SerializerMethodField()

    def get_limit(self, duty: Duty) -> str:
        meta = duty.explanation["meta"]
        return str(length_label(meta["unit"], meta["limit"]))

    def get_follows(self, duty: Duty) -> str:
        issue: Issue = self.context["issue"]
        return str(follows(duty, issue))

    @extend_schema_field(DayShape(many=True))
    def get_days(self, duty: Duty) -> list[dict[str, Any]]:
        lines = clock.explain_lines(duty.explanation, (get_language() or "kk")[:2])
        return list(DayShape(lines, many=True).data)


class MentionShape(serializers.Serializer[Any]):
    """Somebody named in a message."""

    name = serializers.CharField(source="person.name")
    organisation = serializers.CharField(source="organisation.slug", help_text="For whom they act here.")


class MessageShape(serializers.Serializer[Any]):
    """A message. Of a hidden one nothing is left but that it was there, and why it is not."""

    # Of a message from `for_thread().with_mentions()`.
    seq = serializers.IntegerField()
    rev = serializers.IntegerField(help_text="The thread's change that last touched it.")
    at = Instant()
    author = serializers.SerializerMethodField(help_text="Null: not named, in a message of another register.")
    organisation = serializers.CharField(source="organisation.slug", allow_null=True)
    side = serializers.ChoiceField(choices=Side.choices)
    language = serializers.CharField()
    body = serializers.CharField()
    body_html = serializers.CharField()
    parent = serializers.IntegerField(  # type: ignore[assignment]
        source="parent.seq", allow_null=True
    )
    edited_at = Instant(allow_null=True)
    files = FileShape(many=True)
    mentions = MentionShape(many=True, help_text="Whom its words name by `@`, of the people in the discussion.")
    hidden = serializers.SerializerMethodField()
    hidden_reason = OrNull(HideReason.choices)

    def get_author(self, message: Message) -> str | None:
        return message.author.name if message.author else message.author_name or None

    def get_hidden(self, message: Message) -> bool:
        return message.hidden_at is not None
