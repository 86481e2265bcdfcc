"""Naming another issue: its number, and what it is to this one."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from issues.forms.base import ActForm, line, one_of
from issues.models import RelationKind

KINDS: list[tuple[str, Any]] = [
    (RelationKind.RELATED, _("Related: it belongs together with this one")),
    (RelationKind.RECURS, _("The same problem again: that one was raised earlier and is closed")),
]


class RelateForm(ActForm):
    other = line(
        _("Number of the other issue"), _("For example 2026-000123. It stands at the top of each issue's page.")
    )
    kind = one_of(_("What it is to this one"), KINDS)
