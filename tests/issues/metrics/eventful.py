"""A world in which every number of the metrics is more than nothing."""

from datetime import timedelta
from pathlib import Path

from dialogue.actions import hide_message, post_message, show_message
from issues.actions.blanking import blank_text
from issues.actions.lapses import enter_what_is_due
from issues.metrics.counting import sum_up
from issues.models import BlankReason, HideReason, ScopeCode
from tests.factories.people import Cast
from tests.factories.registers import ANSWERED, jsonl, row, take
from tests.factories.stories import Story, almaty, answer_row


def moved(story: Story, days: int) -> None:
    made = story.issue.commitments.get()
    due = made.due + timedelta(days)
    story.move("commitment_reschedule", story.cast.signatory, commitment=made.pk, due=due, reason="The tender failed.")


def told(cast: Cast, folder: Path) -> Story:
    """Redirects, merges, restores, withdrawals, an issue from another register, promises of every end, disagreements with every
    end, a closing without reply, words of bodies before an answer, and every kind of act of the moderators; half summed up.
    """
    story = Story(cast)
    story.disputed("supported", "refused", "partly").move("retract", cast.manager, reason="It came.")
    story.move("confirm", cast.manager, asks=[1])
    _promises(cast)
    _disagreements(cast)
    sum_up()
    _elsewhere(cast)
    _moderated(cast)
    Story(cast).raised(by=cast.other_manager, language="kk")
    take(jsonl(folder, row(**ANSWERED)))
    return story


def _promises(cast: Cast) -> None:
    put_off = Story(cast).answered("supported")
    moved(put_off, 10)
    moved(put_off, 20)
    made = put_off.issue.commitments.get()
    put_off.on(almaty(2026, 3, 20)).move(
        "commitment_progress", cast.signatory, commitment=made.pk, progress="complete", reason="Paid."
    )
    dropped = Story(cast).answered("supported").later(days=7)
    made = dropped.issue.commitments.get()
    dropped.move("commitment_drop", cast.signatory, commitment=made.pk, reason="No money.")


def _disagreements(cast: Cast) -> None:
    wrong = Story(cast).disputed("supported").voted(done=False)
    wrong.move("conclude_not_done", cast.chair, text="Nothing.", until=(wrong.now + timedelta(5)).date())
    right = Story(cast).disputed("supported").voted(done=True)
    right.move("conclude_done", cast.chair, text="It is there.")
    Story(cast).disputed("supported")
    silent = Story(cast).disputed("supported")
    silent.on(almaty(2026, 4, 15)).move("council_lapse", None)
    on_the_day = Story(cast).raised().on(almaty(2026, 2, 23))
    on_the_day.move("answer", cast.signatory, asks=[answer_row(1, "partly", almaty(2026, 4, 1).date())])
    Story(cast).reported("supported")  # the NGO does not reply
    enter_what_is_due(almaty(2026, 3, 31))


def _elsewhere(cast: Cast) -> None:
    sent = Story(cast).accepted()
    sent.move("redirect", cast.signatory, body="ecology", reason="Theirs.")
    merged = Story(cast).raised().merged()
    merged.move("appeal", cast.manager, reason="It is another one.")
    merged.move("restore", cast.other_moderator, reason="It is another one.")
    Story(cast).raised().move("withdraw", cast.manager, reason="Settled.")
    extended = Story(cast).accepted()
    extended.move("extend", cast.signatory, until=almaty(2026, 3, 2).date(), reason="A commission was called.")


def _moderated(cast: Cast) -> None:
    story = Story(cast).accepted()
    post_message(issue=story.issue, **cast.officer.acts, body="We are looking into it.", at=story.now)
    for seq, code in enumerate((HideReason.INSULT, HideReason.OFF_TOPIC), 2):
        post_message(issue=story.issue, **cast.manager.acts, body="Rude words.", at=story.now)
        hide_message(issue=story.issue, seq=seq, code=code, at=story.now, **cast.moderator.acts)
    show_message(issue=story.issue, seq=3, reason="It is on topic.", at=story.now, **cast.other_moderator.acts)
    blank_text(
        issue=story.issue, event=1, key="body", code=BlankReason.ON_REQUEST, at=story.now, **cast.moderator.acts
    )  # fmt: skip
    Story(cast).raised().move("out_of_scope", cast.moderator, code=ScopeCode.COURT)
