"""Tags and filters that every template may use (they are builtins)."""

from datetime import date, datetime

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

from backend.core.words import number, time_tag

register = template.Library()


@register.filter
def anchor(field: BoundField) -> str:
    """The id of the control that a person should land on to mend this field: of a group, its first choice."""
    return field.id_for_label or (f"{field.auto_id}_0" if field.use_fieldset else field.auto_id)


@register.filter
def day(moment: date | datetime | None) -> SafeString | str:
    """The long date in `<time>`, in Almaty; '' for None."""
    return time_tag(moment) if moment else ""


@register.filter
def short_day(moment: date | datetime | None) -> SafeString | str:
    """The date as tables have it, in `<time>`."""
    return time_tag(moment, "SHORT_DATE_FORMAT") if moment else ""


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """The date and the time in `<time>`, in Almaty."""
    return time_tag(at, "DATETIME_FORMAT") if at else ""


@register.filter
def grouped(value: int) -> str:
    """A number as the language in force writes it."""
    return number(value)
