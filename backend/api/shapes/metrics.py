"""Figures, and the units behind them."""

from typing import Any

from rest_framework import serializers

from backend.api.shapes import Instant
from backend.api.shapes.issue import UNITS
from issues.metrics.cohorts import Kind, Scale

KINDS = [(kind.value, kind.value) for kind in Kind]
SCALES = [(scale.value, scale.value) for scale in Scale if scale]


class IntervalShape(serializers.Serializer[Any]):
    """95 %: of a rate Wilson's, of a median from the band of the curve."""

    lower = serializers.FloatField()
    upper = serializers.FloatField()


class FigureShape(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=KINDS)
    unit = serializers.ChoiceField(choices=UNITS)
    value = serializers.FloatField(
        allow_null=True, help_text="A share, a count, or what `scale` says; null: nothing, or not reached."
    )
    p90 = serializers.IntegerField(allow_null=True, help_text="Of a median: by when nine of ten; null: not reached.")
    scale = serializers.ChoiceField(choices=SCALES, allow_blank=True)
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
