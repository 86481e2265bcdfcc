"""Lists of languages by their own names: each name is said in its own language."""

import re

import pytest
from django import forms

from backend.organisations.forms import JoinForm
from issues.forms.drafts import NewForm, languages
from issues.forms.me import SettingsForm

OURS = {"kk": "Қазақша", "ru": "Русский", "en": "English"}


@pytest.mark.parametrize("form", [NewForm, SettingsForm, JoinForm])
def test_each_language_is_named_in_its_own_language(form: type[forms.Form]) -> None:
    html = str(form()["language"])
    named = dict(re.findall(r'lang="(\w+)"[^>]*>([^<]+)<', html))
    assert named == (dict(languages()) if form is NewForm else OURS)
