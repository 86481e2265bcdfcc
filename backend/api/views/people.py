"""Organisations, topics, regions, the board of commitments, and one's own page."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import parameters
from backend.api.base import Resource, check_scope, person_of, seats_of, token_of
from backend.api.context import context_of
from backend.api.models import Scope
from backend.api.paging import count_said, not_understood, paged, wants_count, whole
from backend.api.shapes.issue import CommitmentShape
from backend.api.shapes.people import MeShape, OrganisationShape, RegionShape, TopicShape
from backend.core.keyset import Sort
from backend.organisations.models import Kind, Organisation
from issues import board
from issues.addresses import Asked, Reader
from issues.filters import counted
from issues.models import Commitment, Follow, Issue, Region, Topic

_BY_ID = {"id": Sort("id", whole=True)}


@dataclass(slots=True)
class OrganisationsAsked(Asked):
    """`kind`, and part of a name in `q`."""

    kind: str = ""
    q: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "OrganisationsAsked":
        reader = Reader(query, cls(sort="id"))
        reader.one_of("kind", dict(Kind.choices), "")
        reader.found.q = reader.value("q")[:200]
        reader.order(_BY_ID)
        return reader.found


def _named(part: str) -> Q:
    return Q(name_kk__icontains=part) | Q(name_ru__icontains=part) | Q(name_en__icontains=part)


class Organisations(Resource):
    """NGOs, state bodies, public councils and the platform."""

    @extend_schema(
        operation_id="list_organisations",
        parameters=parameters.ORGANISATIONS,
        responses=parameters.page_of(OrganisationShape, "Organisation", counted=True),
    )
    def get(self, request: Request) -> Response:
        asked = OrganisationsAsked.read(request._request.GET)
        not_understood(request, asked)
        rows = Organisation.objects.select_related("parent", "successor")
        if asked.q:
            rows = rows.filter(_named(asked.q))
        if asked.kind:
            rows = rows.filter(kind=asked.kind)
        frame = {"count": count_said(counted(rows))} if wants_count(request) else {}
        page, around = paged(request, rows, _BY_ID["id"], asked)
        return Response(
            frame | around | {"results": OrganisationShape(page.rows, many=True, context=context_of(request)).data}
        )


class OneOrganisation(Resource):
    """By its slug, as `as` and the filters take it."""

    @extend_schema(operation_id="read_organisation", responses=parameters.found(OrganisationShape))
    def get(self, request: Request, slug: str) -> Response:
        found = get_object_or_404(Organisation.objects.select_related("parent", "successor"), slug=slug)
        return Response(OrganisationShape(found, context=context_of(request)).data)


class Topics(Resource):
    """What issues are about."""

    @extend_schema(operation_id="list_topics", responses=parameters.page_of(TopicShape, "Topic"))
    def get(self, request: Request) -> Response:
        return Response(whole(TopicShape(Topic.objects.select_related("default_body"), many=True).data))


class Regions(Resource):
    """The twenty regions by ISO 3166-2, and the whole country."""

    @extend_schema(operation_id="list_regions", responses=parameters.page_of(RegionShape, "Region"))
    def get(self, request: Request) -> Response:
        return Response(whole(RegionShape(Region.objects.all(), many=True).data))


class Commitments(Resource):
    """All that count, by date: the board's filters."""

    @extend_schema(
        operation_id="list_commitments",
        parameters=parameters.COMMITMENTS,
        responses=parameters.page_of(CommitmentShape, "Commitment", counted=True),
    )
    def get(self, request: Request) -> Response:
        context = context_of(request)
        asked = board.BoardFilters.read(request._request.GET)
        not_understood(request, asked)
        rows = asked.apply(Commitment.objects.all(), context["today"])
        frame = {"count": count_said(counted(rows))} if wants_count(request) else {}
        page, around = paged(request, rows.for_board(), board.SORTS[asked.sort], asked)
        return Response(frame | around | {"results": CommitmentShape(page.rows, many=True, context=context).data})


class Me(Resource):
    """Who the token is, for whom it acts, and what is its person's alone."""

    private = True

    @extend_schema(operation_id="read_me", responses=parameters.found(MeShape))
    def get(self, request: Request) -> Response:
        check_scope(request, Scope.READ)
        person, seats = person_of(request), seats_of(request)
        mine = [seat.organisation_id for seat in seats if seat.organisation.kind == Kind.NGO]
        drafts = Issue.objects.filter(status="draft", raised_by__in=mine).select_related("raised_by")
        follows = Follow.objects.filter(person=person).values_list("issue__number", flat=True)
        told: dict[str, Any] = {
            "uuid": person.uuid, "name": person.name, "email": person.email, "language": person.language,
            "organisations": seats, "drafts": drafts.order_by("-edited_at", "-id")[:100], "follows": list(follows),
            "token": token_of(request),
        }  # fmt: skip
        return Response(MeShape(told, context=context_of(request, timezone.now())).data)
