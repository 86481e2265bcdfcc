"""Counted too: acts of moderators, what bodies wrote before an answer, length of answers, groups of the open, hops."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "cells.sql").read_text(encoding="utf-8")
VIEW = "CREATE VIEW issues_cells_now" + SQL.partition("CREATE VIEW issues_cells_now")[2].partition("-- In the transaction")[0]


class Migration(migrations.Migration):
    dependencies = [("issues", "0020_refusals_as_chances")]

    operations = [
        migrations.RunSQL(VIEW.replace("CREATE VIEW", "CREATE OR REPLACE VIEW"), migrations.RunSQL.noop),
        migrations.RunSQL("SELECT issues_count(ARRAY(SELECT id FROM issues_issue))", migrations.RunSQL.noop),
    ]
