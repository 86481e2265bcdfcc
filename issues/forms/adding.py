"""The form of an addendum: a text, and what it holds that looks like personal data."""

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Invalid
from issues.actions.personal_data import PersonalDataFound
from issues.forms.base import prose
from issues.forms.personal_data import Deciding


class AddendumForm(Deciding):
    text = prose(_("Text"), _("News, facts, figures. At most 5000 characters. Everybody can read it, and it stays."))

    def __init__(self, typed: QueryDict | None = None) -> None:
        super().__init__(typed, label_suffix="")
        self.decide_on({"text": typed.get("text", "") if typed else ""})

    def take(self, refusal: Invalid) -> None:
        """The action's refusal, beside what it is about."""
        if isinstance(refusal, PersonalDataFound):
            self.ask_for(refusal)
            return
        for name, words in refusal.errors.items():
            for each in words:
                self.add_error(name if name in self.fields else None, str(each))
