"""Around an issue: its record, its explained clock, co-signing and following, files."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import examples, parameters, sent
from backend.api.base import (
    Resource,
    also_wrong,
    body_of,
    check_scope,
    others_than,
    person_of,
    seat_named,
    seats_of,
)
from backend.api.context import context_of
from backend.api.models import Scope
from backend.api.paging import whole
from backend.api.parsers import Json
from backend.api.shapes.around import DutyShape, EventShape
from backend.api.shapes.issue import FileShape, IssueInFull
from backend.api.views.issues import in_full, issue_or_404
from backend.core.errors import Invalid
from backend.core.uploads.intake import cut
from backend.organisations.acting import acts_for
from issues.actions import attach, cosign, remove, uncosign, upload
from issues.actions.following import follow, unfollow
from issues.history import entries
from issues.models import Attachment, Issue, Place, Responsibility, Stage
from issues.querysets import AttachmentQuerySet


class Events(Resource):
    """The record of an issue, oldest first; of a draft nothing is recorded yet."""

    @extend_schema(
        operation_id="list_events",
        parameters=[parameters.AFTER_SEQ],
        responses=parameters.page_of(EventShape, "Event"),
    )
    def get(self, request: Request, issue: str) -> Response:
        found = issue_or_404(request, issue)
        after = parameters.whole_number(request, "after")
        rows = [each for each in entries(found) if each.event.seq > after]
        return Response(parameters.cut_after(request, EventShape, rows, lambda each: each.event.seq))


class Clock(Resource):
    """Each duty with its date, day by day, as it was published."""

    @extend_schema(operation_id="explain_clock", responses=parameters.page_of(DutyShape, "Duty"))
    def get(self, request: Request, issue: str) -> Response:
        found = issue_or_404(request, issue)
        tenures = Prefetch("responsibility", Responsibility.objects.select_related("body"))
        duties = found.duties.prefetch_related(tenures).order_by("set_at", "id")
        return Response(whole(DutyShape(duties, many=True, context=context_of(request) | {"issue": found}).data))


class Cosign(Resource):
    """The NGO's name under another NGO's issue."""

    @extend_schema(
        operation_id="cosign_issue",
        examples=examples.COSIGN,
        request=sent.ActSent,
        responses=parameters.made(IssueInFull),
    )
    def post(self, request: Request, issue: str) -> Response:
        """Put your NGO's name under another NGO's issue."""
        found, seat = issue_or_404(request, issue), seat_named(request, Scope.WRITE)

        def act() -> Response:
            with also_wrong(others_than(request)):
                cosign(issue=found, **acts_for(seat))
            return in_full(request, Issue.objects.all(), found.pk, status=201)

        return self.once(request, act)

    @extend_schema(operation_id="uncosign_issue", request=None, parameters=[parameters.AS], responses=parameters.GONE)
    def delete(self, request: Request, issue: str) -> Response:
        """Take your NGO's name away again."""
        found, seat = issue_or_404(request, issue), seat_named(request, Scope.WRITE)

        def act() -> Response:
            with also_wrong(others_than(request)):
                uncosign(issue=found, **acts_for(seat))
            return Response(status=204)

        return self.once(request, act)


class Follow(Resource):
    """A person follows an issue, privately; for whom they act does not matter."""

    @extend_schema(
        operation_id="follow_issue", examples=examples.FOLLOW, request=sent.FollowSent, responses=parameters.GONE
    )
    def post(self, request: Request, issue: str) -> Response:
        """Follow an issue: privately, and whichever organisation you act for."""
        found = _followed(request, issue)

        def act() -> Response:
            with also_wrong(others_than(request)):
                follow(issue=found, actor=person_of(request))
            return Response(status=204)

        return self.once(request, act)

    @extend_schema(operation_id="unfollow_issue", request=None, responses=parameters.GONE)
    def delete(self, request: Request, issue: str) -> Response:
        """Follow it no longer."""
        found = _followed(request, issue)

        def act() -> Response:
            with also_wrong(others_than(request)):
                unfollow(issue=found, actor=person_of(request))
            return Response(status=204)

        return self.once(request, act)


def _followed(request: Request, issue: str) -> Issue:
    found = issue_or_404(request, issue)
    check_scope(request, Scope.WRITE)
    if "as" in body_of(request):
        seat_named(request, Scope.WRITE)
    return found


class Attachments(Resource):
    """Files of an issue. To a raised one they are published as they come; evidence waits to be named by its move, and what
    belongs to a message by its posting.
    """

    takes_files = True
    parser_classes = (MultiPartParser, FormParser, Json)

    @extend_schema(operation_id="list_attachments", responses=parameters.page_of(FileShape, "File"))
    def get(self, request: Request, issue: str) -> Response:
        """Files of an issue."""
        found = issue_or_404(request, issue)
        files = _seen(request, found).downloadable().select_related("issue")
        return Response(whole(FileShape(files, many=True, context=context_of(request)).data))

    @extend_schema(
        operation_id="attach_file", request={"multipart/form-data": sent.FileSent}, responses=parameters.made(FileShape)
    )
    def post(self, request: Request, issue: str) -> Response:
        """Attach a file. To a raised issue it is published at once; `place=evidence` and `place=message` wait to be named."""
        found, seat = issue_or_404(request, issue), seat_named(request, Scope.WRITE)

        def act() -> Response:
            with also_wrong(others_than(request, "file", "place")):
                made = _taken_in(request, found, acts_for(seat))
            return Response(FileShape(made, context=context_of(request)).data, status=201)

        return self.once(request, act)


def _seen(request: Request, issue: Issue) -> AttachmentQuerySet:
    """Its public files, and those that the person sees in the seats that the token is for."""
    mine = [seat.organisation_id for seat in seats_of(request)]
    files: AttachmentQuerySet = Attachment.objects.visible_to(request.user).filter(issue=issue)
    return files.filter(Q(stage=Stage.PUBLISHED) | Q(organisation__in=mine))


def _taken_in(request: Request, issue: Issue, acts: dict[str, Any]) -> Attachment:
    if too_large := cut(request._request):
        raise Invalid({"file": [words for _field, _name, words in too_large]})
    file = request.FILES.get("file")
    if file is None:
        raise Invalid({"file": _("Send one file, as multipart/form-data.")})
    place = body_of(request).get("place", Place.ISSUE)
    if place not in sent.PLACES:
        raise Invalid({"place": _("Choose one of the options.")})
    made = upload(issue=issue, **acts, file=file, name=file.name or "", place=Place(place))
    if place == Place.ISSUE and issue.number is not None:
        attach(issue=issue, **acts, files=[made.uuid])
    return Attachment.objects.select_related("issue").get(pk=made.pk)


class AttachmentDetail(Resource):
    """A file that is not published yet can be taken away again."""

    @extend_schema(
        operation_id="remove_attachment", request=None, parameters=[parameters.AS], responses=parameters.GONE
    )
    def delete(self, request: Request, issue: str, file: UUID) -> Response:
        found = issue_or_404(request, issue)

        def act() -> Response:
            get_object_or_404(_seen(request, found), uuid=file)  # in here: a repeat finds it no more
            seat = seat_named(request, Scope.WRITE)
            with also_wrong(others_than(request)):
                remove(issue=found, **acts_for(seat), uuid=file)
            return Response(status=204)

        return self.once(request, act)
