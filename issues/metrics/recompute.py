"""How a stranger recomputes the first number from the rows alone. The page shows it, and a test runs it."""

SCRIPT = """\
import csv, sys
from datetime import date, timedelta

today, asks = date.fromisoformat(sys.argv[2]), list(csv.DictReader(open(sys.argv[1], encoding="utf-8")))
day = date.fromisoformat
old = [ask for ask in asks if day(ask["received_on"]) <= today - timedelta(365)]
done = [
    ask for ask in old
    if ask["confirmed_on"] and (day(ask["confirmed_on"]) - day(ask["received_on"])).days <= 365
]
print(f"{len(done)} of {len(old)} asks confirmed done within 365 days")
"""
