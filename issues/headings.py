"""What happened, in words: the heading of each event, on the history page and as a line of the thread."""

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from issues.lifecycle import Move, Status
from issues.models import IssueEvent
from issues.models.legacy import ANSWER_RECORDED, RECORDED, RECORDED_AGAIN
from issues.record.removed import MESSAGE_HIDDEN, MESSAGE_SHOWN, MESSAGE_UNQUOTED, TEXT_BLANKED

# No names in it, so that no language has to decline one.
WORDS: dict[str, Words] = {
    Move.SUBMIT: _("Issue raised"),
    Move.ACCEPT: _("Issue taken up"),
    Move.CLARIFY_REQUEST: _("Question to the NGO"),
    Move.CLARIFY: _("Question answered"),
    Move.CLARIFY_LAPSE: _("No clarification in time"),
    Move.REDIRECT: _("Sent to the competent body"),
    Move.REDIRECT_AGREE: _("The proposed body agreed"),
    Move.REDIRECT_DECLINE: _("The proposed body declined"),
    Move.REDIRECT_LAPSE: _("No reply to the proposed redirect"),
    Move.SUCCEED: _("A successor body took over"),
    Move.REASSIGN: _("Assigned to another body"),
    Move.EXTEND: _("Time to answer extended"),
    Move.ANSWER_DUE: _("No answer in time"),
    Move.ANSWER: _("Official answer published"),
    Move.COMMITMENT_ADD: _("Commitment added"),
    Move.COMMITMENT_TAKE: _("Joint measure taken on"),
    Move.COMMITMENT_PROGRESS: _("Progress reported"),
    Move.COMMITMENT_RESCHEDULE: _("Date of a commitment moved"),
    Move.COMMITMENT_DROP: _("Commitment dropped"),
    Move.REPORT_DONE: _("Reported done"),
    Move.CONFIRM: _("Confirmed by the NGO"),
    Move.CONFIRM_LAPSE: _("The NGO did not reply in time"),
    Move.DISPUTE: _("The NGO disagrees"),
    Move.RETRACT: _("Disagreement taken back"),
    Move.VOTE: _("Vote in the council"),
    Move.CONCLUDE_DONE: _("The council concluded: done, or the refusal stands"),
    Move.CONCLUDE_NOT_DONE: _("The council concluded: not done"),
    Move.COUNCIL_LAPSE: _("The council is silent"),
    Move.WITHDRAW: _("Issue withdrawn"),
    Move.TAKE_OVER: _("Issue taken over by a co-signer"),
    Move.WITHDRAW_LAPSE: _("Nobody took the issue over"),
    Move.MERGE: _("Merged into an older issue"),
    Move.OUT_OF_SCOPE: _("Moved out of scope"),
    Move.APPEAL: _("Appeal against the moderator's decision"),
    Move.APPEAL_DISMISS: _("Appeal dismissed"),
    Move.RESTORE: _("Issue restored"),
    "split_off": _("Issue opened: asks of another issue went to this body"),
    "merged_in": _("A newer issue was merged into this one"),
    "merge_undone": _("An issue merged into this one was restored"),
    "cosigned": _("Co-signed by another NGO"),
    "cosign_withdrawn": _("Co-signature withdrawn"),
    "addendum_added": _("Added by the NGO"),
    "file_attached": _("Files attached"),
    "official_appeal_linked": _("Registered official appeal linked"),
    "related": _("Another issue named that belongs with this one"),
    "related_from": _("Named in another issue that belongs with this one"),
    "unrelated": _("Link to another issue taken back"),
    "unrelated_from": _("Link from another issue taken back"),
    RECORDED: _("Raised in another register"),
    RECORDED_AGAIN: _("The other register says something else now"),
    ANSWER_RECORDED: _("Answer in the other register"),
    "message_posted": _("Message posted"),  # dialogue, a layer above, enters these five
    "message_edited": _("Message edited"),
    MESSAGE_HIDDEN: _("Message removed by the moderators"),
    MESSAGE_SHOWN: _("Message shown again"),
    MESSAGE_UNQUOTED: _("Personal data removed from a quote"),
    TEXT_BLANKED: _("Personal data removed from the record"),
}


def what(event: IssueEvent) -> Words:
    """The event's heading."""
    if event.move == Move.WITHDRAW and event.to_status != Status.WITHDRAWN:
        return _("Withdrawal announced: a co-signing NGO may take over")
    if event.move == Move.REDIRECT and "proposed" in event.facts:
        return _("A redirect is proposed")
    if event.move in (Move.REDIRECT, Move.REDIRECT_AGREE) and "linked" in event.facts:
        return _("Some asks went to the competent body")
    if event.move == Move.ANSWER_DUE and "by_law" in event.facts:
        return _("No answer in time: by law a refusal")
    return WORDS.get(event.move, event.move)
