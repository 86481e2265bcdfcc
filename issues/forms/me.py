"""Name and language of the person who is signed in."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backend.core.forms import LanguageRadios


class SettingsForm(forms.Form):
    use_required_attribute = False
    name = forms.CharField(label=_("Your name"), max_length=150, help_text=_("Shown beside everything you publish."))
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=LanguageRadios,
        help_text=_("Of this site, and of the mail we send you."),
    )  # fmt: skip
