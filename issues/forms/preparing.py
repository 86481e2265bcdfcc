"""The official answer as it is prepared: the fields of the move, without files, and a note to the signatory."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from issues.actions.engine import Act
from issues.forms.answering import GROUPS_AT_FIRST, AnswerForm
from issues.forms.base import FieldGroup, prose
from issues.models import PreparedAnswer


class PrepareForm(AnswerForm):
    """May be saved unfinished; what is missing is said once it is handed over."""

    has_files = False

    def build(self, typed: QueryDict) -> None:
        super().build(typed)
        hint = _("What they should know before they sign. Only the people of your body read it.")
        self.fields["note"] = prose(_("Note to the signatory"), hint, rows=3, optional=True)

    def clean(self) -> None:
        """Nothing is missing yet."""

    def values(self) -> dict[str, Any]:
        return {**super().values(), "note": self.cleaned_data.get("note", "")}

    def groups(self) -> list[FieldGroup]:
        return [*super().groups(), FieldGroup([self["note"]])]

    @classmethod
    def opened(cls, act: Act, prepared: PreparedAnswer | None) -> "PrepareForm":
        """With what is saved, to be changed."""
        return cls(act, typed_as(prepared.asks, prepared.note) if prepared else None, checked=False)


class PublishForm(AnswerForm):
    """What is prepared, as the signatory reads it before it is published: no field of it is asked again."""

    has_files = False

    @classmethod
    def of(cls, act: Act, prepared: PreparedAnswer) -> "PublishForm":
        form = cls(act, typed_as(prepared.asks))
        form.is_valid()  # what is not right, the action says
        return form


class ReturnForm(forms.Form):
    use_required_attribute = False
    word = prose(_("What should be changed"), _("Only the people of your body read it."), rows=4)


def typed_as(asks: Sequence[Mapping[str, Any]], note: str = "") -> QueryDict:
    """Rows of an answer as the form sends them."""
    typed = QueryDict(mutable=True)
    typed["note"] = note
    for path, value in _paths(asks):
        typed[path] = value
    return typed


def _paths(asks: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for row in asks:
        path, promises = f"asks.{row['n']}", row.get("commitments") or []
        yield f"{path}.count", str(max(GROUPS_AT_FIRST, len(promises)))
        yield from ((f"{path}.{name}", value) for name, value in row.items() if name not in ("n", "commitments"))
        for index, each in enumerate(promises, 1):
            yield from ((f"{path}.commitments.{index}.{name}", value) for name, value in each.items())


def as_decided(asks: Sequence[Mapping[str, Any]], texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows with their texts as they were decided on (named as by `answering.texts_of`)."""
    return [_decided(row, texts) for row in asks]


def _decided(row: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    n = row["n"]
    own = {"text": f"ask.{n}", "evidence": f"evidence.{n}"}
    changed = {name: texts.get(own[name], value) if name in own else value for name, value in row.items()}
    promises = [
        {name: texts.get(f"commitment.{n}.{index}.{name}", value) for name, value in each.items()}
        for index, each in enumerate(row.get("commitments") or (), 1)
    ]
    return changed | ({"commitments": promises} if promises else {})
