"""A field of files: those that were taken already, each with its button to remove it, and a place to choose more.

Taken files travel as their uuids under the field's name; those just chosen are sent as `<name>.new` (see `views.receiving`).
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Words
from backend.core.uploads import limits
from backend.core.uploads.kinds import FileKind
from issues.models import Attachment

NEW = ".new"
"""What the name of the control for choosing files ends in."""

_ACCEPT = ",".join(f".{each}" for each in (*FileKind.values, "jpeg"))


class FilesWidget(forms.Widget):
    template_name = "issues/_files_field.html"
    needs_multipart_form = True
    files: Iterable[Attachment] = ()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, None, attrs)
        wanted = {str(each) for each in value or ()}
        chosen = [each for each in self.files if str(each.uuid) in wanted]
        context["widget"] |= {"files": chosen, "accept": _ACCEPT, "new": name + NEW}
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return data.getlist(name) if isinstance(data, QueryDict) else list(data.get(name) or ())


class FilesField(forms.Field):
    """`files`: what may be named here. Its value are uuids; whether they are still there, the action says."""

    widget = FilesWidget
    hidden_widget = forms.MultipleHiddenInput
    optional = True

    def __init__(self, files: Iterable[Attachment], label: Any) -> None:
        super().__init__(required=False, label=label, help_text=files_hint())
        self.files = self.widget.files = list(files)

    def told(self, uuids: Iterable[str]) -> SafeString:
        """Names, types and sizes of the files, a line each."""
        wanted = set(uuids)
        named = (each for each in self.files if str(each.uuid) in wanted)
        rows = ((each.name, each.get_kind_display(), filesizeformat(each.size)) for each in named)
        return format_html_join("\n", "<bdi>{}</bdi> ({}, {})<br>", rows)


def files_hint() -> str:
    return " ".join(
        (
            "PDF, JPEG, PNG, WebP, DOCX, XLSX, PPTX, ODT, ODS, TXT, CSV.",
            gettext("At most %(count)s files of %(size)s each.")
            % {"count": limits.FILES, "size": filesizeformat(limits.FILE)},
            gettext(
                "Pictures lose their hidden data, such as the place; documents keep theirs, such as the author's name."
            ),
        )
    )


class FilesForm(forms.Form):
    """The files of a draft, or those that wait to be added to an issue, or to be posted with a message."""

    use_required_attribute = False

    def __init__(self, files: Iterable[Attachment], refused: Iterable[Words] = (), label: Words = "") -> None:
        """`refused`: why some of the files just sent were not taken."""
        self.known = list(files)
        sent = {"files": [str(each.uuid) for each in self.known]}
        super().__init__(sent if refused else None, initial=sent, label_suffix="")
        self.fields["files"] = FilesField(self.known, label or _("Choose files"))
        for words in refused:
            self.add_error("files", str(words))
