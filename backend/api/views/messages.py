"""The discussion of an issue: what changed after a `rev`, posting, mending one's own, and the moderators' part."""

from uuid import UUID, uuid5

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import examples, parameters, sent
from backend.api.base import Resource, also_wrong, body_of, others_than, person_of, seat_named
from backend.api.context import context_of
from backend.api.models import Scope
from backend.api.parameters import PAGE
from backend.api.shapes.around import MessageShape
from backend.api.views.issues import issue_or_404
from backend.organisations.acting import acts_for
from dialogue.actions import post_message
from dialogue.actions.editing import edit_message
from dialogue.actions.hiding import hide_message, show_message
from dialogue.models import Message
from issues.models import Issue

_KEYS = UUID("3b5a5b0e-6f0e-4f6e-9b66-0d4d3b6f5a11")


class Messages(Resource):
    """`?after=<rev>`: those posted, edited or hidden since, as they are now, in the order of their last change."""

    @extend_schema(
        operation_id="list_messages",
        parameters=[parameters.AFTER_REV],
        responses=parameters.page_of(MessageShape, "Message"),
    )
    def get(self, request: Request, issue: str) -> Response:
        """Messages posted, edited or hidden after a `rev`, as they are now, in the order of their last change."""
        found = issue_or_404(request, issue)
        after = parameters.whole_number(request, "after")
        rows = list(found.messages.for_thread().with_mentions().changed_after(after)[: PAGE + 1])
        return Response(parameters.cut_after(request, MessageShape, rows, lambda each: each.rev))

    @extend_schema(
        operation_id="post_message",
        examples=examples.MESSAGE,
        request=sent.MessageSent,
        responses=parameters.made(MessageShape),
    )
    def post(self, request: Request, issue: str) -> Response:
        """Post a message, or a reply to one (`parent`), with files that were sent before."""
        found, seat = issue_or_404(request, issue), seat_named(request, Scope.WRITE)
        said = body_of(request)
        key = request.headers.get("Idempotency-Key")

        def act() -> Response:
            with also_wrong(others_than(request, "body", "parent", "files", "keep")):
                made = post_message(
                    issue=found, **acts_for(seat), body=said.get("body", ""), parent=said.get("parent"),
                    files=said.get("files"), keep=said.get("keep"),
                    key=uuid5(_KEYS, f"{person_of(request).pk} {key}") if key else None,
                )  # fmt: skip
            return _as_it_is(request, found, made.seq, status=201)

        return self.once(request, act)


class OneMessage(Resource):
    """A message by its number."""

    @extend_schema(operation_id="read_message", responses=parameters.found(MessageShape))
    def get(self, request: Request, issue: str, seq: int) -> Response:
        found = issue_or_404(request, issue)
        return _as_it_is(request, found, seq)

    @extend_schema(operation_id="edit_message", request=sent.MessageChanged, responses=parameters.changed(MessageShape))
    def patch(self, request: Request, issue: str, seq: int) -> Response:
        """Within fifteen minutes; what it said before stays in the record."""
        found, seat = _with(request, issue, seq), seat_named(request, Scope.WRITE)
        said = body_of(request)

        def act() -> Response:
            with also_wrong(others_than(request, "body", "keep")):
                edit_message(issue=found, seq=seq, **acts_for(seat), body=said.get("body", ""), keep=said.get("keep"))
            return _as_it_is(request, found, seq)

        return self.once(request, act)


class Hiding(Resource):
    """For the platform's moderators: a public reason code takes words away; another moderator shows them again."""

    @extend_schema(
        operation_id="hide_message",
        examples=examples.HIDE,
        request=sent.HideSent,
        responses=parameters.made(MessageShape),
    )
    def post(self, request: Request, issue: str, seq: int) -> Response:
        """Hide a message for a public reason code, as a moderator."""
        found, seat = _with(request, issue, seq), seat_named(request, Scope.WRITE)
        said = body_of(request)

        def act() -> Response:
            with also_wrong(others_than(request, "code", "note")):
                hide_message(
                    issue=found, seq=seq, **acts_for(seat), code=said.get("code", ""), note=said.get("note", "")
                )
            return _as_it_is(request, found, seq, status=201)

        return self.once(request, act)

    @extend_schema(operation_id="show_message", request=sent.ShowSent, responses=parameters.changed(MessageShape))
    def delete(self, request: Request, issue: str, seq: int) -> Response:
        """Show a hidden message again, as another moderator, with a public reason."""
        found, seat = _with(request, issue, seq), seat_named(request, Scope.WRITE)
        reason = body_of(request).get("reason", request.query_params.get("reason"))

        def act() -> Response:
            with also_wrong(others_than(request, "reason")):
                show_message(issue=found, seq=seq, **acts_for(seat), reason=reason)
            return _as_it_is(request, found, seq)

        return self.once(request, act)


def _with(request: Request, issue: str, seq: int) -> Issue:
    """The issue, if there is such a message in it."""
    found = issue_or_404(request, issue)
    get_object_or_404(Message.objects.filter(issue=found), seq=seq)
    return found


def _as_it_is(request: Request, issue: Issue, seq: int, status: int = 200) -> Response:
    message = get_object_or_404(issue.messages.for_thread().with_mentions(), seq=seq)
    return Response(MessageShape(message, context=context_of(request)).data, status=status)
