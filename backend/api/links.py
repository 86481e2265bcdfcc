"""Which operation goes on from which: OpenAPI's links, by which programs that read the description find their way."""

from typing import Any

_ISSUE = {"issue": "$response.body#/id"}
_FIRST = {"issue": "$response.body#/results/0/number"}
_MESSAGE = {"issue": "$request.path.issue", "seq": "$response.body#/seq"}
_FILE = {"issue": "$request.path.issue", "file": "$response.body#/id"}

LINKS: dict[str, dict[str, dict[str, str]]] = {
    "draft_issue": dict.fromkeys(("read_issue", "change_draft", "move_issue", "attach_file", "discard_draft"), _ISSUE),
    "list_issues": dict.fromkeys(
        ("read_issue", "list_events", "explain_clock", "list_messages", "post_message", "move_issue", "cosign_issue",
         "uncosign_issue", "follow_issue", "attach_file"),
        _FIRST,
    ),
    "post_message": dict.fromkeys(("read_message", "edit_message", "hide_message", "show_message"), _MESSAGE),
    "attach_file": {"remove_attachment": _FILE},
}  # fmt: skip
"""From an operation's answer of 2xx: the operations that follow, and whence their addresses are filled."""


def linked(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """A hook of drf-spectacular: the finished description, with its links."""
    for methods in result["paths"].values():
        for operation in methods.values():
            done = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
            for onward, filled in LINKS.get(operation["operationId"], {}).items():
                done.setdefault("links", {})[onward] = {"operationId": onward, "parameters": filled}
    return result
