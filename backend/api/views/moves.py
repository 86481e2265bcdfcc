"""Moves: the one door through which an issue changes, as from its pages."""

import inspect
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api import examples, parameters, sent
from backend.api.base import Resource, also_wrong, body_of, fields_of, seat_named, version_of
from backend.api.context import context_of
from backend.api.models import Scope
from backend.api.shapes.around import EventShape
from backend.api.views.issues import issue_or_404, told_where_it_stands
from backend.core.errors import Conflict, Invalid, Words
from backend.organisations.acting import acts_for
from issues.actions import move_issue
from issues.history import entry_of
from issues.models import Issue

_NOT_SENT = frozenset(inspect.signature(move_issue).parameters) - {"fields"}
"""What says who moves what and when: never a field of a move."""
_ROWS = {"asks": sent.AskAnswered, "evidence": sent.Shown, "opinions": sent.Opinion}


class Moves(Resource):
    """`{"move", "as", "version"?, ...}`: the fields are those of contract and pages; the answer is the event."""

    @extend_schema(
        operation_id="move_issue",
        examples=examples.MOVES,
        request=sent.MoveSent,
        responses=parameters.moved(EventShape),
    )
    def post(self, request: Request, issue: str) -> Response:
        """Make a move. `allowed_moves` of the issue says which; the answer is the event of the record."""

        def act() -> Response:
            found = issue_or_404(request, issue)  # in here: a repeat finds no more the draft that was discarded
            return _moved(request, found, acts_for(seat_named(request, Scope.MOVE)))

        return self.once(request, act)


def _moved(request: Request, issue: Issue, acts: dict[str, Any]) -> Response:
    move, fields = body_of(request).get("move"), fields_of(request, "move")
    if not isinstance(move, str):
        raise Invalid({"move": _("Say which move you make.")})
    version, wrong = version_of(request)
    reserved: dict[str, Words] = {name: _("This move has no such field.") for name in _NOT_SENT if name in fields}
    taken = {name: value for name, value in fields.items() if name not in reserved}
    try:
        with also_wrong(wrong | reserved | _unknown(taken)):
            event = move_issue(issue=issue, move=move, version=version, **acts, **taken)
    except Conflict as refusal:
        told_where_it_stands(request, issue, refusal)
    if event is None:
        return Response(status=204)
    return Response(EventShape(entry_of(event), context=context_of(request)).data, status=201)


def _unknown(fields: Mapping[str, Any]) -> dict[str, Words]:
    """What is wrong with the fields of rows: a misspelt one would be lost without a word."""
    wrong: dict[str, Words] = {}
    for name, shape in _ROWS.items():
        wrong |= _unknown_in(name, fields.get(name), shape())
    return wrong


def _unknown_in(path: str, rows: Any, shape: serializers.Serializer[Any]) -> dict[str, Words]:
    """By the number of the ask, as the action tells its own, else by the place."""
    wrong: dict[str, Words] = {}
    for index, row in enumerate(rows if isinstance(rows, list) else (), 1):
        if not isinstance(row, Mapping):
            continue
        here = f"{path}.{row['n'] if type(row.get('n')) is int else index}"
        wrong |= {f"{here}.{name}": _("There is no such field here.") for name in row.keys() - shape.fields.keys()}
        for name, part in shape.fields.items():
            if isinstance(part, serializers.ListSerializer) and isinstance(part.child, serializers.Serializer):
                wrong |= _unknown_in(f"{here}.{name}", row.get(name), part.child)
    return wrong
