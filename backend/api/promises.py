"""What version 1 promises, one line each: what a program may rely on. Lines may be added, never changed or taken away.

`backend/api/openapi.yaml` is the description as it is served, `backend/api/promises.txt` what was ever promised. The tests
compare both with the code; `manage.py describe_api` renews them, and refuses where a promise would be broken.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator

SCHEMA = Path(__file__).with_name("openapi.yaml")
PROMISES = Path(__file__).with_name("promises.txt")

type Schema = Mapping[str, Any]


def generated() -> dict[str, Any]:
    """The schema of the code as it is, in English. Takes a second."""
    with translation.override("en"):
        made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


def as_text(schema: Schema) -> str:
    return yaml.dump(schema, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)


class _Plain(yaml.SafeDumper):
    """Without anchors: a part that stands twice is written twice. Words that are not plain text (lazy ones) are an error."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@cache
def served() -> dict[str, Any]:
    """The schema that is committed, which the code keeps; read once."""
    read: dict[str, Any] = yaml.load(SCHEMA.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return read


def promised() -> set[str]:
    return set(PROMISES.read_text().splitlines()) if PROMISES.exists() else set()


def promises_of(schema: Schema) -> set[str]:
    """Each operation, what it takes and answers, and each field of what goes in and comes out, with its type and values."""
    found: set[str] = set()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            found |= set(_of_operation(f"{method.upper()} {path}", operation))
    for name, component in schema["components"]["schemas"].items():
        found |= set(_of_component(name, component))
    return found


def broken(before: Iterable[str], schema: Schema) -> list[str]:
    """The promises that the schema no longer keeps, and what it newly demands of those who relied on them."""
    before, now = set(before), promises_of(schema)
    known = {line.partition(":")[0].partition(".")[0] for line in before}
    demanded = [
        f"newly demanded: {line}"
        for line in now - before
        if line.endswith(_DEMANDED) and line.partition(":")[0].partition(".")[0].partition(" takes")[0] in known
    ]
    return [*(f"no longer kept: {line}" for line in sorted(before - now)), *sorted(demanded)]


_DEMANDED = ", demanded"


def _of_operation(address: str, operation: Schema) -> Iterator[str]:
    yield f"{address}: {operation['operationId']}"
    for each in operation.get("parameters", ()):
        demanded = _DEMANDED if each.get("required") and each["in"] != "path" else ""
        name = f"{address} takes {each['in']} {each['name']}"
        yield f"{name}: {said(each['schema'])}{demanded}"
        yield from (f"{name} = {value}" for value in _values(each["schema"]))
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        yield f"{address} takes {kind}: {said(body['schema'])}"
    for status, response in operation["responses"].items():
        content = response.get("content", {"nothing": {"schema": {}}})
        yield from (f"{address} answers {status}: {said(body['schema'])} as {kind}" for kind, body in content.items())


def _of_component(name: str, component: Schema) -> Iterator[str]:
    yield from (f"{name} = {value}" for value in _values(component))
    is_sent, needed = name.endswith("Request"), component.get("required", ())
    for field, schema in component.get("properties", {}).items():
        always = "" if field not in needed else _DEMANDED if is_sent else ", always"
        yield f"{name}.{field}: {said(schema)}{always}"
        yield from (f"{name}.{field} = {value}" for value in _values(schema))


def _values(schema: Schema) -> list[Any]:
    values: list[Any] = schema.get("enum") or schema.get("items", {}).get("enum", [])
    return values


def said(schema: Schema) -> str:
    """A type in a few words: `[Ask]`, `string date or null`."""
    if ref := schema.get("$ref"):
        return str(ref).rpartition("/")[2].replace("NullEnum", "null")
    for joined in ("allOf", "oneOf", "anyOf"):
        if joined in schema:
            return " or ".join(said(each) for each in schema[joined])
    kinds = schema.get("type", "anything")
    words = [_kind(kind, schema) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
    return " or ".join(words)


def _kind(kind: str, schema: Schema) -> str:
    if kind == "array":
        return f"[{said(schema['items'])}]"
    if kind == "object" and isinstance(more := schema.get("additionalProperties"), Mapping):
        return f"{{{said(more)}}}"
    return f"{kind} {schema['format']}" if kind != "null" and "format" in schema else kind
