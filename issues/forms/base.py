"""What all forms of moves share. A form gives a move's fields their shape; the rules are the action's alone.

Fields are named by the dotted paths of contract.md (`asks.2.ground`), which are also the paths of an action's errors.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Invalid, Words
from backend.core.markdown import render
from backend.core.templatetags.ui import anchor, said_of
from issues.actions.engine import Act
from issues.forms.files import FilesField
from issues.lifecycle import Move
from issues.models import Ask, Attachment, Place

# The stubs want their own kind of lazy string for labels and choices.
type Label = Any
type Choices = Sequence[tuple[str, Any]]
_EMPTY_LINES = re.compile(r"\s*\n\s*\n\s*")


def _shaped[F: forms.Field](field: F, optional: bool) -> F:
    """A field that only turns what was sent into its type; that something is missing, the action says."""
    field.required = False
    field.optional = optional  # type: ignore[attr-defined]
    return field


def line(label: Label, hint: Label = "", *, optional: bool = False) -> forms.CharField:
    """One line of text."""
    return _shaped(forms.CharField(label=label, help_text=hint), optional)


def prose(label: Label, hint: Label = "", *, rows: int = 6, optional: bool = False) -> forms.CharField:
    """A text that is published as Markdown."""
    widget = forms.Textarea(attrs={"rows": rows})
    return _shaped(forms.CharField(label=label, help_text=hint, widget=widget), optional)


def day(label: Label, hint: Label = "", *, optional: bool = False, **limits: str) -> forms.DateField:
    """A date; `min` and `max` (ISO) help a browser's picker."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"} | limits)
    return _shaped(forms.DateField(label=label, help_text=hint, widget=widget), optional)


def one_of(
    label: Label, choices: Choices, hint: Label = "", *, optional: bool = False, initial: str | None = None
) -> forms.ChoiceField:  # fmt: skip
    """A choice shown whole, as radio buttons."""
    field = forms.ChoiceField(
        label=label, help_text=hint, choices=choices, initial=initial, widget=forms.RadioSelect
    )  # fmt: skip
    return _shaped(field, optional)


def quoted(words: object, language: str) -> SafeString:
    """Somebody's words among the interface's: each paragraph marked as of the language in which it was written."""
    paragraphs = _EMPTY_LINES.split(str(words).strip())
    return format_html_join("\n\n", '<span lang="{}">{}</span>', ((language, each) for each in paragraphs))


def ask_choices(asks: Iterable[Ask]) -> list[tuple[str, str]]:
    """For boxes to tick: each ask by its number, its words marked as of the language in which they were written."""
    return [(str(ask.n), quoted(ask, ask.language)) for ask in asks]


def from_list(
    label: Label, choices: Choices, hint: Label = "", *, optional: bool = False, initial: str | None = None
) -> forms.ChoiceField:  # fmt: skip
    """A long choice, folded; begins with nothing chosen."""
    empty = ("", _("Choose"))
    field = forms.ChoiceField(label=label, help_text=hint, choices=[empty, *choices], initial=initial)
    return _shaped(field, optional)


def several(
    label: Label, choices: Choices, hint: Label = "", *, initial: Sequence[str] = ()
) -> forms.MultipleChoiceField:  # fmt: skip
    """Check boxes; at least one is asked for."""
    widget = forms.CheckboxSelectMultiple
    field = forms.MultipleChoiceField(label=label, help_text=hint, choices=choices, initial=initial, widget=widget)
    return _shaped(field, optional=False)


class Said(NamedTuple):
    """A field as a reader sees it; `is_text`: in a person's own words, not in the interface's."""

    label: Words
    value: str
    is_text: bool


@dataclass(slots=True)
class FieldGroup:
    """Fields that belong together under a heading; `more` is the value of its button "add another". In the note and the
    heading, words that somebody wrote are `quoted`.
    """

    fields: list[BoundField]
    title: Words = ""
    note: Words = ""
    groups: list["FieldGroup"] = field(default_factory=list)
    more: str = ""
    folded: bool = False

    @property
    def said(self) -> list[Said]:
        """What was said, as it will be published; empty fields are left out."""
        lines = [Said(bound.label, said(bound), isinstance(bound.field, forms.CharField)) for bound in self.fields]
        return [each for each in lines if each.value]

    @property
    def is_silent(self) -> bool:
        return not self.said and all(group.is_silent for group in self.groups)

    def problems(self, *above: Words) -> Iterator[tuple[str, str]]:
        """Each error with the id of its control, under the headings it stands under: "Ask 2. Ground: ..."."""
        titles = [*above, self.title] if self.title else list(above)
        for bound in self.fields:
            for words in bound.errors:
                place = ". ".join(str(each) for each in [*titles, bound.label])
                yield anchor(bound), f"{place}: {words}" if titles else said_of(str(words), bound)
        for group in self.groups:
            yield from group.problems(*titles)


def said(bound: BoundField) -> str:
    """A checked field's value for a reader: labels of choices, a written date, rendered Markdown."""
    found = bound.form.cleaned_data.get(bound.name)
    if not found:
        return ""
    match bound.field:
        case forms.ChoiceField() as choice:
            chosen = found if isinstance(found, list) else [found]
            labels = [(label,) for value, label in _labels(choice) if value in chosen]
            return format_html_join(mark_safe("<br>"), "{}", labels)
        case FilesField() as files:
            return files.told(found)
        case forms.DateField():
            return date_format(found, "DATE_FORMAT")
    if isinstance(bound.field.widget, forms.Textarea):
        return mark_safe(render(found))  # noqa: S308  (sanitised)
    return str(found)


def _labels(field: forms.ChoiceField) -> list[tuple[str, str]]:
    choices: Any = field.choices
    return [(str(value), str(label)) for value, label in choices]


class ActForm(forms.Form):
    """A form with a check step: what was typed is carried from step to step, errors stand beside fields and in a summary."""

    use_required_attribute = False

    def __init__(self, typed: QueryDict | None = None, *, checked: bool = True) -> None:
        """`checked=False`: show what was typed again, without an opinion on it."""
        super().__init__(typed if checked else None, label_suffix="")
        self.build(typed if typed is not None else QueryDict())
        if typed is not None and not checked:
            self.initial = self.typed_before(typed)

    def build(self, typed: QueryDict) -> None:
        """Add the fields that depend on the issue. `typed`: what was sent, for forms that grow."""

    def typed_before(self, typed: QueryDict) -> dict[str, Any]:
        return {name: field.widget.value_from_datadict(typed, {}, name) for name, field in self.fields.items()}

    def values(self) -> dict[str, Any]:
        """The keyword arguments of the action."""
        return dict(self.cleaned_data)

    def groups(self) -> list[FieldGroup]:
        return [FieldGroup(self.visible_fields())]

    def summary(self) -> list[tuple[str, str]]:
        """All errors, for the summary at the top of the page; those of no field first."""
        if not self.is_bound:
            return []
        whole = [("", str(words)) for words in self.non_field_errors()]
        return [*whole, *(each for group in self.groups() for each in group.problems())]

    def kept(self) -> Iterator[str]:
        """Hidden inputs that carry what was typed from step to step."""
        return (self[name].as_hidden(attrs={"id": False}) for name in self.fields)

    def field_at(self, path: str) -> str | None:
        """The field that shows the error of a dotted path; None: the form as a whole."""
        return path if path in self.fields else None

    def take(self, refusal: Invalid) -> None:
        """The action's errors, beside the fields they speak of."""
        for path, words in refusal.errors.items():
            self.add_error(self.field_at(path), [str(word) for word in words])


class MoveForm(ActForm):
    """The fields of one move, built for the person and the issue of `act` (which was admitted, not made)."""

    has_files: ClassVar[bool] = False

    def __init__(self, act: Act, typed: QueryDict | None = None, *, checked: bool = True) -> None:
        self.act = act
        super().__init__(typed, checked=checked)
        for each in self.fields.values():
            if isinstance(each, forms.CharField):  # what is typed is published as of the language of the issue
                each.widget.attrs.setdefault("lang", act.issue.language)

    @property
    def move(self) -> Move:
        """The move this form makes."""
        return self.act.move

    def quoted(self, words: object) -> SafeString:
        """Words of the issue, or of what was published about it, among the interface's."""
        return quoted(words, self.act.issue.language)

    def waiting(self) -> list[Attachment]:
        """The evidence that this person uploaded and did not publish yet. One query."""
        pending = Attachment.objects.pending_of(self.act.signer, self.act.party, self.act.issue)
        return list(pending.filter(place=Place.EVIDENCE))
