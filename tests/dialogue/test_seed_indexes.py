"""What `seed` lays aside while it writes comes back as it was, and finds what is wrong."""

import pytest
from django.db import IntegrityError, connection

from dialogue.seed.indexes import laid_aside
from issues.models import Answer, AskAnswer, Dispute
from tests.factories.stories import Story

TABLES = [Answer, AskAnswer, Dispute]
EVERYTHING = """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid::regclass::text = ANY(%s)
    UNION ALL SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid::regclass::text = ANY(%s) ORDER BY 1, 2
"""


def guards() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(EVERYTHING, [[model._meta.db_table for model in TABLES]] * 2)
        return cursor.fetchall()


@pytest.mark.django_db
def test_indexes_unique_rules_and_references_come_back_as_they_were() -> None:
    before, told = guards(), []
    with laid_aside(TABLES, lambda done, total: told.append((done, total))):
        left = dict(guards())
    assert guards() == before
    assert {name for name in left if name.endswith("_pkey")} == {f"{model._meta.db_table}_pkey" for model in TABLES}
    assert not [rule for rule in left.values() if rule.startswith(("FOREIGN KEY", "UNIQUE"))]
    assert not [name for name, rule in left.items() if rule.startswith("CREATE") and not name.endswith("_pkey")]
    assert told == [(n, len(told)) for n in range(1, len(told) + 1)]
    assert len(told) > 15


def test_a_row_that_breaks_a_rule_is_found_at_the_end(story: Story) -> None:
    story.answered("supported")
    answer = Answer.objects.values_list("pk", flat=True).get()
    connection.check_constraints()
    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="askanswer_once_per_answer"),
        laid_aside([AskAnswer], lambda done, total: None),
    ):
        cursor.execute(
            """INSERT INTO issues_askanswer (answer_id, ask_id, verdict, ground, text, text_html)
            SELECT answer_id, ask_id, verdict, ground, text, text_html FROM issues_askanswer WHERE answer_id = %s""",
            [answer],
        )
