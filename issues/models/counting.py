"""The public numbers, counted as things happen: cells as the rows have them, what changed since they were summed, and sums.

Ids stand without references: nothing here is deleted by itself, and a body is never taken away (`PROTECT` elsewhere).
"""

from django.db import models


class _Counted(models.Model):
    measure = models.PositiveSmallIntegerField()
    day = models.DateField()
    x = models.IntegerField()

    class Meta:
        abstract = True


class _Cell(_Counted):
    body_id = models.BigIntegerField()
    region_id = models.BigIntegerField()
    topic_id = models.BigIntegerField()
    language = models.CharField(max_length=35)

    class Meta:
        abstract = True


# How a combination of filters is read: what is not asked is skipped. These indexes hold all that is read, since the rows lie
# scattered over the whole table.
_ASKED = ("body_id", "region_id", "topic_id", "language", "x")
_BY = {
    "body": ["body_id", "region_id", "language"],
    "region": ["region_id", "language"],
    "topic": ["topic_id", "language", "region_id"],
}


class MetricCell(_Cell):
    """What one unit adds to one measure, as it is now. `ref`: the unit's own id. Kept by `metrics.counting.count`."""

    issue_id = models.BigIntegerField()
    ref = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["issue_id"], name="metriccell_issue"),
            models.Index(fields=["measure", "day"], name="metriccell_day"),
            *(models.Index(
                fields=[*columns, "measure", "day"], include=sorted({*_ASKED} - {*columns}), name=f"metriccell_by_{name}",
            ) for name, columns in _BY.items()),
        ]  # fmt: skip


class MetricChange(_Cell):
    """A cell that came (1) or went (-1) and is not in the sums yet: only ever inserted, so no writer waits for another."""

    n = models.SmallIntegerField()


class Dimension(models.IntegerChoices):
    """By what a sum is kept: of two things its value is both, with a stroke between ("14/kk"). Other combinations are read from
    single cells: the index of a body or a topic leads to the few that a region leaves.
    """

    ALL = 0
    BODY = 1
    REGION = 2
    TOPIC = 3
    LANGUAGE = 4
    BODY_TOPIC = 5
    BODY_LANGUAGE = 6
    TOPIC_LANGUAGE = 7
    REGION_LANGUAGE = 8


class MetricSum(_Counted):
    """Sums of a month (`day`: its first), and for all and for a language of each day."""

    dimension = models.PositiveSmallIntegerField(choices=Dimension)
    value = models.CharField(max_length=60)
    is_month = models.BooleanField()
    n = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dimension", "value", "is_month", "measure", "day", "x"], include=["n"], name="metricsum_once"
            )
        ]
