"""Issues: the list with the words of its page, one issue, and drafts, which are written here."""

from collections.abc import Mapping
from typing import Any, NoReturn

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import examples, parameters, sent
from backend.api.base import (
    LEAVE_OUT,
    Moved,
    Resource,
    also_wrong,
    body_of,
    check_scope,
    fields_of,
    nulls_of,
    others_than,
    seat_named,
    seats_of,
    version_of,
)
from backend.api.context import context_of
from backend.api.kept import as_it_stands, in_a_list
from backend.api.models import Scope
from backend.api.paging import count_said, not_understood, paged, wants_count
from backend.api.shapes.issue import IssueInFull, IssueShape
from backend.api.views.metrics import units
from backend.core.checked import is_no_name
from backend.core.errors import Conflict, Forbidden, Words
from backend.organisations.acting import acts_for
from issues import policies
from issues.actions import create_draft, move_issue, save_draft
from issues.actions.checks import body_called
from issues.filters import SORTS, Filters, counted
from issues.lifecycle import Move, Status
from issues.models import MAX_ASKS, Issue, Region, Topic


class IssueList(Resource):
    """All that was raised, by the filters of the page; a new draft."""

    @extend_schema(
        operation_id="list_issues",
        parameters=parameters.ISSUES,
        responses=parameters.page_of(IssueShape, "Issue", counted=True),
    )
    def get(self, request: Request) -> Response:
        """All that was raised, by the filters of the page; with `metric`, the units behind a number."""
        # Of those who may move nothing one query for the rows, and three for what nobody saw yet as it is; of others six, as
        # what may be moved is read whole. One for `count`, one for each slug that is given.
        if "metric" in request.query_params:
            return units(request, request._request.GET)
        at = timezone.now()
        wanted = Filters.read(request._request.GET)
        not_understood(request, wanted)
        issues = wanted.apply(Issue.objects.public(), at)
        frame = {"count": count_said(counted(issues))} if wants_count(request) else {}
        context = context_of(request, at)
        if seats_of(request):
            rows, around = paged(request, issues.with_parts(), SORTS[wanted.sort], wanted)
            return Response(frame | around | {"results": IssueShape(rows.rows, many=True, context=context).data})
        heads, around = paged(request, issues.for_heads(), SORTS[wanted.sort], wanted)
        return Response(frame | around | {"results": in_a_list(heads.rows, context)})

    @extend_schema(
        operation_id="draft_issue",
        examples=examples.DRAFT,
        request=sent.DraftSent,
        responses=parameters.made(IssueInFull),
    )
    def post(self, request: Request) -> Response:
        """Begin a draft, with whatever is known."""
        seat = seat_named(request, Scope.WRITE)
        if not policies.can_draft(seat):
            raise Forbidden(_("Drafts are written by the people of an NGO, acting for it."))

        def act() -> Response:
            fields, wrong = _as_saved(fields_of(request))
            if "version" in body_of(request):
                wrong["version"] = _NO_FIELD
            with also_wrong(nulls_of(request) | wrong):
                made = create_draft(**acts_for(seat), **fields)
            return in_full(request, Issue.objects.all(), made.pk, status=201)

        return self.once(request, act)


class IssueDetail(Resource):
    """One issue, by its number or its id. Drafts are changed and deleted here; what is raised is moved."""

    @extend_schema(operation_id="read_issue", responses=parameters.found(IssueInFull))
    def get(self, request: Request, issue: str) -> Response:
        """One issue, by its number or its id, with its answers, commitments and files."""
        # Of a visitor one query, and five where nobody saw it yet as it is.
        if request.user.is_authenticated:
            return Response(IssueInFull(issue_or_404(request, issue), context=context_of(request)).data)
        head = get_object_or_404(Issue.objects.public().for_heads(), **_key(issue))
        return Response(as_it_stands(head, context_of(request)))

    @extend_schema(
        operation_id="change_draft",
        examples=examples.CHANGE,
        request=sent.DraftChanged,
        responses=parameters.changed(IssueInFull),
    )
    def patch(self, request: Request, issue: str) -> Response:
        """Change the named fields of a draft; `asks` replaces all of them."""
        found = issue_or_404(request, issue)
        seat = seat_named(request, Scope.WRITE)

        def act() -> Response:
            fields, wrong = _as_saved(fields_of(request))
            version, stale = version_of(request)
            try:
                with also_wrong(wrong | stale):
                    save_draft(issue=found, **acts_for(seat), version=version, **fields)
            except Conflict as refusal:
                told_where_it_stands(request, found, refusal)
            return in_full(request, Issue.objects.all(), found.pk)

        return self.once(request, act)

    @extend_schema(operation_id="discard_draft", request=None, parameters=[parameters.AS], responses=parameters.GONE)
    def delete(self, request: Request, issue: str) -> Response:
        """Delete a draft for good."""

        def act() -> Response:
            found = issue_or_404(request, issue)  # in here: a repeat finds it no more
            seat, (version, wrong) = seat_named(request, Scope.WRITE), version_of(request)
            try:
                with also_wrong(wrong | others_than(request, "version")):
                    move_issue(issue=found, move=Move.DISCARD, version=version, **acts_for(seat))
            except Conflict as refusal:
                told_where_it_stands(request, found, refusal)
            return Response(status=204)

        return self.once(request, act)


def issue_or_404(request: Request, called: str) -> Issue:
    """By number or id, with all its parts, if whoever asks may see it; a draft takes a token that reads. Five queries."""
    found: Issue = get_object_or_404(Issue.objects.visible_to(request.user).for_page(), **_key(called))
    if found.status == Status.DRAFT:
        theirs = [seat for seat in seats_of(request) if seat.organisation_id == found.raised_by_id]
        if not theirs:
            get_object_or_404(Issue.objects.none())
        check_scope(request, Scope.READ)
    return found


def _key(called: str) -> dict[str, str]:
    return {"number" if called[4:5] == "-" else "uuid": called}


def in_full(request: Request, issues: Any, pk: int, status: int = 200) -> Response:
    """The issue as it is now."""
    now = issues.for_page().get(pk=pk)
    return Response(IssueInFull(now, context=context_of(request)).data, status=status)


def told_where_it_stands(request: Request, issue: Issue, refusal: Conflict) -> NoReturn:
    """The conflict again, with the issue's status and version now; the refusal's words say what happened."""
    now = Issue.objects.filter(pk=issue.pk).values("status", "version", "rev").first()
    raise Moved(refusal, now or {"status": None}) from refusal


_CHOSEN: Mapping[str, tuple[Any, Words]] = {
    "topic": (lambda value: Topic.objects.filter(slug=value).first(), _("There is no such topic.")),
    "region": (lambda value: Region.objects.filter(code=value).first(), _("There is no such region.")),
    "body_addressed": (
        body_called, _("There is no state body of this name."),
    ),
}  # fmt: skip


_NO_FIELD = _("A draft has no such field.")


def _as_saved(sent: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Words]]:
    """Names turned into what they name, an ask into its text, also where it came as an object; and what is wrong with them,
    which is then left out.
    """
    wrong: dict[str, Words] = {
        name: _NO_FIELD for name in ("actor", "organisation", "at", "issue", "uuid") if name in sent
    }
    fields = {name: value for name, value in sent.items() if name not in wrong}
    for name, (find, words) in _CHOSEN.items():
        if (value := fields.get(name)) is None:
            continue
        fields[name] = find(value) if isinstance(value, str) and not is_no_name(value) else None
        if fields[name] is None:
            wrong[name] = words
            del fields[name]
    if isinstance(fields.get("asks"), list):
        wrong |= {
            f"asks.{n}.{name}": _("There is no such field here.")
            for n, each in enumerate(fields["asks"], 1) if isinstance(each, Mapping)
            for name in each.keys() - {"n", "text"}
        }  # fmt: skip
        texts = [each.get("text") if isinstance(each, Mapping) else each for each in fields["asks"]]
        wrong |= {f"asks.{n}": LEAVE_OUT for n, text in enumerate(texts, 1) if text is None}
        if len(texts) > MAX_ASKS:  # an action leaves out the empty ones first
            wrong["asks"] = _("An issue has at most ten asks.")
        fields["asks"] = texts
    return fields, wrong
