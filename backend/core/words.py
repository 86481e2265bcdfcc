"""Sentences with parts that are HTML, dates in `<time>`, numbers as the language writes them."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from backend.core.errors import Words


def fill(words: Words, **parts: Any) -> SafeString:
    """A translated sentence with its `%(name)s` filled in; sentence and parts are escaped unless they are safe.

    A date that ends in a full stop ("5 марта 2026 г.") also ends the sentence: there is no second one.
    """
    said = conditional_escape(str(words)) % {name: conditional_escape(part) for name, part in parts.items()}
    return mark_safe(said.replace(".</time>.", ".</time>"))  # noqa: S308  (every part was escaped above)


def time_tag(moment: date | datetime, style: str = "DATE_FORMAT") -> SafeString:
    """`<time datetime="2026-03-05">5 March 2026</time>`, a moment in Almaty's time; `style` is a format's name."""
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment)
        if "TIME" in style:
            return _time_tag(moment, moment.isoformat(timespec="seconds"), style, get_language())
        moment = moment.date()
    return _time_tag(moment, moment.isoformat(), style, get_language())


@lru_cache(maxsize=4_096)
def _time_tag(moment: date, exact: str, style: str, language: str | None) -> SafeString:
    """A list says the same few days in each of its rows: each is written once for a language."""
    return format_html('<time datetime="{}">{}</time>', exact, date_format(moment, style))


def number(value: float) -> str:
    """A number grouped as the language in force does."""
    return _number(value, get_language())


@lru_cache(maxsize=4_096, typed=True)
def _number(value: float, language: str | None) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)


def days_left(due: date, today: date) -> str:
    """How far a date is away: "11 days left", "today", "3 days over"."""
    days = (due - today).days
    if days < 0:
        return ngettext("%(n)s day over", "%(n)s days over", -days) % {"n": number(-days)}
    if days == 0:
        return gettext("today is the last day")
    return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": number(days)}
