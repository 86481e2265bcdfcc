"""Real discussions with orphans, by the mappings of the examples: two of them, and with `--exhaustive` all 5,633 comments."""

import csv
from collections.abc import Container
from pathlib import Path

import pytest
from django.test import Client

from dialogue.imports.meaning import read_thread_meaning
from dialogue.models import Message
from issues.imports.mapping import read_meaning
from issues.models import Issue
from issues.record.chain import broken_chains
from tests.factories.discussions import hear_file
from tests.factories.processes import PROJECT
from tests.factories.registers import table, take, taken_issue

DATA: Path = PROJECT.parent / "shared" / "data" / "decide_madrid"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not DATA.exists(), reason="the discussions are not beside the repository: ../shared/data/decide_madrid"
    ),
    pytest.mark.long,
    pytest.mark.thorough,
]


def rows_of(discussions: Container[str]) -> list[dict[str, str]]:
    with (DATA / "comments.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["proposalId"] in discussions]


class Everything:
    def __contains__(self, discussion: object) -> bool:
        return True


@pytest.mark.parametrize(
    "discussions",
    [
        pytest.param(("1419", "1085"), id="the longest and the fifth"),
        pytest.param(Everything(), id="all eighty", marks=pytest.mark.exhaustive),
    ],
)
def test_all_that_has_words_goes_in_and_orphans_are_shown(discussions: Container[str], tmp_path: Path) -> None:
    take(
        DATA / "proposals.csv", read_meaning(PROJECT / "examples" / "decide_madrid_proposals.toml", create_bodies=True)
    )
    means = read_thread_meaning(PROJECT / "examples" / "decide_madrid_comments.toml")
    rows = rows_of(discussions)
    file = table(tmp_path, rows)
    words = {row["id"]: row["proposalId"] for row in rows if row["text"].strip()}
    orphans = [row for row in rows if row["id"] in words and row["parentId"] not in ("-1", *words)]
    assert len(rows) > len(words) > len(orphans) > 70
    found = hear_file(file, means)
    assert found.counts == (len(words), 0, len(rows) - len(words), len(orphans))
    assert set(found.why.values()) == {"body: It is missing: a message has words."}
    assert hear_file(file, means).counts == (0, len(words), len(rows) - len(words), 0)
    assert dict(Message.objects.values_list("source_id", "issue__source__source_id")) == words
    longest = taken_issue("1419", "Decide Madrid")
    assert longest.seq == sum(issue == "1419" for issue in words.values())
    assert broken_chains(Issue.objects.on_legacy().filter(pk=longest.pk)) == {}
    html = Client().get(f"/en/issues/{longest.number}/").content.decode()
    assert "Answers a message that is not here" in html
