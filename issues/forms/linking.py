"""The fields of a registered official appeal, in the draft and on the page that links it later."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Invalid
from issues import clock
from issues.actions.personal_data import PersonalDataFound
from issues.forms.base import ActForm, day, line
from issues.forms.personal_data import Deciding

_HINT = _(
    "If your organisation also sent this to the body as an official appeal. Only then are limits called the law's."
)


def appeal_fields(today: date, *, optional: bool) -> dict[str, forms.Field]:
    return {
        "official_number": line(
            _("Number of the registered official appeal"),
            _HINT if optional else "",
            optional=optional,
        ),
        "official_date": day(
            _("Date on which the official appeal was registered"), optional=optional,
            min=clock.APPC_SINCE.isoformat(), max=today.isoformat(),
        ),
    }  # fmt: skip


class LinkForm(Deciding, ActForm):
    def build(self, typed: QueryDict) -> None:
        self.fields |= appeal_fields(clock.local_day(timezone.now()), optional=False)
        self.decide_on({"official_number": typed.get("official_number", "")})

    def clean(self) -> None:
        self.cleaned_data |= self.masked()

    def values(self) -> dict[str, Any]:
        named = {name: self.cleaned_data.get(name) for name in ("official_number", "official_date")}
        return named | {"keep": self.keep()}

    def take(self, refusal: Invalid) -> None:
        if isinstance(refusal, PersonalDataFound):
            self.ask_for(refusal)
        else:
            super().take(refusal)
