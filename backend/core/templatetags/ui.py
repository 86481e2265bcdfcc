"""Tags and filters that every template may use (they are builtins)."""

import json
import re
from collections.abc import Iterable
from datetime import date, datetime

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField, Field
from django.template.base import Parser, Token
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from backend.core.errors import Words
from backend.core.posting import FIELD, mark_of, new_key
from backend.core.words import number, time_tag

register = template.Library()

# Nothing of htmx may need more than the Content-Security-Policy gives: no eval, no style of its own. Answers that a person
# must read are swapped in: a form with its faults (422), a thing that has moved on (409). The first match counts.
_HTMX = {
    "allowEval": False,
    "includeIndicatorStyles": False,
    "selfRequestsOnly": True,
    "historyCacheSize": 0,  # other people may use this device: nothing of a page is kept in its storage
    "refreshOnHistoryMiss": True,
    "scrollBehavior": "auto",
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "409|422", "swap": True, "error": False},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}


@register.simple_tag
def htmx_config() -> str:
    """How htmx behaves on every page, for its `<meta>`."""
    return json.dumps(_HTMX, separators=(",", ":"))


@register.simple_tag(takes_context=True)
def once(context: template.Context) -> SafeString | str:
    """The hidden key of a form that writes: sent twice, it is done once. `data-person` tells whose text a device saves."""
    person = context["user"]
    if not person.is_authenticated:
        return ""
    field = '<input type="hidden" name="{}" value="{}" data-person="{}">'
    return format_html(field, FIELD, new_key(person), mark_of(person))


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite (assets/icons.py lists them). It says nothing by itself: a word stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("img/icons.svg"),
        name,
    )


class ByLanguage(template.Node):
    """Made once in each language."""

    def __init__(self, inside: template.NodeList) -> None:
        self.inside = inside
        self.made: dict[str | None, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        language = get_language()
        if language not in self.made:
            self.made[language] = self.inside.render(context)
        return self.made[language]


@register.tag
def bylanguage(parser: Parser, token: Token) -> ByLanguage:
    """`{% bylanguage %}…{% endbylanguage %}`: words and links that depend on nothing else, as every page has them."""
    inside = parser.parse(["endbylanguage"])
    parser.delete_first_token()
    return ByLanguage(inside)


@register.filter
def each_once(messages: Iterable[Message]) -> list[Message]:
    """Messages of Django's in their order: a form sent twice, before its page came, is not told of twice."""
    return list({(message.level, str(message)): message for message in messages}.values())


@register.filter
def anchor(field: BoundField) -> str:
    """The id of the control that a person should land on to mend this field: of a group, its first choice."""
    return field.id_for_label or (f"{field.auto_id}_0" if field.use_fieldset else field.auto_id)


@register.filter
def said_of(words: str, field: BoundField) -> str:
    """A fault as the summary has it: Django's "This field is required." does not say which, so the label goes before it."""
    return f"{field.label}: {words}" if words == Field.default_error_messages["required"] else words


@register.filter
def coded(words: Words) -> SafeString:
    """Words with `names of programs` between backticks, these in `<code>`."""
    return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", conditional_escape(str(words))))  # noqa: S308  (escaped before)


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
