"""The steps of raising an issue. Each step's form knows its fields of a draft and what is still missing."""

import re
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Invalid, Words
from backend.core.forms import LanguageSelect
from backend.organisations.models import Organisation
from issues import clock
from issues.actions.checks import SHORT
from issues.actions.relating import AT_A_TIME
from issues.forms.base import line, prose
from issues.forms.linking import appeal_fields
from issues.models import NAMED, Issue, Region, Topic
from issues.models.ask import MAX_ASKS

OTHER_LANGUAGES = ("uz", "ug", "tt", "uk", "de", "ko", "tr", "az")
"""Languages spoken in Kazakhstan that an issue may be written in, besides those of the interface."""


SPOKEN = ("title", "body", "asks.")  # fields with words in the language of the issue, for whoever hears or checks them


def languages() -> list[tuple[str, str]]:
    """Codes and own names, the interface's languages first."""
    others = [(code, str(get_language_info(code)["name_local"]).capitalize()) for code in OTHER_LANGUAGES]
    return [*settings.LANGUAGES, *others]


class StepForm(forms.Form):
    """A step of the draft. `later` (save, finish another day) asks for nothing; to continue the step must be whole."""

    use_required_attribute = False
    step: ClassVar[str]

    def __init__(self, draft: Issue | None = None, typed: QueryDict | None = None, *, checked: bool = True) -> None:
        """`checked=False`: show what was typed again, without an opinion on it."""
        shown = (self.stored(draft) if draft else {}) | ({} if typed is None or checked else typed.dict())
        super().__init__(typed if checked else None, initial=shown, label_suffix="")
        self.later = typed is not None and "later" in typed
        self.build(draft, typed)
        for name, field in self.fields.items():
            if draft and name.startswith(SPOKEN):
                field.widget.attrs["lang"] = draft.language
        if self.later:
            for field in self.fields.values():
                field.required = False  # the labels stay as they are

    def build(self, draft: Issue | None, typed: QueryDict | None) -> None:
        """Add the fields that depend on the draft or on what was sent."""

    @staticmethod
    def stored(draft: Issue) -> dict[str, Any]:
        raise NotImplementedError

    def values(self) -> dict[str, Any]:
        """The fields of the draft, as `save_draft` takes them."""
        return dict(self.cleaned_data)

    def take(self, refusal: Invalid) -> None:
        for path, words in refusal.errors.items():
            self.add_error(path if path in self.fields else None, [str(word) for word in words])


class WhatForm(StepForm):
    step = "what"
    title = forms.CharField(
        label=_("Title"), max_length=SHORT, help_text=_("One sentence: what is wrong, and for whom.")
    )
    body = forms.CharField(
        label=_("What is the problem"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Facts, places, dates, numbers, links. No names or numbers of private persons."),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=languages, widget=LanguageSelect)

    @staticmethod
    def stored(draft: Issue) -> dict[str, Any]:
        return {"title": draft.title, "body": draft.body, "language": draft.language}


class NewForm(WhatForm):
    """The first step of a draft that does not exist yet; `uuid` makes a repeated click the same draft."""

    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def build(self, draft: Issue | None, typed: QueryDict | None) -> None:
        self.fields["language"].initial = (get_language() or "kk")[:2]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "uuid"}

    def uuid_sent(self) -> UUID:
        return self.cleaned_data["uuid"] or uuid4()


class AsksForm(StepForm):
    """One to ten numbered asks. The buttons "add" and "remove" change the number of fields, and save nothing."""

    step = "asks"

    def build(self, draft: Issue | None, typed: QueryDict | None) -> None:
        stored = [ask.text for ask in draft.asks.all()] if draft else []
        texts = _texts(typed) if typed is not None else stored
        texts = (texts or [""])[:MAX_ASKS]
        self.initial = {}  # each under the number it has now
        self.removable, self.growable = len(texts) > 1, len(texts) < MAX_ASKS
        for n, words in enumerate(texts, start=1):
            self.fields[_name(n)] = prose(_("Ask %(n)s") % {"n": n}, rows=3)
            self.fields[_name(n)].initial = words
        if self.is_bound:
            self.data = {_name(n): words for n, words in enumerate(texts, start=1)}

    @staticmethod
    def stored(draft: Issue) -> dict[str, Any]:
        return {}

    def clean(self) -> None:
        if not self.later and not any(self.values()["asks"]):
            self.add_error(_name(1), _("Write from one to ten numbered asks: what exactly should the state do?"))

    def values(self) -> dict[str, Any]:
        return {"asks": [self.cleaned_data.get(name, "") for name in self.fields]}


def _name(n: int) -> str:
    return f"asks.{n}"


def _texts(typed: QueryDict) -> list[str]:
    """What was written, in order, after the button that was pressed."""
    numbers = sorted(
        int(name[5:]) for name in typed if name.startswith("asks.") and name[5:].isascii() and name[5:].isdigit()
    )
    removed = typed.get("remove", "")
    texts = [str(typed[_name(n)]) for n in numbers if str(n) != removed]
    return [*texts, ""] if "add" in typed else texts


class WhereForm(StepForm):
    step = "where"

    def build(self, draft: Issue | None, typed: QueryDict | None) -> None:
        today = clock.local_day(timezone.now())
        language = (get_language() or "kk")[:2]
        self.today = today
        self.fields["topic"] = forms.ModelChoiceField(
            Topic.objects.select_related("default_body"), label=_("Topic"), to_field_name="slug", empty_label=_("Choose"),
            error_messages={"required": _("Choose a topic.")},
        )  # fmt: skip
        self.fields["region"] = forms.ModelChoiceField(
            Region.objects.all(), label=_("Region"), to_field_name="code", empty_label=_("Choose"),
            error_messages={"required": _("Choose a region, or the whole country.")},
        )  # fmt: skip
        self.fields["place"] = line(
            _("Place"), _("District, town, village, street: as exact as it helps."), optional=True
        )
        self.fields["body_addressed"] = forms.ModelChoiceField(
            Organisation.objects.addressable_on(today).by_name(language), label=_("Responsible body"),
            to_field_name="slug", required=False, empty_label=_("The body that usually answers for the topic"),
            help_text=_("You see its name on the last page, before anything is published."),
        )  # fmt: skip
        self.fields |= appeal_fields(today, optional=True)

    @staticmethod
    def stored(draft: Issue) -> dict[str, Any]:
        return {
            "topic": draft.topic and draft.topic.slug,
            "region": draft.region and draft.region.code,
            "place": draft.place,
            "body_addressed": draft.body_addressed and draft.body_addressed.slug,
            "official_number": draft.official_number,
            "official_date": draft.official_date,
        }

    def clean(self) -> None:
        """Without a body chosen, the topic's own, if it exists today."""
        topic = self.cleaned_data.get("topic")
        if self.cleaned_data.get("body_addressed") or topic is None:
            return
        usual = topic.default_body
        if usual is not None and usual.is_addressable_on(self.today):
            self.cleaned_data["body_addressed"] = usual
        elif not self.later:
            raise ValidationError({"body_addressed": _("Choose the state body that should answer.")})


class RelatedForm(StepForm):
    """The numbers of other issues, on a line or several, between commas or spaces."""

    step = "related"

    def build(self, draft: Issue | None, typed: QueryDict | None) -> None:
        hint = _("Numbers, such as 2026-000123; several between commas. At most, all together: %(limit)s.")
        self.fields["relations.related"] = line(_("Related issues"), hint % {"limit": AT_A_TIME}, optional=True)
        self.fields["relations.recurs"] = line(
            _("Closed issues whose problem this is again"),
            _("Whoever raised them. Both pages then say so."),
            optional=True,
        )

    @staticmethod
    def stored(draft: Issue) -> dict[str, Any]:
        named = list(draft.draft_relations.select_related("other"))
        return {
            f"relations.{kind}": ", ".join(each.other.number or "" for each in named if each.kind == kind)
            for kind in NAMED
        }

    def values(self) -> dict[str, Any]:
        return {"relations": {str(kind): _NUMBERS.findall(self.cleaned_data[f"relations.{kind}"]) for kind in NAMED}}


_NUMBERS = re.compile(r"[^\s,;]+")


STEPS: dict[str, type[StepForm]] = {form.step: form for form in (WhatForm, AsksForm, WhereForm, RelatedForm)}
"""Steps that save fields of the draft, in the order of the wizard."""

WIZARD = (*STEPS, "files")
"""All steps; after the last comes the check."""

STEP_OF_FIELD: dict[str, str] = {
    "title": "what", "body": "what", "language": "what", "asks": "asks",
    "topic": "where", "region": "where", "place": "where", "body_addressed": "where", "official_number": "where",
    "official_date": "where", "relations": "related",
}  # fmt: skip
"""Where a field that the action refuses is mended."""

STEP_TITLES: dict[str, Words] = {
    "what": _("What is the problem"),
    "asks": _("What should the state do"),
    "where": _("Where, and who should answer"),
    "related": _("Related issues"),
    "files": _("Files"),
    "check": _("Check before you publish"),
}


def after(step: str) -> str | None:
    """The next step; None: the check."""
    return WIZARD[WIZARD.index(step) + 1] if step != WIZARD[-1] else None


def before(step: str) -> str | None:
    return WIZARD[WIZARD.index(step) - 1] if step != WIZARD[0] else None
