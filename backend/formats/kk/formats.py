"""Dates, times and numbers in Kazakh, which Django does not have (ui.md section 4.6).

`E` is the month inside a date: lower case, from msgctxt "alt. month" of backend/locale_framework.
Input formats are the Russian ones: one country, one habit; Django adds the ISO ones.
"""

from backend.formats.ru.formats import DATE_INPUT_FORMATS as DATE_INPUT_FORMATS
from backend.formats.ru.formats import DATETIME_INPUT_FORMATS as DATETIME_INPUT_FORMATS
from backend.formats.ru.formats import TIME_INPUT_FORMATS as TIME_INPUT_FORMATS

DATE_FORMAT = "Y\xa0\\ж. j\xa0E"  # a day and its month stay on one line
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "Y\xa0\\ж. j\xa0E, H:i"
YEAR_MONTH_FORMAT = r"Y \ж. E"
MONTH_DAY_FORMAT = "j\xa0E"
SHORT_DATE_FORMAT = "d.m.Y"
SHORT_DATETIME_FORMAT = "d.m.Y H:i"
FIRST_DAY_OF_WEEK = 1
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\xa0"
NUMBER_GROUPING = 3
