"""The form of an addendum: a text, files, and what the text holds that looks like personal data."""

from collections.abc import Iterable, Iterator

from django.http import QueryDict
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Invalid, Words
from backend.core.markdown import render
from issues.actions.personal_data import PersonalDataFound
from issues.forms.base import Said, prose, said
from issues.forms.files import FilesField
from issues.forms.personal_data import Deciding
from issues.models import Attachment


class AddendumForm(Deciding):
    text = prose(_("Text"), _("News, facts, figures. At most 5000 characters. Everybody can read it, and it stays."))

    def __init__(
        self, waiting: Iterable[Attachment], typed: QueryDict | None = None, *, checked: bool = True
    ) -> None:  # fmt: skip
        """`waiting`: the files that this person uploaded for it. `checked=False`: show what was typed again, without an
        opinion on it.
        """
        files, shown = list(waiting), typed.dict() if typed else {}
        initial = shown | {"files": [str(each.uuid) for each in files]}
        super().__init__(typed if checked else None, initial=initial, label_suffix="")
        self.fields["files"] = FilesField(files, _("Files"))
        self.decide_on({"text": str(shown.get("text", ""))})

    def kept(self) -> Iterator[str]:
        """Hidden inputs that carry what was typed and decided to the check."""
        return (self[name].as_hidden(attrs={"id": False}) for name in self.fields)

    def said(self) -> list[Said]:
        """The text as decided, and the files, as they will be published."""
        text, files = self["text"], self["files"]
        lines = [
            Said(text.label, mark_safe(render(self.masked()["text"])), is_text=True),  # noqa: S308  (sanitised)
            Said(files.label, said(files), is_text=False),
        ]
        return [each for each in lines if each.value]

    def take(self, refusal: Invalid) -> None:
        """The action's refusal, beside what it is about."""
        if isinstance(refusal, PersonalDataFound):
            self.ask_for(refusal)
            return
        for name, words in refusal.errors.items():
            self.say(name, words)

    def say(self, name: str, words: Iterable[Words]) -> None:
        for each in words:
            self.add_error(name if name in self.fields else None, str(each))
