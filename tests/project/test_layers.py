"""Habits that no linter knows (CONTRIBUTING): they are checks, or they are wishes."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from issues.actions.engine import HANDLERS

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("backend", "issues", "dialogue")
CODE = [path for name in PACKAGES for path in sorted((ROOT / name).rglob("*.py")) if "migrations" not in path.parts]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

LONGEST_FILE = 300
LONGEST_TEST_FILE = 450  # a list of sentences may be longer than one page of thought
PASSAGE = 6
LONGEST_FUNCTION = 40  # CONTRIBUTING asks for about 25

# The writers: actions, what they stand on, and the two that fill a database (D20; habit 2).
WRITERS = (
    "issues/actions/", "issues/record/", "dialogue/actions/", "backend/organisations/actions/",
    "backend/accounts/actions.py", "backend/accounts/models.py", "backend/organisations/reference/", "issues/reference/",
    "dialogue/demo/", "dialogue/seed/", "dialogue/management/commands/seed.py", "backend/api/actions.py", "backend/core/once.py",
)  # fmt: skip
AN_ISSUE = r"\b(?:issue|draft|row|each|item)"
WRITING = {"save", "delete", "create", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def found_in(paths: list[Path], pattern: str) -> list[str]:
    """As `file: what was found`; of a pattern with a group, the group."""
    return [
        f"{name_of(path)}: {found}"
        for path in paths
        for found in re.findall(pattern, path.read_text(encoding="utf-8"), re.MULTILINE)
    ]


def test_files_and_their_functions_are_short() -> None:
    assert {name_of(path): n for path in CODE if (n := lines_of(path)) > LONGEST_FILE} == {}
    long = {
        f"{name_of(path)}: {each.name}": n
        for path in CODE
        for each in functions(path)
        if (n := (each.end_lineno or 0) - each.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_no_file_of_tests_is_endless() -> None:
    assert {name_of(path): n for path in TESTS if (n := lines_of(path)) > LONGEST_TEST_FILE} == {}


def test_nothing_is_called_utils_helpers_or_services() -> None:
    assert [name_of(path) for path in [*CODE, *TESTS] if path.stem in ("utils", "helpers", "services")] == []


def test_no_view_decides_by_status() -> None:
    """One table moves an issue (habit 1): a view asks `admit`, `allowed_moves` or a policy."""
    compared = [
        f"{name_of(path)}: {ast.unparse(node)}"
        for path in CODE
        if path.parts[-2] == "views" or path.name == "views.py"
        for node in nodes(path)
        if isinstance(node, ast.Compare) and re.search(rf"{AN_ISSUE}\.status\b", ast.unparse(node))
    ]
    assert compared == []


def test_no_template_decides_by_status_or_carries_style_or_script() -> None:
    assert found_in(TEMPLATES, rf"{{%\s*(?:el)?if[^%]*{AN_ISSUE}\.status\b[^%]*%}}") == []
    assert found_in(TEMPLATES, r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=") == []
    unescaped = found_in(TEMPLATES, r"{%\s*autoescape off|(?<!_html)\|safe\b")
    assert unescaped == [], "only what was rendered at write is safe"


def test_no_passage_of_six_lines_stands_twice() -> None:
    """Where one piece of code could serve. Imports are no passages; a language's formats are what Django wants of each."""
    seen: dict[tuple[str, ...], str] = {}
    twice = []
    for path in [*(path for path in CODE if "formats" not in path.parts), *TEMPLATES]:
        told = re.sub(r"^from \S+ import \([^)]*\)", _emptied, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        lines = [(n, text.strip()) for n, text in enumerate(told.splitlines(), 1)]
        telling = [(n, text) for n, text in lines if len(text) > 4 and not re.match(r"from |import |#|\"\"\"", text)]
        for window in zip(*(telling[start:] for start in range(PASSAGE)), strict=False):
            where = f"{name_of(path)}:{window[0][0]}"
            passage = tuple(text for _, text in window)
            if passage in seen:
                twice.append(f"{where} as {seen[passage]}")
            seen.setdefault(passage, where)
    assert twice == [], "\n".join(twice)


def _emptied(passage: re.Match[str]) -> str:
    return "\n" * passage[0].count("\n")


def test_only_the_actions_write() -> None:
    writes = [
        f"{name_of(path)}:{node.lineno}: {ast.unparse(node.func)}"
        for path in CODE
        if not name_of(path).startswith(WRITERS)
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITING
        and re.search(r"objects|issue|message|membership|organisation|draft|user", ast.unparse(node.func).lower())
    ]  # fmt: skip
    assert writes == []


def test_every_move_is_made_in_the_actions() -> None:
    assert {handler.__module__.rpartition(".")[0] for handler in HANDLERS.values()} == {"issues.actions"}


def test_no_mail_and_no_network_inside_an_action() -> None:
    """Effects wait for the commit (habit 3)."""
    actions = [path for path in CODE if "actions" in name_of(path)]
    assert len(actions) > 40
    named = r"^\s*(?:from|import) (django\.core\.mail|socket|smtplib|urllib|http|channels)"
    assert found_in(actions, named) == []
