"""Names of months and days: whole for the table and the ear, short for the axis."""

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format


def month_label(month: date) -> str:
    """ "March 2026" """
    return date_format(month, "YEAR_MONTH_FORMAT")


def month_ticks(months: Sequence[date]) -> list[str]:
    """ "Mar" for each, with its year in a second line for the first and for each January."""
    return [
        date_format(month, "M") + (f"\n{month.year}" if n == 0 or month.month == 1 else "")
        for n, month in enumerate(months)
    ]


def day_label(day: date) -> str:
    """ "5 March 2026" """
    return date_format(day, "DATE_FORMAT")


def day_ticks(days: Sequence[date]) -> list[str]:
    """The number of each day, with its month in a second line for the first and for each first of a month."""
    return [
        f"{day.day}" + (f"\n{date_format(day, 'M')}" if n == 0 or day.day == 1 else "") for n, day in enumerate(days)
    ]
