"""Figures and their units in words."""

from django.utils.translation import gettext, ngettext

from backend.core.words import fill, number, time_tag
from issues.metrics.cohorts import Kind, Scale, Unit
from issues.metrics.figures import Figure
from issues.metrics.intervals import counts_only
from issues.metrics.weeks import Week


def units_heading(unit: Unit, total: int, issues: int) -> str:
    """ "37 asks in 21 issues", exact."""
    if unit in (Unit.ISSUE, Unit.NGO):
        return _plural(unit, total)
    units = _plural(unit, total)
    of = ngettext("in %(n)s issue", "in %(n)s issues", issues) % {"n": number(issues)}
    return f"{units} {of}"


def _plural(unit: Unit, n: int) -> str:
    words = {
        Unit.ASK: ngettext("%(n)s ask", "%(n)s asks", n),
        Unit.RESPONSIBILITY: ngettext("%(n)s responsibility", "%(n)s responsibilities", n),
        Unit.COMMITMENT: ngettext("%(n)s commitment", "%(n)s commitments", n),
        Unit.ISSUE: ngettext("%(n)s issue", "%(n)s issues", n),
        Unit.DISPUTE: ngettext("%(n)s disagreement", "%(n)s disagreements", n),
        Unit.EVENT: ngettext("%(n)s event", "%(n)s events", n),
        Unit.ANSWER: ngettext("%(n)s answer", "%(n)s answers", n),
        Unit.NGO: ngettext("%(n)s NGO", "%(n)s NGOs", n),
    }
    return words[unit] % {"n": number(n)}


def value_said(figure: Figure) -> str:
    """The number alone: a percentage, days, characters, or a count; '' where there are too few for one."""
    metric, value = figure.metric, figure.value
    if metric.kind is Kind.COUNT:
        return number(figure.denominator)
    if counts_only(figure.n):
        return ""
    if metric.kind is Kind.RATE:
        return "" if value is None else f"{value * 100:.0f}%"
    return gettext("not reached") if value is None else scaled(metric.scale, value)


def scaled(scale: Scale, value: float) -> str:
    """With what it is measured in; a mean with one digit behind the sign."""
    n = int(value) if value == int(value) else round(value, 1)
    said = {"n": number(n)}
    whole = abs(n) if isinstance(n, int) else 2  # a fraction is spoken as two are
    match scale:
        case Scale.WORKING_DAYS:
            return ngettext("%(n)s working day", "%(n)s working days", whole) % said
        case Scale.CALENDAR_DAYS:
            return ngettext("%(n)s calendar day", "%(n)s calendar days", whole) % said
        case Scale.CHARACTERS:
            return ngettext("%(n)s character", "%(n)s characters", whole) % said
    return said["n"]


def p90_said(figure: Figure) -> str:
    """'' where there is none, or too few for one."""
    if figure.metric.kind not in (Kind.MEDIAN, Kind.MIDDLE) or counts_only(figure.n):
        return ""
    return gettext("not reached") if figure.p90 is None else number(figure.p90)


def counts_said(figure: Figure) -> str:
    """The counts that the value rests on."""
    if figure.metric.kind is Kind.RATE:
        return f"{number(figure.numerator)} / {number(figure.denominator)}"
    told = [] if figure.metric.kind is Kind.COUNT else [f"n = {number(figure.n)}"]
    if figure.metric.counted:
        told.append(f"{figure.metric.counted}: {number(figure.numerator)}")
    return " · ".join(told)


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
