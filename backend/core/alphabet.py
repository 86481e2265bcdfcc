"""The Kazakh alphabet, which holds the Russian one too: its order, which the database's collation does not know, and its
letters in ASCII.
"""

from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Lower
from django.utils.text import slugify

LETTERS = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
# Each letter stands for a character whose code grows with its place in the alphabet.
_PLACES = "".join(chr(0x4E00 + place) for place in range(len(LETTERS)))


def alphabetical(field: str) -> Func:
    """An expression to order by: the field's text in alphabetical order, capitals as small letters, Latin first."""
    return Func(Lower(F(field)), Value(LETTERS), Value(_PLACES), function="translate", output_field=TextField())


_IN_ASCII = str.maketrans(
    dict(zip("аәбвгғдеёзийкқлмнңоөпрстуұүфһыіэ", "aabvggdeeziikqlmnnooprstuuufhyie", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu", "я": "ya"}
)


def ascii_slug(text: str) -> str:
    """The text as a part of an address: "Қаржы министрлігі" is "qarzhy-ministrligi". '' where no letter can be written so."""
    return slugify(text.lower().translate(_IN_ASCII)).strip("-_")
