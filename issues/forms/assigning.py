"""The coordinator's forms: who works on the chosen issues, and who stands in for whom. What holds, the actions say."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.organisations.models import Membership
from issues.forms.base import day, from_list, line


def _named(people: Sequence[Membership]) -> list[tuple[str, str]]:
    return [(str(each.user.uuid), f"{each.user} · {each.get_role_display()}") for each in people]


class AssignForm(forms.Form):
    use_required_attribute = False
    unit = line(_("Unit"), _("Leave it empty to leave each issue in its unit."), optional=True)

    def __init__(self, people: Sequence[Membership], *args: object, **kwargs: object) -> None:
        super().__init__(*args, label_suffix="", **kwargs)  # type: ignore[arg-type, misc]
        hint = _("The person's name is shown on the issue's page.")
        self.fields = {"person": from_list(_("Responsible person"), _named(people), hint)} | self.fields


class SubstitutionForm(forms.Form):
    use_required_attribute = False
    since = day(_("First day"))
    until = day(_("Last day"))

    def __init__(self, people: Sequence[Membership], *args: object, **kwargs: object) -> None:
        super().__init__(*args, label_suffix="", **kwargs)  # type: ignore[arg-type, misc]
        chosen = {
            "away": from_list(_("Who is away"), _named(people)),
            "by": from_list(_("Who sees their rows"), _named(people)),
        }
        self.fields = chosen | self.fields
