"""An issue with its asks; in full with its answers, commitments and files."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.api.base import seats_of
from backend.api.shapes import Instant
from backend.core.languages import plain
from issues import policies
from issues.lifecycle import Move, Status
from issues.metrics.cohorts import Unit
from issues.models import AskAnswer, Basis, Concluded, Ground, Issue, Origin, OwedBy, Progress, Verdict


class OrNull(serializers.ChoiceField):
    """A choice that may be open: '' in the database, null outside."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices=choices, allow_null=True, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        return super().get_attribute(instance) or None


class Ask(serializers.Serializer[Any]):
    n = serializers.IntegerField()
    text = serializers.CharField()
    owner = serializers.CharField(source="owner.slug", help_text="The NGO that alone confirms it.")
    verdict = OrNull(Verdict.choices, help_text="In force; null: not answered, or set aside.")
    ground = OrNull(Ground.choices)
    confirmed_at = Instant(allow_null=True)
    concluded = OrNull(Concluded.choices, help_text="What the public council found.")
    moved_to = serializers.CharField(source="moved_to.number", allow_null=True, help_text="Where it goes on.")


class Labels(serializers.Serializer[Any]):
    """Names in the language of the answer."""

    status = serializers.CharField(source="get_status_display")
    topic = serializers.CharField(source="topic.name", allow_null=True)
    region = serializers.CharField(source="region.name", allow_null=True)
    body_addressed = serializers.CharField(source="body_addressed.name", allow_null=True)
    raised_by = serializers.CharField(source="raised_by.name")


UNITS = [(unit.value, unit.value) for unit in Unit]


class UnitOfIssue(serializers.Serializer[Any]):
    """Which unit of the issue a row stands for, in a list behind a number."""

    kind = serializers.ChoiceField(choices=UNITS)
    id = serializers.IntegerField()
    cohort = serializers.DateField()


class IssueShape(serializers.Serializer[Any]):
    """An issue, as lists show it."""

    # The context has `at`, an instant, and `request`.
    id = serializers.UUIDField(source="uuid")
    number = serializers.CharField(allow_null=True, help_text="Null while it is a draft.")
    title = serializers.CharField()
    body = serializers.CharField(help_text="Markdown, as written.")
    body_html = serializers.CharField(help_text="The same, rendered and sanitised.")
    language = serializers.CharField(help_text="BCP 47 tag of the text.")
    status = serializers.ChoiceField(choices=Status.choices)
    topic = serializers.CharField(source="topic.slug", allow_null=True)
    region = serializers.CharField(source="region.code", allow_null=True)
    place = serializers.CharField()
    body_addressed = serializers.CharField(
        source="body_addressed.slug", allow_null=True, help_text="The responsible body."
    )
    raised_by = serializers.CharField(source="raised_by.slug")
    held_by = serializers.CharField(
        source="held_by.slug", help_text="The NGO that holds it now: another after a take-over."
    )
    cosigners = serializers.SerializerMethodField()
    asks = Ask(many=True, source="asks.all")
    origin = serializers.ChoiceField(choices=Origin.choices)
    raised_at = Instant(allow_null=True)
    due_at = Instant(allow_null=True, help_text="The duty now owed.")
    owed_by = OrNull(OwedBy.choices)
    overdue = serializers.SerializerMethodField(help_text="True when the body's date is past.")
    answered_at = Instant(allow_null=True)
    resolved_at = Instant(allow_null=True)
    basis = OrNull(Basis.choices, help_text="On whose word it is resolved, or a refusal stands.")
    version = serializers.IntegerField(help_text="Send it with a move or a change, and nobody's edit is lost.")
    rev = serializers.IntegerField(help_text="The thread's counter of changes.")
    url = serializers.SerializerMethodField()
    labels = Labels(source="*")
    unit = UnitOfIssue(required=False, help_text="Only in a list behind a number (`metric`).")
    allowed_moves = serializers.SerializerMethodField(
        help_text="What you can do now, for whichever organisation you act."
    )

    def get_cosigners(self, issue: Issue) -> list[str]:
        return [each.organisation.slug for each in issue.supporters]

    def get_overdue(self, issue: Issue) -> bool:
        return issue.is_overdue(self.context["at"])

    @extend_schema_field(serializers.URLField())
    def get_url(self, issue: Issue) -> str:
        return address_of(self.context["request"], plain(issue.get_absolute_url()))

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=Move.choices)))
    def get_allowed_moves(self, issue: Issue) -> list[Move]:
        at: datetime = self.context["at"]
        moves = [move for seat in seats_of(self.context["request"]) for move in policies.allowed_moves(issue, seat, at)]
        return list(dict.fromkeys(moves))


def address_of(request: Any, path: str) -> str:
    return str(request.build_absolute_uri(path))


class Said(serializers.Serializer[Any]):
    """What an answer says of one ask."""

    n = serializers.IntegerField(source="ask.n")
    verdict = OrNull(Verdict.choices)
    ground = OrNull(Ground.choices)
    text = serializers.CharField()
    set_aside_at = Instant(allow_null=True)


class AnswerShape(serializers.Serializer[Any]):
    """An answer that was published: a verdict for each ask."""

    n = serializers.IntegerField()
    body = serializers.CharField(source="body.slug")
    signed_by = serializers.CharField(source="signed_by.name", allow_null=True)
    published_at = Instant()
    wait_days = serializers.IntegerField(allow_null=True, help_text="Working days from registration.")
    asks = Said(many=True)


RESULTS = ["kept", "late", "broken", "pending", "offered"]
"""What becomes of a commitment, against its first date (`Commitment.result`)."""


class CommitmentShape(serializers.Serializer[Any]):
    """A measure with a date, for one ask. `offered`: a joint measure that its NGO has not taken on."""

    # Of an issue that was fetched along; the context has `today`, a day in Almaty.
    id = serializers.IntegerField()
    issue = serializers.CharField(source="issue.number")
    ask = serializers.IntegerField(source="ask.n")
    owner = serializers.CharField(source="owner.slug")
    text = serializers.CharField()
    unit = serializers.CharField()
    shows = serializers.CharField(help_text="What will show that it is done.")
    first_due = serializers.DateField(help_text="Kept means complete by this date.")
    due = serializers.DateField()
    moves = serializers.IntegerField(help_text="How often the date was moved.")
    progress = serializers.ChoiceField(choices=Progress.choices)
    taken_at = Instant(allow_null=True)
    completed_on = serializers.DateField(allow_null=True)
    dropped_on = serializers.DateField(allow_null=True)
    result = serializers.SerializerMethodField()
    slippage = serializers.IntegerField(help_text="Calendar days.")

    @extend_schema_field(serializers.ChoiceField(choices=RESULTS))
    def get_result(self, commitment: Any) -> str:
        return str(commitment.result(self.context["today"]))


class FileShape(serializers.Serializer[Any]):
    """An attached file; `url` gives it out as a download."""

    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    type = serializers.CharField(source="mime")
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    place = serializers.CharField()
    published = serializers.BooleanField(source="is_published")
    url = serializers.SerializerMethodField()

    @extend_schema_field(serializers.URLField())
    def get_url(self, attachment: Any) -> str:
        return address_of(self.context["request"], plain(attachment.get_absolute_url()))


class IssueInFull(IssueShape):
    """An issue with its answers, commitments and files."""

    official_number = serializers.CharField(help_text="Of a registered official appeal; '' without one.")
    official_date = serializers.DateField(allow_null=True)
    source_status = serializers.CharField(help_text="Of a legacy issue: its state in the words of its register.")
    answers = serializers.SerializerMethodField()
    commitments = CommitmentShape(many=True, source="commitments.all")
    attachments = FileShape(many=True, source="attachments.all")

    @extend_schema_field(AnswerShape(many=True))
    def get_answers(self, issue: Issue) -> list[dict[str, Any]]:
        said: dict[int, list[AskAnswer]] = {}
        answers = {}
        for ask in issue.asks.all():
            for part in ask.answers.all():
                said.setdefault(part.answer_id, []).append(part)
                answers[part.answer_id] = part.answer
        rows = [
            vars(answers[pk]) | {"body": answers[pk].body, "signed_by": answers[pk].signed_by, "asks": said[pk]}
            for pk in sorted(answers, key=lambda pk: answers[pk].n)
        ]
        return list(AnswerShape(rows, many=True).data)
