"""The schema, the page of documentation made from it, and what is at no address."""

import hashlib
import json
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import condition, require_safe
from django.views.decorators.vary import vary_on_headers
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.base import Resource
from backend.api.promises import SCHEMA, served
from backend.api.walk import HOST, LANGUAGES, RULES, WALK
from backend.core.errors import Words

YAML, JSON = "application/vnd.oai.openapi", "application/vnd.oai.openapi+json"


@cache
def _described(kind: str) -> bytes:
    return SCHEMA.read_bytes() if kind == YAML else json.dumps(served(), ensure_ascii=False).encode()


def _etag(request: HttpRequest) -> str:
    return f'"{hashlib.sha256(_described(_kind_for(request))).hexdigest()[:32]}"'


def _kind_for(request: HttpRequest) -> str:
    preferred = request.get_preferred_type([YAML, "application/yaml", JSON, "application/json"])
    return JSON if preferred in (JSON, "application/json") else YAML


@require_safe
@vary_on_headers("Accept")
@condition(etag_func=_etag)
def schema(request: HttpRequest) -> HttpResponse:
    """The committed description, OpenAPI 3.1; as JSON to whoever prefers that. No query."""
    kind = _kind_for(request)
    return HttpResponse(_described(kind), content_type=kind, headers={"Cache-Control": "no-cache"})


class Nowhere(Resource):
    """Any other address below `/api/v1/`: 404 as a problem document."""

    conditional = False

    def get_permissions(self) -> list[Any]:
        return [AllowAny()]

    @extend_schema(exclude=True)
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:  # pragma: no cover  (`initial` answers)
        raise Http404


def _with_code(words: Words) -> SafeString:
    """What stands between backticks as code."""
    parts = str(words).split("`")
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if n % 2 else part,) for n, part in enumerate(parts))
    )


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """A five-minute walk, and every operation. No query."""
    operations = [
        {
            "path": path,
            "method": method.upper(),
            "id": operation["operationId"],
            "said": _with_code(operation["description"]),
        }
        for path, methods in served()["paths"].items()
        for method, operation in methods.items()
    ]
    here = request.build_absolute_uri("/").rstrip("/")
    walk = [
        {
            "title": step.title,
            "said": _with_code(step.said),
            "codes": [(name, code.replace(HOST, here)) for name, code in zip(LANGUAGES, step.codes, strict=True)],
        }
        for step in WALK
    ]
    return render(
        request,
        "api/docs.html",
        {"operations": operations, "walk": walk, "rules": [_with_code(rule) for rule in RULES]},
    )
