"""Dates, times and numbers in Russian (ui.md section 4.6).

Django's own, but 09:05 for its 9:05, a comma before the time, and the month without a year in the genitive.
"""

DATE_FORMAT = "j\xa0E Y\xa0г."  # a day and its month stay on one line
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j\xa0E Y\xa0г., H:i"
YEAR_MONTH_FORMAT = "F Y г."
MONTH_DAY_FORMAT = "j\xa0E"
SHORT_DATE_FORMAT = "d.m.Y"
SHORT_DATETIME_FORMAT = "d.m.Y H:i"
FIRST_DAY_OF_WEEK = 1
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\xa0"
NUMBER_GROUPING = 3
DATE_INPUT_FORMATS = ["%d.%m.%Y", "%d.%m.%y"]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S", "%H:%M:%S.%f"]
DATETIME_INPUT_FORMATS = [f"{day} {time}" for day in DATE_INPUT_FORMATS for time in TIME_INPUT_FORMATS]
