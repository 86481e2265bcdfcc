"""What the record of an issue says in whatever situation it is."""

from issues.models import EventText, Issue
from issues.record.chain import broken_chains
from tests.dialogue.told_in_full import ALIKE, KINDS, KINDS_ELSEWHERE, kind_of


def told_by_its_record(issue: Issue) -> None:
    """The chain verifies, the row is the fold of the events, and each text is of a kind that can be taken away."""
    events = list(issue.events.all())
    assert broken_chains([issue]) == {}
    assert [event.seq for event in events] == list(range(1, issue.rev + 1))
    before = "draft"
    for event in events:
        assert event.from_status == before, event.move
        before = event.to_status
    assert issue.status == before or issue.origin == "legacy"
    assert bytes(issue.chain_hash) == (bytes(events[-1].hash) if events else b"")
    assert sorted(event.at for event in events) == [event.at for event in events]
    kinds = {kind_of(text) for text in EventText.objects.filter(event__issue=issue).select_related("event")}
    assert kinds <= KINDS | KINDS_ELSEWHERE | ALIKE, (
        "a new kind of text: tests/dialogue/told_in_full.py says what to do"
    )
