"""What the database was asked, where a captured query only executes a plan."""

import re

from django.db import connection


def in_full(sql: str) -> str:
    """The statements that the plans were made of, with the values in their places; any other SQL as it is. Without the BEGIN and
    the savepoints that were sent before them.
    """
    said = [each for each in sql.split(";\n") if not each.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]
    return ";\n".join(re.sub(r"^EXECUTE (\w+)\((.*)\)$", _planned, each) for each in said)


def _planned(executed: re.Match[str]) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name = %s", [executed[1]])
        (statement,) = cursor.fetchone()
    values = executed[2].split(", ")
    return re.sub(r"\$(\d+)", lambda place: values[int(place[1]) - 1], statement.partition(" AS ")[2])
