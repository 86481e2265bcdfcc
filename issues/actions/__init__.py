"""The only writers of issues (habit 2): one door, `move_issue`, and the acts around drafts.

Cut by what people do: drafting, filing, answering, committing, resolving, concluding; `engine` holds the order every action keeps.
"""

from issues.actions import answering, committing, concluding, filing, lapses, resolving  # noqa: F401  (they register their handlers)
from issues.actions.drafting import create_draft, save_draft
from issues.actions.engine import move_issue

__all__ = ["create_draft", "move_issue", "save_draft"]
