"""One issue of another register, checked: what `recording` takes over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from issues import clock
from issues.actions.checks import LONG, SHORT, Checked
from issues.models import Region, Topic

FIELDS = (
    "id", "title", "body", "language", "raised_at", "body_addressed", "topic", "region", "source_status", "answer",
    "answered_at", "url",
)  # fmt: skip
"""What an issue of another register is made of (contract.md); beside them `kept`, whatever else is to be shown."""

EARLIEST = date(1990, 1, 1)
NAME = 300  # characters of a body's name
URL = 500
KEPT = 2000
LABEL = 60


@dataclass(frozen=True, slots=True)
class Record:
    """A row of another register in our words. `body_addressed` is a name as the register writes it, '' for none; `answer`
    and `answered_at` are given both or neither; `row` is where it stands in its file.
    """

    row: int
    source_id: str
    title: str
    body: str
    language: str
    raised_at: datetime
    body_addressed: str
    topic: Topic
    region: Region
    source_status: str = ""
    answer: str = ""
    answered_at: datetime | None = None
    url: str = ""
    kept: Sequence[tuple[str, list[str]]] = ()


class Reference:
    """Topics and regions by their short names: two queries, once for a whole import."""

    def __init__(self) -> None:
        self.topics = Topic.objects.in_bulk(field_name="slug")
        self.regions = Region.objects.in_bulk(field_name="code")


def checked_record(
    check: Checked, row: int, fields: Mapping[str, Any], reference: Reference, at: datetime
) -> Record | None:
    """The record, or None with every reason in `check`. `raised_at` and `answered_at` are dates or moments with a zone;
    the other fields are text, `kept` a label to a list of texts. A day without an hour is that day in Almaty.
    """
    raised = moment(check, "raised_at", fields.get("raised_at"), at)
    if raised is None and "raised_at" not in check.errors:
        check.fail("raised_at", "It is missing: say when the issue was raised.")
    answer, answered = _answer(check, fields, raised, at)
    topic = _known(check, "topic", fields.get("topic"), reference.topics)
    region = _known(check, "region", fields.get("region") or Region.COUNTRY, reference.regions)
    source_id, title = (needed_line(check, name, fields.get(name)) for name in ("id", "title"))
    language = check.language("language", fields.get("language"))
    if not language and "language" not in check.errors:
        check.fail("language", "It is missing: say in which language the text is written.")
    texts = {
        "body": check.text("body", fields.get("body"), limit=LONG, needed=False),
        "body_addressed": check.line("body_addressed", fields.get("body_addressed"), limit=NAME, needed=False),
        "source_status": check.line("source_status", fields.get("source_status"), limit=SHORT, needed=False),
        "url": _url(check, fields.get("url")),
    }
    kept = _kept(check, fields.get("kept") or {})
    if check.errors or raised is None or topic is None or region is None:
        return None
    return Record(
        row=row, source_id=source_id, title=title, language=language, raised_at=raised, topic=topic, region=region,
        answer=answer, answered_at=answered, kept=kept, **texts,
    )  # fmt: skip


def needed_line(check: Checked, name: str, value: Any) -> str:
    if value in (None, ""):
        check.fail(name, "It is missing.")
        return ""
    return check.line(name, value)


def moment(check: Checked, name: str, value: date | datetime | None, at: datetime) -> datetime | None:
    """An instant from 1990 to now; a day alone is its beginning in Almaty."""
    if value is None:
        return None
    day = value.date() if isinstance(value, datetime) else value
    if day < EARLIEST:
        check.fail(name, f"It lies before {EARLIEST.year}: {day.isoformat()}.")
        return None
    moment = value if isinstance(value, datetime) else datetime.combine(value, time.min, tzinfo=clock.ALMATY)
    if moment > at:
        check.fail(name, f"It lies in the future: {day.isoformat()}.")
        return None
    return moment


def _answer(
    check: Checked, fields: Mapping[str, Any], raised: datetime | None, at: datetime
) -> tuple[str, datetime | None]:
    """The answer and its date: never before the issue; given as a day alone, it may be the issue's own day."""
    answer = check.text("answer", fields.get("answer"), limit=LONG, needed=False)
    given = fields.get("answered_at")
    answered = moment(check, "answered_at", given, at)
    if answer and answered is None and "answered_at" not in check.errors:
        check.fail("answered_at", "It is missing: an answer has a date.")
    elif answered is not None and not answer and "answer" not in check.errors:
        check.fail("answer", "It is missing, although it has a date.")
    if answered is None or raised is None:
        return answer, answered
    is_earlier = answered < raised if isinstance(given, datetime) else given is not None and given < raised.date()
    if is_earlier:
        check.fail("answered_at", f"The answer ({answered:%Y-%m-%d}) is older than the issue ({raised:%Y-%m-%d}).")
    return answer, max(answered, raised)


def _known[T](check: Checked, name: str, value: Any, known: Mapping[str, T]) -> T | None:
    key = check.line(name, value, needed=False)
    found = known.get(key)
    if found is None and name not in check.errors:
        check.fail(name, f"There is none called {key!r}." if key else "It is missing.")
    return found


def _url(check: Checked, value: Any) -> str:
    url = check.text("url", value, limit=URL, needed=False)
    try:
        if url:
            _WEB(url)
    except ValidationError:
        check.fail("url", f"This is no web address: {url[:80]!r}.")
    return url


_WEB = URLValidator(schemes=["http", "https"])


def _kept(check: Checked, kept: Mapping[str, list[str]]) -> list[tuple[str, list[str]]]:
    found = []
    for label, texts in kept.items():
        cleaned = [check.text(label, text, limit=KEPT, needed=False) for text in texts]
        found.append((label, [text for text in cleaned if text]))
    return [(label, texts) for label, texts in found if texts]
