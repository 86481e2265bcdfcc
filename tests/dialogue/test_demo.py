"""`demo`: from nothing to a running platform; in whatever goes wrong, one line and exit code 1."""

import errno
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from backend.accounts.models import User
from backend.core.models import Mark
from backend.embedded_postgres import EmbeddedPostgresError
from dialogue.demo import database, filling, keys
from dialogue.demo.address import Address
from dialogue.demo.cast import address
from dialogue.demo.failure import DemoError, told
from dialogue.demo.replay import StoryError
from tests.dialogue.serving import served_until_told_to_stop
from tests.factories.people import Cast
from tests.factories.processes import another_database

PEOPLE = 12  # named in contract.md, and a coordinator


@pytest.fixture(autouse=True)
def var_dir(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing of these tests is written beside the developer's own demonstration."""
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    monkeypatch.delenv("SECRET_KEY", raising=False)
    settings.VAR_DIR = tmp_path / "var"
    return tmp_path / "var"


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def refused(capsys: pytest.CaptureFixture[str], **options: Any) -> str:
    """The one line in which the command said why not."""
    with pytest.raises(SystemExit) as exit_:
        call_command("demo", **options)
    assert exit_.value.code == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]


@pytest.mark.exhaustive
def test_one_command_makes_it_all_from_nothing_serves_it_and_stops_when_told(db: None) -> None:
    """The suite fills a migrated database, and serves that one: `test_demo_content`."""
    with another_database(f"{connection.settings_dict['NAME']}_demo") as url:
        served_until_told_to_stop(url)
        with psycopg.connect(url) as later:
            assert later.execute("SELECT count(*) FROM core_mark").fetchone() == (1,)


def test_a_database_of_an_older_version_is_brought_up_to_date(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    Mark.objects.create(key=filling.MARK, made_at=timezone.now())
    call_command("migrate", "dialogue", "0006", verbosity=0)
    assert "dialogue_report" not in connection.introspection.table_names()
    call_command("demo", no_serve=True)
    assert re.search(r"[1-9] applied", capsys.readouterr().out)
    assert "dialogue_report" in connection.introspection.table_names()


def test_what_is_filled_is_not_filled_again(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    Mark.objects.create(key=filling.MARK, made_at=timezone.now())
    before = User.objects.count()
    call_command("demo", no_serve=True)
    call_command("demo", no_serve=True)
    assert User.objects.count() == before
    assert capsys.readouterr().out.count("there already") == 2


def test_somebodys_people_are_not_joined_by_invented_ones(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    before = User.objects.count()
    assert "did not make" in refused(capsys, no_serve=True)
    assert User.objects.count() == before


def test_somebody_elses_tables_are_left_alone(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE shop_order (id int)")
    assert "it has the table shop_order" in refused(capsys, no_serve=True)
    assert not User.objects.exists()


def test_fresh_empties_nothing_that_is_not_ours(
    cast: Cast, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "is_embedded", lambda: False)
    before = User.objects.count()
    assert "this is neither" in refused(capsys, no_serve=True, fresh=True)
    assert User.objects.count() == before > 0


def test_fresh_may_empty_what_demo_filled(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "is_embedded", lambda: False)
    Mark.objects.create(key=filling.MARK, made_at=timezone.now())
    database.check_may_be_emptied()


def test_a_filling_that_fails_leaves_nothing_behind(
    db: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(self: object) -> None:
        raise StoryError("story, act 3: not now")

    monkeypatch.setattr("dialogue.demo.replay.Replay.run", stumbles)
    assert refused(capsys, no_serve=True).endswith("story, act 3: not now")
    assert not User.objects.exists()
    assert not filling.is_filled()


def test_a_taken_port_is_told_before_the_long_work(taken_port: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a database: nothing was asked of it yet."""
    assert f"Port {taken_port} is taken" in refused(capsys, port=taken_port)


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("127.0.0.1", 70000, "There is no port 70000"),
        ("no such host", 8000, "There is no host 'no such host'"),
        ("203.0.113.7", 8000, "203.0.113.7 is no address of this machine"),
    ],
)
def test_an_address_that_cannot_be_is_told(
    host: str, port: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert words in refused(capsys, host=host, port=port)


@pytest.mark.parametrize(
    ("host", "url", "allowed"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", "127.0.0.1"),
        ("::1", "http://[::1]:8000", "[::1]"),
        ("0.0.0.0", "http://127.0.0.1:8000", "*"),
        ("localhost", "http://localhost:8000", "localhost"),
    ],
)
def test_the_printed_address_is_one_that_is_allowed(host: str, url: str, allowed: str) -> None:
    where = Address.of(host, 8000)
    assert where.url == url
    assert allowed in where.allowed_hosts


def test_everybody_signs_in_with_the_printed_password(db: None) -> None:
    for key in ("ngo", "officer"):
        User.objects.create_user(address(key), name=key)
    stranger = User.objects.create_user("a@example.org", "their own", name="A")
    filling.set_password("first")
    stored = User.objects.get(email=address("ngo")).password
    filling.set_password("first")
    assert User.objects.get(email=address("ngo")).password == stored  # nobody was signed out
    officer = User.objects.get(email=address("officer"))
    officer.set_password("changed by themselves")
    officer.save()
    filling.set_password("second")
    assert all(User.objects.get(email=address(key)).check_password("second") for key in ("ngo", "officer"))
    stranger.refresh_from_db()
    assert stranger.check_password("their own")


def test_the_password_is_made_once_and_kept_for_the_owner_alone(var_dir: Path) -> None:
    password = keys.password()
    assert re.fullmatch(r"(\w{4}-){2}\w{4}", password)
    assert keys.secret_key() == keys.secret_key()
    assert keys.password() == password
    assert (var_dir / "demo.json").stat().st_mode & 0o777 == 0o600
    assert json.loads((var_dir / "demo.json").read_text())["password"] == password


def test_a_password_that_is_set_wins_and_is_not_kept(var_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", "mine")
    assert keys.password() == "mine"
    assert not var_dir.exists()


def test_a_broken_file_of_keys_is_made_anew(var_dir: Path) -> None:
    var_dir.mkdir()
    (var_dir / "demo.json").write_text('{"password": ')
    assert keys.password() == keys.password()


def database_error(cause: Exception) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


def embedded_error() -> OperationalError:
    raised = psycopg.OperationalError("The embedded database did not start: why")
    raised.__cause__ = EmbeddedPostgresError("The embedded database did not start: why")
    return database_error(raised)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (database_error(psycopg.OperationalError("Connection refused\n\tIs it running?")),
         "No connection to the database: Connection refused Is it running?"),
        (database_error(psycopg.errors.DiskFull("could not extend file")), "The disk that holds the database is full"),
        (database_error(psycopg.errors.LockNotAvailable("timeout")), "Another process is using this database"),
        (database_error(psycopg.errors.InsufficientPrivilege("must be owner")), "The database refused: must be owner"),
        (embedded_error(), "The embedded database did not start: why"),
        (EmbeddedPostgresError("There is no PostgreSQL here"), "There is no PostgreSQL here"),
        (OSError(errno.ENOSPC, "No space left on device", "var/demo.json"), "The disk is full (var/demo.json)"),
        (PermissionError(errno.EACCES, "Permission denied", "var/demo.json"), "The system refused: Permission denied"),
    ],
)  # fmt: skip
def test_errors_of_the_database_and_the_system_are_one_line(error: Exception, words: str) -> None:
    line = told(error)
    assert line.startswith(words)
    assert "\n" not in line


def test_an_error_says_what_to_do_instead() -> None:
    with pytest.raises(DemoError, match="--host"):
        Address.of("no such host", 8000)


def test_the_people_are_introduced_in_the_order_of_the_contract(db: None) -> None:
    people = filling.named_people()
    assert len(people) == PEOPLE
    assert [email for email, _ in people[:3]] == ["ngo@demo.birge", "member@demo.birge", "ngo2@demo.birge"]
