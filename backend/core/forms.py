"""How forms look: one renderer for all (label, hint, error, aria-describedby), with the project's templates first."""

from typing import Any

from django.forms import BaseForm, RadioSelect, Select
from django.forms.renderers import TemplatesSetting
from django.utils.html import format_html

from backend.core.errors import Invalid


class Renderer(TemplatesSetting):
    """Django's, but each field group from `templates/core/_field.html`."""

    field_template_name = "core/_field.html"


class LanguageSelect(Select):
    """Languages by their own names: each is said in its own language, which its code names."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["lang"] = str(value)
        return option


class LanguageRadios(RadioSelect):
    """As `LanguageSelect`, all in sight."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        named = format_html('<span lang="{}">{}</span>', value, label)
        return super().create_option(name, value, named, *args, **kwargs)


def take(form: BaseForm, refusal: Invalid) -> None:
    """The action's errors, beside the fields they speak of; those of no field above the form."""
    for name, words in refusal.errors.items():
        form.add_error(name if name in form.fields else None, [str(word) for word in words])
