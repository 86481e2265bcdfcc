"""`{% load charts %}`: `{% chart thing %}` for a figure with its table, `{% sparkline thing %}` for a line beside a number.

The page's head takes `css/charts.css`.
"""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from backend.core.charts import bars, lines, share, survival, tiles  # noqa: F401  (each registers the charts it draws)
from backend.core.charts.data import Chart, Sparkline
from backend.core.charts.drawing import draw
from backend.core.charts.sparkline import draw_sparkline

register = template.Library()


@register.inclusion_tag("core/_chart.html")
def chart(thing: Chart) -> dict[str, Any]:
    """The figure, in the language in force. No query."""
    return {"drawing": draw(thing), "chart": thing}


@register.simple_tag
def sparkline(thing: Sparkline) -> SafeString:
    return draw_sparkline(thing)
