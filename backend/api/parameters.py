"""What an address takes, and in what frame an answer comes: for the schema, and read in one place."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from backend.api.examples import problem_example
from backend.core.errors import Invalid
from backend.core.once import KEY_LENGTH
from backend.organisations.models import Kind
from issues import board, filters
from issues.addresses import NO, YES
from issues.lifecycle import Status
from issues.metrics.asked import KINDS
from issues.metrics.units import PARTS
from issues.metrics.weekly import EVERY
from issues.models import Origin

PAGE = 200
"""Changes of a thread, or events, in one answer."""

type Parameters = list[OpenApiParameter]

_TEXT = {"type": "string", "minLength": 1}
_COUNTER = {"type": "integer", "minimum": 0, "maximum": 999_999_999}


def _in_query(name: str, said: str, kind: Any = None, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind or (str if more else _TEXT), description=said, **more)


_CURSOR: Parameters = [
    _in_query("after", "Cursor: the page that follows. Taken from `next`."),
    _in_query("before", "Cursor: the page before. Taken from `previous`."),
    _in_query("count", "1: how many there are in all, exact to 10,000.", enum=["0", "1"]),
]
_WHO: Parameters = [_in_query("body", "Slug of a state body."), _in_query("ngo", "Slug of an NGO.")]
_STATUSES = ["open", *(status for status in Status.values if status != Status.DRAFT)]

ISSUES: Parameters = [
    _in_query("q", "The number or its beginning, or words of the title."),
    _in_query("status", "May be repeated; `open` stands for all open ones.", enum=_STATUSES, many=True),
    _in_query("topic", "Slug."),
    _in_query("region", "ISO 3166-2 code, for example KZ-75, or KZ."),
    *_WHO,
    _in_query("overdue", "Only those whose body's date has passed.", enum=[*YES, *filter(None, NO)]),
    _in_query("raised_after", "A day in Almaty, itself included.", OpenApiTypes.DATE),
    _in_query("raised_before", "A day in Almaty, itself included.", OpenApiTypes.DATE),
    _in_query("language", "BCP 47 tag the issue is written in."),
    _in_query("origin", "`legacy`: from other registers.", enum=Origin.values),
    _in_query("sort", "The order; the default is `newest`.", enum=list(filters.SORTS)),
    _in_query("metric", "Key of a public number: the list of the very units behind it.", enum=list(EVERY)),
    _in_query("part", "Which of them; the default is `denominator`.", enum=list(PARTS)),
    *_CURSOR,
]
METRICS: Parameters = [
    _in_query("from", "The first day of the cohort, in Almaty.", OpenApiTypes.DATE),
    _in_query("to", "The last day of the cohort.", OpenApiTypes.DATE),
    _in_query("body", "Slug of a state body; with its children and successors."),
    _in_query("kind", "All state bodies of a kind.", enum=list(KINDS)),
    _in_query("region", "ISO 3166-2 code."),
    _in_query("topic", "Slug."),
    _in_query("language", "kk, ru or en.", enum=[code for code, _name in settings.LANGUAGES]),
]
ORGANISATIONS: Parameters = [
    _in_query("kind", "", enum=Kind.values),
    _in_query("q", "Part of the name, in any of the three languages."),
    *_CURSOR,
]
COMMITMENTS: Parameters = [
    _in_query("state", "Kept, late and broken are against the first date.", enum=list(board.STATES)),
    *_WHO,
    _in_query("due_after", "A day, itself included.", OpenApiTypes.DATE),
    _in_query("due_before", "A day, itself included.", OpenApiTypes.DATE),
    _in_query("sort", "The order; the default is `due`.", enum=list(board.SORTS)),
    *_CURSOR,
]
AS = OpenApiParameter("as", _TEXT, required=True, description="Slug of the organisation you act for.")
AFTER_REV = OpenApiParameter("after", _COUNTER, description="The last `rev` you have; 0 or nothing: from the first.")
AFTER_SEQ = OpenApiParameter("after", _COUNTER, description="The last `seq` you have; 0 or nothing: from the first.")
KEY = OpenApiParameter(
    "Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH}, OpenApiParameter.HEADER,
    description="Any text of your own, new for each thing you do. A repeat with the same key gets the first answer.",
)  # fmt: skip

RETRY_AFTER = OpenApiParameter(
    "Retry-After", int, OpenApiParameter.HEADER, description="Seconds to wait.", required=True, response=[429]
)
ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=[200],
    description="To a visitor, while nothing is on the move. Send it in If-None-Match: 304 says that nothing changed.",
)  # fmt: skip


def whole_number(request: Request, name: str) -> int:
    """0 where it is not given. Raises Invalid."""
    text = request.query_params.get(name, "0")
    if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
        raise Invalid({name: _("Give a whole number.")})
    return int(text)


def cut_after[Row](
    request: Request, shape: type[serializers.Serializer[Any]], rows: Sequence[Row], key: Callable[[Row], int]
) -> dict[str, Any]:
    """A page of at most `PAGE` rows in the order of a growing number; `next` goes on after the last."""
    found, rest = rows[:PAGE], rows[PAGE:]
    here = request._request
    onward = here.build_absolute_uri(f"{here.path}?after={key(found[-1])}") if rest else None
    return {"next": onward, "previous": None, "results": shape(found, many=True, context={"request": request}).data}


class Current(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=Status.choices, allow_null=True)
    version = serializers.IntegerField(required=False)
    rev = serializers.IntegerField(required=False)


class PersonalData(serializers.Serializer[Any]):
    """A piece of the text that looks like somebody's; `token` is what `keep` takes."""

    locals()["in"] = serializers.CharField(help_text="Of which field.")
    kind = serializers.CharField()
    token = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """RFC 9457, as `application/problem+json`."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What happened and what to do, in the language of the answer.")
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )
    current = Current(required=False, help_text="With 409: where the issue stands now.")
    found = PersonalData(
        many=True, required=False, help_text="With 422: personal data, to be masked or kept knowingly."
    )
    reference = serializers.CharField(help_text="The number of this request in the log.")


_TOLD = {
    400: "The body cannot be read.",
    401: "No token, or one that is not valid.",
    403: "Seen, but not for this person or party.",
    404: "Nothing there, or not for you.",
    406: "Only JSON is given out.",
    409: "Another status, a stale `version`, or somebody was faster: `current` says where it stands.",
    413: "Too large.",
    415: "Neither JSON nor a form.",
    422: "The fields do not hold: `errors` says which.",
    429: "Too many requests: see `Retry-After`.",
}


def _with(done: dict[int, Any], *statuses: int) -> dict[Any, Any]:
    problems = {
        (status, "application/problem+json"): OpenApiResponse(
            Problem, description=_TOLD[status], examples=problem_example(status)
        )
        for status in statuses
    }
    return done | problems


_READ = (401, 404, 406, 422, 429)
_WRITTEN = (400, 401, 403, 404, 406, 409, 413, 415, 422, 429)


def found(shape: Any) -> dict[Any, Any]:
    return _with({200: shape}, *_READ, 403)


@extend_schema_field({"type": ["integer", "string"]})
class Count(serializers.Field[Any, Any, Any, Any]):
    """A number, or words above 10,000."""


def page_of(shape: type[serializers.Serializer[Any]], name: str, *, counted: bool = False) -> dict[Any, Any]:
    """`counted`: with `count` where it was asked for."""
    count = {"count": Count(required=False, help_text="With `count=1`: a number, or words above 10,000.")}
    frame = inline_serializer(
        f"{name}Page",
        (count if counted else {})
        | {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": shape(many=True),
        },
    )
    return _with({200: frame}, *_READ, 403)


def made(shape: Any) -> dict[Any, Any]:
    return _with({201: shape}, *_WRITTEN)


def changed(shape: Any) -> dict[Any, Any]:
    return _with({200: shape}, *_WRITTEN)


def moved(shape: Any) -> dict[Any, Any]:
    """204: a draft was discarded."""
    return _with({201: shape, 204: None}, *_WRITTEN)


GONE = _with({204: None}, *_WRITTEN)
