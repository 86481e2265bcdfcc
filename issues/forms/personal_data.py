"""To mask or to keep: one choice for each number or address that looks like personal data, nothing chosen beforehand."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from issues.actions.checks import LONG
from issues.actions.personal_data import PersonalDataFound
from issues.forms.base import one_of
from issues.history_facts import text_label
from issues.personal_data import Hit, find, mask

PREFIX = "personal."
MASK, KEEP = "mask", "keep"
AROUND = 40  # characters shown on each side of a hit


class Decisions:
    """What `texts` (named as in the event) hold, and what a person decided on each; the same number twice is one decision."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        # What is longer than any text may be is refused for that; nobody makes us read it.
        self.hits = {name: find(text) if len(text) <= LONG else [] for name, text in texts.items()}

    def fields(self) -> dict[str, forms.Field]:
        """A radio group for each token, with every place where it stands."""
        places: dict[str, list[tuple[str, Hit]]] = {}
        for name, hits in self.hits.items():
            for hit in hits:
                places.setdefault(PREFIX + hit.token, []).append((name, hit))
        return {field: self._field(found) for field, found in places.items()}

    def _field(self, places: list[tuple[str, Hit]]) -> forms.Field:
        hit = places[0][1]
        becomes = _("Mask it: %(masked)s") % {"masked": mask(hit.text, [Hit(0, len(hit.text), hit.kind, hit.text)])}
        choices = [(MASK, becomes), (KEEP, _("Keep it: it is meant for everybody, or its owner agrees"))]
        lines = ((text_label(name), *around(self.texts[name], hit)) for name, hit in places)
        where = format_html_join("", "<p>{}: {}<mark>{}</mark>{}</p>", lines)
        return one_of(what(hit), choices, where)

    def masked(self, chosen: Mapping[str, Any]) -> dict[str, str]:
        """The texts with everything masked that was decided to be."""
        return {
            name: mask(text, [hit for hit in self.hits[name] if chosen.get(PREFIX + hit.token) == MASK])
            for name, text in self.texts.items()
        }


def what(hit: Hit) -> str:
    return f"{hit.kind.label}: {hit.text}"


def around(text: str, hit: Hit) -> tuple[str, str, str]:
    """The hit between the words before and after it."""
    start, end = max(0, hit.start - AROUND), hit.end + AROUND
    before, after = text[start : hit.start], text[hit.end : end]
    if start:
        before = "…" + before.partition(" ")[2]
    if end < len(text):
        after = after.rpartition(" ")[0] + "…"
    return before, hit.text, after


class Deciding(forms.Form):
    """A form with such choices among its fields, or alone. Bound, it gives the texts as decided, and what is kept."""

    use_required_attribute = False
    decisions: Decisions

    def decide_on(self, texts: Mapping[str, str]) -> None:
        self.decisions = Decisions(texts)
        self.fields |= self.decisions.fields()

    def masked(self) -> dict[str, str]:
        return self.decisions.masked(self.cleaned_data)

    def keep(self) -> list[str]:
        """The tokens of what is kept knowingly."""
        chosen = {name: value for name, value in self.cleaned_data.items() if name.startswith(PREFIX)}
        return [name.removeprefix(PREFIX) for name, value in chosen.items() if value == KEEP]

    def ask_for(self, refusal: PersonalDataFound) -> None:
        """The action's refusal, beside the choices that were not made."""
        for hit in {hit.token: hit for __, hit in refusal.found}.values():
            field = PREFIX + hit.token
            words = _("%(what)s: choose whether to mask or keep it.") % {"what": what(hit)}
            self.add_error(field if field in self.fields else None, words)


class PersonalDataForm(Deciding):
    """Only the choices, for pages whose texts come from elsewhere."""

    def __init__(self, texts: Mapping[str, str], typed: QueryDict | None = None) -> None:
        super().__init__(typed, label_suffix="")
        self.decide_on(texts)
        self.is_valid()  # the action says what is missing
