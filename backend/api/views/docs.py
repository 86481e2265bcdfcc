"""The schema, the page of documentation made from it, and what is at no address."""

from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.base import Resource
from backend.api.walk import HOST, RULES, WALK


class Schema(SpectacularAPIView):
    """OpenAPI 3.1; as JSON to whoever accepts that."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()


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


@cache
def schema() -> dict[str, Any]:
    """The schema in English, made once."""
    with translation.override("en"):
        made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """A five-minute walk, and every operation. No query."""
    described = schema()
    operations = [
        {
            "path": path,
            "method": method.upper(),
            "id": operation["operationId"],
            "said": operation.get("description", ""),
        }
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    here = request.build_absolute_uri("/").rstrip("/")
    walk = [
        {"title": step.title, "said": step.said, "codes": [code.replace(HOST, here) for code in step.codes]}
        for step in WALK
    ]
    return render(request, "api/docs.html", {"operations": operations, "walk": walk, "rules": RULES})
