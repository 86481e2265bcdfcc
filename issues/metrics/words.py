"""Figures and their units in words."""

from django.utils.translation import gettext, ngettext

from backend.core.words import fill, number, time_tag
from issues.metrics.cohorts import Kind, Unit
from issues.metrics.figures import Figure
from issues.metrics.intervals import counts_only
from issues.metrics.weeks import Week


def units_heading(unit: Unit, total: int, issues: int) -> str:
    """ "37 asks in 21 issues", exact."""
    if unit is Unit.ISSUE:
        return _plural(unit, total)
    units = _plural(unit, total)
    of = ngettext("in %(n)s issue", "in %(n)s issues", issues) % {"n": number(issues)}
    return f"{units} {of}"


def _plural(unit: Unit, n: int) -> str:
    match unit:
        case Unit.ASK:
            return ngettext("%(n)s ask", "%(n)s asks", n) % {"n": number(n)}
        case Unit.RESPONSIBILITY:
            return ngettext("%(n)s responsibility", "%(n)s responsibilities", n) % {"n": number(n)}
        case Unit.COMMITMENT:
            return ngettext("%(n)s commitment", "%(n)s commitments", n) % {"n": number(n)}
        case Unit.DISPUTE:
            return ngettext("%(n)s disagreement", "%(n)s disagreements", n) % {"n": number(n)}
        case Unit.EVENT:
            return ngettext("%(n)s event", "%(n)s events", n) % {"n": number(n)}
    return ngettext("%(n)s issue", "%(n)s issues", n) % {"n": number(n)}


def value_said(figure: Figure) -> str:
    """The number alone: a percentage, days, or a count; '' where there are too few for one."""
    match figure.metric.kind:
        case Kind.COUNT:
            return number(figure.denominator)
        case Kind.RATE if not counts_only(figure.n) and figure.value is not None:
            return f"{figure.value * 100:.0f}%"
        case Kind.MEDIAN if not counts_only(figure.n):
            if figure.value is None:
                return gettext("not reached")
            return ngettext("%(n)s working day", "%(n)s working days", int(figure.value)) % {"n": int(figure.value)}
    return ""


def counts_said(figure: Figure) -> str:
    """The counts that the value rests on."""
    match figure.metric.kind:
        case Kind.RATE:
            return f"{number(figure.numerator)} / {number(figure.denominator)}"
        case Kind.MEDIAN:
            return f"n = {number(figure.n)}"
    return gettext("Overdue: %(n)s") % {"n": number(figure.numerator)}


def interval_said(figure: Figure) -> str:
    if figure.interval is None or counts_only(figure.n):
        return ""
    low, high = figure.interval.lower, figure.interval.upper
    if figure.metric.kind is Kind.RATE:
        return f"{low * 100:.0f}–{high * 100:.0f}%"
    return f"{low:.0f}–{high:.0f}"


def week_said(week: Week) -> str:
    return gettext("Week %(n)s of %(year)s") % {"n": week.number, "year": week.year}


def days_said(week: Week) -> str:
    """Safe."""
    return fill("%(monday)s – %(sunday)s", monday=time_tag(week.monday), sunday=time_tag(week.sunday))
