"""Forms about people. They give what was typed its shape; what holds, the actions say."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.translation import gettext_lazy as _

from backend.core.forms import LanguageRadios
from backend.organisations.models import Membership, Role


class RoleForm(forms.Form):
    """A role and a post: `roles` are those that the person who fills it in may give."""

    use_required_attribute = False
    role = forms.ChoiceField(label=_("Role"), required=False, widget=forms.RadioSelect)
    post = forms.CharField(
        label=_("Post"), required=False, help_text=_("Shown beside the signature, for instance: head of department.")
    )  # fmt: skip

    def __init__(self, roles: Sequence[Role], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        self.fields["post"].optional = True  # type: ignore[attr-defined]


class InviteForm(RoleForm):
    email = forms.CharField(
        label=_("E-mail address"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("The link works for this address alone, once, for 14 days."),
    )  # fmt: skip
    field_order = ("email", "role", "post")


class LeaveForm(forms.Form):
    """The last one who looks after the people says that they know what follows."""

    use_required_attribute = False
    aware = forms.BooleanField(label=_("I know what follows."), required=False)


class DeputyForm(forms.Form):
    """Who signs for a signatory, and when. `people`: who can be named."""

    use_required_attribute = False
    deputy = forms.ChoiceField(label=_("Deputy"), required=False)
    since = forms.DateField(
        label=_("First day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )  # fmt: skip
    until = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("At most 90 days in all."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), required=False, help_text=_("With the number and the date of the order, for instance.")
    )  # fmt: skip

    def __init__(self, people: Sequence[Membership], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(each.pk): each for each in people}
        named = [(key, f"{each.user} · {each.get_role_display()}") for key, each in self.people.items()]
        self.fields["deputy"].choices = [("", _("Choose")), *named]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """The keyword arguments of the action."""
        return {**self.cleaned_data, "deputy": self.people.get(self.cleaned_data["deputy"])}


class JoinForm(forms.Form):
    """The account of somebody who is new here: the address is the invited one."""

    use_required_attribute = False
    name = forms.CharField(
        label=_("Your name"), max_length=150, help_text=_("Shown beside everything you publish."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=LanguageRadios,
        help_text=_("Of this site, and of the mail we send you."),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html(),
    )  # fmt: skip
    again = forms.CharField(
        label=_("Password once more"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("again") and cleaned["again"] != cleaned.get("password"):
            self.add_error("again", _("The two passwords differ."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The keyword arguments of the action."""
        return {name: value for name, value in self.cleaned_data.items() if name != "again"}
