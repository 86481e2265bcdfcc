"""Files out of a request into drafts and forms: what was taken, and in words what was not."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict

from backend.core.errors import Invalid, Words
from backend.core.uploads.intake import cut
from backend.core.uploads.names import plain
from issues.actions import remove, upload
from issues.forms.files import NEW
from issues.models import Issue, Place

_SHOWN_NAME = 60  # characters


def with_files(
    request: HttpRequest, issue: Issue, acts: dict[str, Any], place: Place
) -> tuple[QueryDict, dict[str, list[Words]]]:  # fmt: skip
    """What was sent, with each chosen file taken and its uuid at its field's name, and a removed one gone; and by field, why
    some were not taken: each is told by its name, and the others are taken all the same.

    `acts`: `actor` and `organisation`. Raises Forbidden, Conflict.
    """
    sent = request.POST.copy()
    if gone := _removed(request, issue, acts):
        for name, values in list(sent.lists()):
            sent.setlist(name, [value for value in values if value != str(gone)])
    refused: dict[str, list[Words]] = {}
    for name, file_name, words in cut(request):
        refused.setdefault(name.removesuffix(NEW), []).append(_told(file_name, words))
    for name, files in request.FILES.lists():
        field = name.removesuffix(NEW)
        for file in files:
            name_sent = file.name or ""
            try:
                taken = upload(issue=issue, **acts, file=file, name=name_sent, place=place)
            except Invalid as refusal:
                refused.setdefault(field, []).append(_told(name_sent, refusal.reason))
            else:
                if str(taken.uuid) not in sent.getlist(field):  # the same file again is the one that is there
                    sent.appendlist(field, str(taken.uuid))
    return sent, refused


def _told(name: str, words: Words) -> str:
    shown = plain(name)
    return f"{shown if len(shown) <= _SHOWN_NAME else shown[: _SHOWN_NAME - 1] + '…'}: {words}"


def _removed(request: HttpRequest, issue: Issue, acts: dict[str, Any]) -> UUID | None:
    """The file whose button "Remove" was pressed, after it went; None where none was. Raises Forbidden, Conflict."""
    try:
        wanted = UUID(request.POST.get("remove_file", ""))
    except ValueError:
        return None
    remove(issue=issue, **acts, uuid=wanted)
    return wanted
