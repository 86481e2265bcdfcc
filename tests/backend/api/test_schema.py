"""The description of the API is committed, true, and promises; what was promised stays (the page of documentation says so)."""

import copy
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from backend.api import promises

RENEW = "renew it: uv run manage.py describe_api"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return promises.generated()


def test_it_is_valid_and_nothing_in_it_was_guessed() -> None:
    reset_generator_stats()
    made = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    assert not GENERATOR_STATS
    validate_schema(made)
    assert made["openapi"] == "3.1.0"


def test_the_committed_description_is_that_of_the_code(schema: dict[str, Any]) -> None:
    assert promises.SCHEMA.read_text() == promises.as_text(schema), f"openapi.yaml is not the code's; {RENEW}"


def test_no_promise_is_broken(schema: dict[str, Any]) -> None:
    lost = promises.broken(promises.promised(), schema)
    assert not lost, "Programs rely on these; `manage.py describe_api --help` says what to do:\n" + "\n".join(lost)


def test_every_promise_is_written_down_one_a_line_in_order(schema: dict[str, Any]) -> None:
    assert promises.PROMISES.read_text().splitlines() == sorted(promises.promises_of(schema)), RENEW


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_it_reads_the_same_whoever_asks(schema: dict[str, Any], language: str) -> None:
    with translation.override(language):
        made = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    assert promises.as_text(made) == promises.as_text(schema)


@pytest.mark.parametrize(
    ("accept", "kind", "begins"),
    [
        ("*/*", "application/vnd.oai.openapi", b"openapi: 3.1.0"),
        ("application/json", "application/vnd.oai.openapi+json", b'{"openapi": "3.1.0"'),
        ("text/html", "application/vnd.oai.openapi", b"openapi: 3.1.0"),
    ],
)
def test_it_is_given_out_as_committed_and_once(accept: str, kind: str, begins: bytes) -> None:
    first = Client().get("/api/v1/schema/", headers={"Accept": accept})
    assert (first.status_code, first["Content-Type"], first.content[: len(begins)]) == (200, kind, begins)
    again = Client().get("/api/v1/schema/", headers={"Accept": accept, "If-None-Match": first["ETag"]})
    assert again.status_code == 304


def _without(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(schema: dict[str, Any]) -> None:
        for step in path[:-1]:
            schema = schema[step]
        if isinstance(schema, list):
            schema.remove(path[-1])
        else:
            del schema[path[-1]]

    return change


def _with(value: Any, *path: str) -> Callable[[dict[str, Any]], None]:
    def change(schema: dict[str, Any]) -> None:
        for step in path[:-1]:
            schema = schema[step]
        schema[path[-1]] = value

    return change


def _demanding(schema: dict[str, Any]) -> None:
    request = schema["components"]["schemas"]["MessageRequest"]
    request["properties"]["mood"] = {"type": "string"}
    request["required"].append("mood")


PARTS = ("components", "schemas")


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        (_without("paths", "/api/v1/issues/{issue}/clock/"), "no longer kept: GET /api/v1/issues/{issue}/clock/: explain_clock"),
        (_without(*PARTS, "Issue", "properties", "due_at"), "no longer kept: Issue.due_at: string date-time or null, always"),
        (_with({"type": "integer"}, *PARTS, "Issue", "properties", "title"), "no longer kept: Issue.title: string, always"),
        (_without(*PARTS, "Issue", "required", "body"), "no longer kept: Issue.body: string, always"),
        (_without(*PARTS, "Status", "enum", "disputed"), "no longer kept: Status = disputed"),
        (_without(*PARTS, "MoveRequest", "properties", "reason"), "no longer kept: MoveRequest.reason: string"),
        (_demanding, "newly demanded: MessageRequest.mood: string, demanded"),
    ],
)  # fmt: skip
def test_a_broken_promise_is_named(schema: dict[str, Any], change: Callable[[dict[str, Any]], None], lost: str) -> None:
    before, after = promises.promises_of(schema), copy.deepcopy(schema)
    change(after)
    assert lost in promises.broken(before, after)


@pytest.mark.parametrize(
    "change",
    [
        _with({"type": "string"}, *PARTS, "Issue", "properties", "colour"),
        _with({"type": "string"}, *PARTS, "MessageRequest", "properties", "mood"),
        lambda schema: schema["components"]["schemas"]["Status"]["enum"].append("paused"),
    ],
)
def test_what_is_added_breaks_nothing(schema: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> None:
    before, after = promises.promises_of(schema), copy.deepcopy(schema)
    change(after)
    assert promises.broken(before, after) == []
    assert promises.promises_of(after) > before


def test_the_command_writes_nothing_while_a_promise_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name, text in (("SCHEMA", ""), ("PROMISES", "Issue.smell: string, always\n")):
        monkeypatch.setattr(promises, name, tmp_path / name)
        (tmp_path / name).write_text(text)
    with pytest.raises(CommandError, match=r"no longer kept: Issue\.smell: string, always"):
        call_command("describe_api")
    assert (tmp_path / "SCHEMA").read_text() == ""
    (tmp_path / "PROMISES").write_text("")
    call_command("describe_api", stdout=StringIO())
    assert (tmp_path / "SCHEMA").read_text().startswith("openapi: 3.1.0")
    assert "Status = disputed" in promises.promised()


def _examples(schema: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for methods in schema["paths"].values():
        for operation in methods.values():
            answers = operation["responses"].values()
            for part in (operation.get("requestBody", {}), *answers):
                for content in part.get("content", {}).values():
                    for name, example in content.get("examples", {}).items():
                        yield f"{operation['operationId']} {name}", example["value"], content["schema"]


def test_each_example_is_what_it_is_an_example_of(schema: dict[str, Any]) -> None:
    found = list(_examples(schema))
    for name, value, of in found:
        validator = Draft202012Validator({**of, "components": schema["components"]})
        assert [error.message for error in validator.iter_errors(value)] == [], name
    said = {name.partition(" ")[0] for name, _value, _of in found}
    assert {operation["operationId"] for methods in schema["paths"].values() for operation in methods.values()} <= said
