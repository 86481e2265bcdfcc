"""Figures, and the units behind them."""

from typing import Any

from rest_framework import serializers

from backend.api.shapes import Instant
from backend.api.shapes.issue import IssueShape
from issues.metrics.cohorts import Kind, Unit


class IntervalShape(serializers.Serializer[Any]):
    """95 %: of a rate Wilson's, of a median from the band of the curve."""

    lower = serializers.FloatField()
    upper = serializers.FloatField()


class FigureShape(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=[(kind.value, kind.value) for kind in Kind])
    unit = serializers.ChoiceField(choices=[(unit.value, unit.value) for unit in Unit])
    value = serializers.FloatField(
        allow_null=True, help_text="A share, working days or a count; null: nothing, or not reached."
    )
    n = serializers.IntegerField(help_text="The units it rests on; below ten show the counts alone.")
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()
    interval = IntervalShape(allow_null=True)
    beside = serializers.DictField(child=serializers.IntegerField(), help_text="Other counts of the same cohort.")
    definition = serializers.CharField()
    excluded = serializers.CharField()
    version = serializers.IntegerField(help_text="Of the definition.")
    issues_url = serializers.URLField(help_text="The very units of the denominator.")


class MetricsShape(serializers.Serializer[Any]):
    as_of = Instant()
    metrics = serializers.DictField(child=FigureShape(), help_text="By key.")


class UnitOfIssue(serializers.Serializer[Any]):
    """Which unit of the issue a row stands for."""

    kind = serializers.ChoiceField(choices=[(unit.value, unit.value) for unit in Unit])
    id = serializers.IntegerField()
    cohort = serializers.DateField()


class UnitShape(IssueShape):
    """A row of a list behind a number: the issue, and which unit of it."""

    unit = UnitOfIssue(required=False, help_text="Only in a list behind a number (`metric`).")
