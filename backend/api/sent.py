"""What is written: the shapes of requests, for the schema. Who checks them is the action alone, with the words of the pages."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.api.actions import DAYS, DAYS_AT_MOST
from backend.api.models import Scope
from backend.api.shapes import Instant
from issues.actions.checks import SHORT
from issues.actions.drafting import ASK_LENGTH
from issues.lifecycle import Move
from issues.models import MAX_ASKS, Ground, HideReason, Place, Progress, ScopeCode, Verdict

VERDICTS = [Verdict.SUPPORTED, Verdict.PARTLY, Verdict.REFUSED]
PLACES = [Place.ISSUE, Place.EVIDENCE, Place.MESSAGE]


class ActSent(serializers.Serializer[Any]):
    locals()["as"] = serializers.CharField(help_text="Slug of the organisation you act for.")


class FollowSent(serializers.Serializer[Any]):
    """Nothing need be said."""


class TokenSent(serializers.Serializer[Any]):
    email = serializers.EmailField()
    password = serializers.CharField()
    otp = serializers.CharField(required=False, help_text="The one-time code, once second factors are there.")
    name = serializers.CharField(required=False, max_length=100)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices), required=False, min_length=1)
    locals()["as"] = serializers.CharField(required=False, help_text="The token then acts for this organisation alone.")
    days = serializers.IntegerField(
        required=False, min_value=1, max_value=DAYS_AT_MOST, help_text=f"{DAYS} unless said."
    )


class TokenMade(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="Told this once.")
    expiry = Instant()


@extend_schema_field(
    {"oneOf": [{"type": "string", "format": "date"}, {"type": "string", "maxLength": 0}, {"type": "null"}]}
)
class DateOrNothing(serializers.DateField):
    """As forms send it."""


class DraftChanged(ActSent):
    version = serializers.IntegerField(required=False, help_text="The one you have read; 409 if it is not the newest.")
    title = serializers.CharField(required=False, allow_blank=True, max_length=SHORT)
    body = serializers.CharField(required=False, allow_blank=True, help_text="Markdown.")
    language = serializers.CharField(required=False, allow_blank=True, help_text="BCP 47 tag.")
    topic = serializers.CharField(required=False, allow_null=True)
    region = serializers.CharField(required=False, allow_null=True)
    place = serializers.CharField(required=False, allow_blank=True, max_length=SHORT)
    body_addressed = serializers.CharField(required=False, allow_null=True)
    asks = serializers.ListField(
        child=serializers.CharField(max_length=ASK_LENGTH, allow_blank=True), required=False, max_length=MAX_ASKS,
        help_text="Replaces all; an empty one is left out.",
    )  # fmt: skip
    official_number = serializers.CharField(required=False, allow_blank=True)
    official_date = DateOrNothing(required=False, help_text="Empty or null: there is none.")


class DraftSent(DraftChanged):
    version = None  # type: ignore[assignment]  # a new draft has none


class Promise(serializers.Serializer[Any]):
    text = serializers.CharField()
    unit = serializers.CharField()
    due = serializers.DateField()
    shows = serializers.CharField()
    owner = serializers.CharField(required=False)


class AskAnswered(serializers.Serializer[Any]):
    n = serializers.IntegerField()
    verdict = serializers.ChoiceField(choices=VERDICTS, required=False)
    ground = serializers.ChoiceField(choices=Ground.choices, required=False)
    text = serializers.CharField(required=False)
    evidence = serializers.CharField(required=False, allow_blank=True)
    files = serializers.ListField(child=serializers.UUIDField(), required=False)
    commitments = Promise(many=True, required=False)


class Asks(serializers.ListField):
    """Numbers of asks, or what an answer says of each."""

    child = AskAnswered()


class Shown(serializers.Serializer[Any]):
    n = serializers.IntegerField()
    text = serializers.CharField()
    files = serializers.ListField(child=serializers.UUIDField(), required=False)


class Opinion(serializers.Serializer[Any]):
    n = serializers.IntegerField()
    done = serializers.BooleanField()


class Kept(serializers.ListField):
    """What names nothing in the text means nothing."""

    def __init__(self, **more: Any) -> None:
        child = serializers.CharField(allow_blank=True)
        super().__init__(child=child, help_text="Tokens of personal data kept knowingly (`found` of a 422).", **more)


class MoveSent(ActSent):
    """`move`, and the fields of that move; others are refused."""

    move = serializers.ChoiceField(choices=Move.choices)
    version = serializers.IntegerField(
        required=False, help_text="The issue's version you have read; 409 if it has moved on."
    )
    unit = serializers.CharField(required=False)
    person = serializers.CharField(required=False, help_text="Id or e-mail of a person of the body.")
    body = serializers.CharField(required=False, help_text="Slug of a state body.")
    asks = Asks(required=False, help_text="Their numbers; for `answer` what is said of each.")
    reason = serializers.CharField(required=False, allow_blank=True)
    question = serializers.CharField(required=False)
    text = serializers.CharField(required=False)
    until = serializers.DateField(required=False)
    n = serializers.IntegerField(required=False)
    due = serializers.DateField(required=False)
    shows = serializers.CharField(required=False)
    owner = serializers.CharField(required=False)
    commitment = serializers.IntegerField(required=False)
    progress = serializers.ChoiceField(choices=Progress.choices, required=False)
    opinions = Opinion(many=True, required=False)
    evidence = Shown(many=True, required=False)
    into = serializers.CharField(required=False)
    code = serializers.ChoiceField(choices=ScopeCode.choices, required=False)
    keep = Kept(required=False)


class MessageChanged(ActSent):
    body = serializers.CharField(
        help_text="Markdown. `@Name`, or `@Name (Organisation)`, names somebody who acts or writes in this discussion."
    )
    keep = Kept(required=False)


class MessageSent(MessageChanged):
    parent = serializers.IntegerField(  # type: ignore[assignment]
        required=False, allow_null=True, help_text="`seq` of the message answered."
    )
    files = serializers.ListField(
        child=serializers.UUIDField(), required=False, help_text="Your files that wait, sent with `place=message`."
    )


class HideSent(ActSent):
    code = serializers.ChoiceField(choices=HideReason.choices)
    note = serializers.CharField(required=False, allow_blank=True)


class ShowSent(ActSent):
    reason = serializers.CharField()


class FileSent(ActSent):
    file = serializers.FileField()
    place = serializers.ChoiceField(choices=PLACES, required=False)
