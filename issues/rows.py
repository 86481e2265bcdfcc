"""A row of a list, made once for all who see it."""

from collections.abc import Hashable, Iterable
from datetime import datetime

from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from backend.core.remembered import Shelf
from issues import clock
from issues.heads import kept
from issues.models import Issue
from issues.querysets import Head

KEPT_CHARACTERS = 8 * 1024 * 1024
_made: Shelf[str] = Shelf(KEPT_CHARACTERS)


def render_row(issue: Issue, at: datetime, *, shows_wait: bool = False, anchor: bool = True) -> SafeString:
    """`<li class="row">` of an issue read through `for_list()`; in a list that may hold it twice without `anchor`. No query."""
    key = (get_language(), clock.local_day(at), issue.is_overdue(at), shows_wait, anchor, *_shown(issue))
    html = None if settings.DEBUG else _made.get(key)
    if html is None:
        html = _rendered(issue, at, shows_wait=shows_wait, anchor=anchor)
        _made.put(key, html)
    return mark_safe(html)  # noqa: S308  (a template made it)


def render_heads(heads: Iterable[Head], at: datetime, names: Hashable, *, shows_wait: bool = False) -> SafeString:
    """The rows, in their order; `names`: `freshness.names_of`. One query for those that nobody saw as they are now, else none."""

    def make(missing: list[int]) -> Iterable[tuple[int, str]]:
        for issue in Issue.objects.for_list().filter(pk__in=missing):
            yield issue.pk, _rendered(issue, at, shows_wait=shows_wait, anchor=True)

    return mark_safe("".join(kept(_made, heads, at, (names, shows_wait), make)))  # noqa: S308  (a template made each)


def _rendered(issue: Issue, at: datetime, *, shows_wait: bool, anchor: bool) -> str:
    context = {"issue": issue, "at": at, "shows_wait": shows_wait, "anchor": anchor}
    return str(get_template("issues/_row.html").render(context))


def _shown(issue: Issue) -> tuple[Hashable, ...]:
    """All that was read of the issue, which is more than a row shows, and the names of its parties and region."""
    read = ((name, value) for name, value in vars(issue).items() if not name.startswith("_"))
    return (*read, str(issue.body_addressed), str(issue.raised_by), str(issue.held_by), str(issue.region))
