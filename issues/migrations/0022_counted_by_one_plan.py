"""Counting an issue is planned once for a connection, and reads its cells once."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "cells.sql").read_text(encoding="utf-8")
FUNCTION = "CREATE FUNCTION issues_count" + SQL.partition("CREATE FUNCTION issues_count")[2]


class Migration(migrations.Migration):
    dependencies = [("issues", "0021_moderation_and_words")]

    operations = [
        migrations.RunSQL(FUNCTION.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"), migrations.RunSQL.noop),
    ]
