"""The numbers of issues: one counter for each year."""

from django.db.models import F

from issues.models import NumberCounter


def take_numbers(year: int, how_many: int = 1) -> list[str]:
    """The year's next numbers, in their order. Holds the year's counter until the transaction ends: always the last lock
    taken, of several years the earliest first. Three queries.
    """
    NumberCounter.objects.get_or_create(year=year)
    NumberCounter.objects.filter(year=year).update(last=F("last") + how_many)
    last = NumberCounter.objects.get(year=year).last
    return [f"{year}-{n:06d}" for n in range(last - how_many + 1, last + 1)]
