"""`manage.py` says in a sentence what is missing."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.factories.database import PROJECT, drop


@pytest.fixture
def empty_database(transactional_db):
    name = f"{connection.settings_dict['NAME']}_empty"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield f"postgres:///{name}?host={connection.settings_dict['HOST']}&user={connection.settings_dict['USER']}"
    with connection.cursor() as cursor:
        drop(cursor, name)


@pytest.mark.thorough
def test_a_command_on_a_database_without_tables_says_what_to_run(empty_database):
    ran = subprocess.run(
        [sys.executable, "manage.py", "seed", "--issues", "3", "--yes"],
        cwd=PROJECT, env=os.environ | {"DATABASE_URL": empty_database}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr.strip().splitlines() == [
        "This database has no tables yet, or older ones: run `uv run manage.py migrate` (or `demo`) first."
    ]


@pytest.mark.thorough
def test_a_database_that_is_no_postgresql_is_refused_in_a_sentence():
    ran = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=PROJECT, env=os.environ | {"DATABASE_URL": "sqlite:////no"}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode != 0
    assert "DATABASE_URL is not of a PostgreSQL server" in ran.stderr
