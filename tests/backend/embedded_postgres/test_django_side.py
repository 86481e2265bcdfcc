"""`database_settings()` in Django: any command works from nothing, and goes on after the server was killed."""

import json

import pytest

from backend.embedded_postgres import ensure_running, is_running, stop

pytestmark = pytest.mark.thorough

SETUP = """
import json, os, signal, sys
from pathlib import Path
from django.conf import settings
from backend.embedded_postgres import database_settings, postmaster_pid
data_dir, options = Path(sys.argv[1]), json.loads(sys.argv[2])
settings.configure(DATABASES={"default": database_settings(data_dir=data_dir) | options})
import django
django.setup()
from django.core.management import call_command
from django.db import connection

def one():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone()[0]
"""


@pytest.fixture
def django_says(data_dir, python):
    def run(code, **options):
        process = python(SETUP + code, data_dir, json.dumps(options))
        said = process.communicate(timeout=60)[0].split()
        assert process.returncode == 0
        return said

    return run


def test_the_first_connection_starts_the_server(django_says, data_dir):
    assert django_says("print(postmaster_pid(data_dir), one(), connection.vendor, connection.is_usable())") == [
        "None", "1", "postgresql", "True",
    ]  # fmt: skip
    assert is_running(data_dir)


def test_commands_without_a_database_start_nothing(django_says, data_dir):
    django_says("call_command('diffsettings', output='unified')")
    assert not is_running(data_dir)


@pytest.mark.parametrize(
    "options", [{}, {"CONN_HEALTH_CHECKS": True, "OPTIONS": {"pool": {"min_size": 1, "max_size": 2, "timeout": 20}}}]
)
def test_the_next_connection_after_a_kill_starts_it_again(django_says, options):
    code = """
print(one())
connection.close()
for mode in (signal.SIGKILL, signal.SIGINT):
    os.kill(postmaster_pid(data_dir), mode)
    while postmaster_pid(data_dir): pass
    print(one())
    connection.close()
connection.close_pool() if connection.pool else None
"""
    assert django_says(code, **options) == ["1", "1", "1"]


def test_a_refusal_is_a_database_error_with_the_sentence(django_says, data_dir):
    code = """
from backend.embedded_postgres import start, EmbeddedPostgresError
def launch(places, user): raise EmbeddedPostgresError("the-disk-is-full")
start.launch = launch
try: one()
except django.db.OperationalError as error: print(error)
"""
    assert django_says(code) == ["the-disk-is-full"]


def test_the_shell_is_the_psql_of_the_same_server(django_says, data_dir):
    assert django_says("""call_command("dbshell", "--", "-Atc", "SELECT current_user, current_database()")""") == [
        "birge|birge"
    ]


def test_a_test_database_is_made_and_destroyed(django_says, data_dir):
    code = """
connection.creation.create_test_db(verbosity=0)
print(connection.settings_dict["NAME"], one())
connection.creation.destroy_test_db("birge", verbosity=0)
"""
    assert django_says(code) == ["test_birge", "1"]
    ensure_running(data_dir)
    assert stop(data_dir=data_dir, if_unused=True) is True
