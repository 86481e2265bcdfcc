"""How forms look: one renderer for all (label, hint, error, aria-describedby), with the project's templates first."""

from django.forms import BaseForm
from django.forms.renderers import TemplatesSetting

from backend.core.errors import Invalid


class Renderer(TemplatesSetting):
    """Django's, but each field group from `templates/core/_field.html`."""

    field_template_name = "core/_field.html"


def take(form: BaseForm, refusal: Invalid) -> None:
    """The action's errors, beside the fields they speak of; those of no field above the form."""
    for name, words in refusal.errors.items():
        form.add_error(name if name in form.fields else None, [str(word) for word in words])
