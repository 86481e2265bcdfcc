"""The only writers of issues (habit 2): one door, `move_issue`, and the acts around drafts and co-signatures.

Cut by what people do: drafting, filing, answering, committing, resolving, concluding, withdrawing, cosigning, blanking;
`engine` holds the order every action keeps.
"""

from issues.actions import (  # noqa: F401  (they register their handlers)
    answering,
    committing,
    concluding,
    filing,
    lapses,
    resolving,
    withdrawing,
)
from issues.actions.blanking import blank_text
from issues.actions.cosigning import cosign, uncosign
from issues.actions.drafting import create_draft, save_draft
from issues.actions.engine import move_issue

__all__ = ["blank_text", "cosign", "create_draft", "move_issue", "save_draft", "uncosign"]
