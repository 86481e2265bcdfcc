"""The only writers of issues (habit 2): one door, `move_issue`, and the acts around drafts, co-signatures and files.

Cut by what people do: drafting, filing, redirecting, answering, committing, resolving, concluding, withdrawing, cosigning,
moderating, appealing, attaching, adding, linking, relating, blanking, preparing, assigning; `engine` holds the
order every action keeps.
"""

from issues.actions import (  # noqa: F401  (they register their handlers)
    answering,
    appealing,
    committing,
    concluding,
    filing,
    lapses,
    moderating,
    redirecting,
    resolving,
    succeeding,
    withdrawing,
)
from issues.actions.adding import add_addendum
from issues.actions.assigning import assign, end_substitution, substitute, undo_assigning
from issues.actions.attaching import attach, remove, upload
from issues.actions.blanking import blank_text
from issues.actions.cosigning import cosign, uncosign
from issues.actions.drafting import create_draft, save_draft
from issues.actions.engine import move_issue
from issues.actions.linking import link_official_appeal
from issues.actions.preparing import prepare_answer, publish_prepared, return_prepared
from issues.actions.relating import relate, unrelate

__all__ = [
    "add_addendum",
    "assign",
    "attach",
    "blank_text",
    "cosign",
    "create_draft",
    "end_substitution",
    "link_official_appeal",
    "move_issue",
    "prepare_answer",
    "publish_prepared",
    "relate",
    "remove",
    "return_prepared",
    "save_draft",
    "substitute",
    "uncosign",
    "undo_assigning",
    "unrelate",
    "upload",
]
