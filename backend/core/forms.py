"""How forms look: one renderer for all (label, hint, error, aria-describedby), with the project's templates first."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Django's, but each field group from `templates/core/_field.html`."""

    field_template_name = "core/_field.html"
