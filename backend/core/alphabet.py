"""The order of the Kazakh alphabet, which holds the Russian one too; the database's own collation knows neither."""

from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Lower

LETTERS = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
# Each letter stands for a character whose code grows with its place in the alphabet.
_PLACES = "".join(chr(0x4E00 + place) for place in range(len(LETTERS)))


def alphabetical(field: str) -> Func:
    """An expression to order by: the field's text in alphabetical order, capitals as small letters, Latin first."""
    return Func(Lower(F(field)), Value(LETTERS), Value(_PLACES), function="translate", output_field=TextField())
