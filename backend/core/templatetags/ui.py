"""Tags and filters that every template may use (they are builtins)."""

from django import template
from django.forms import BoundField

register = template.Library()


@register.filter
def anchor(field: BoundField) -> str:
    """The id of the control that a person should land on to mend this field: of a group, its first choice."""
    return field.id_for_label or (f"{field.auto_id}_0" if field.use_fieldset else field.auto_id)
