"""P2: the issue page with 500 messages against a bare page of their stored HTML. P3: a message posted, with its event, against a
bare view that inserts one row by the backend that comes with Django.

    uv run python -m tests.benchmarks.threads

fills a database of its own, which it deletes, and calls the sides in turn through WSGI in one process, one connection kept open.
Ratios count; the figures are of the machine. Takes about a minute and stops by itself.
"""

from io import BytesIO
from itertools import count
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import django

from tests.benchmarks.pages import (
    CALLS,
    HOUR,
    ROUNDS,
    Call,
    after_the_last_change,
    answered,
    caller,
    database,
    handler_with,
    measured,
    queries,
)

TOPS, REPLIES = 50, 9
BARE = ["tests.benchmarks.bare.Here"]
WORDS = (
    "Гранттың ақысы үш ай кешігіп төленді, ал есепті біз уақытында тапсырдық. **Қай күні** төленетінін жазбаша айтыңыз: "
    "қызметкерлеріміз жалақысыз отыр.\n\nБізге министрліктің 12 мамырдағы хаты келді, онда мерзім көрсетілмеген; келісімшарттың "
    "4.2-тармағында он жұмыс күні делінген."
)


def fill() -> Any:
    """A story with its issue: 50 messages with nine replies each, all on one page, posted as people do."""
    from dialogue.actions import post_message
    from tests.factories.people import make_cast
    from tests.factories.stories import Story

    story = Story(make_cast()).raised()
    issue, number = story.issue, 0
    for _ in range(TOPS):
        top = number + 1
        for n in range(REPLIES + 1):
            number += 1
            who = (story.cast.manager, story.cast.officer)[n % 2]
            post_message(issue=issue, **who.acts, body=f"{number}. {WORDS}", parent=top if n else None)
    return story


def poster(story: Any) -> Call:
    """A post by the form, as a signed-in browser sends it: session, token, and a key of its own each time."""
    from django.test import Client

    from backend.core.posting import FIELD, new_key

    client, number = Client(), story.issue.number
    who = story.cast.manager
    client.force_login(who.user)
    client.get(f"/kk/issues/{number}/")
    token = client.cookies["csrftoken"].value
    handler, path = handler_with(), f"/kk/issues/{number}/messages/"
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())

    def call() -> int:
        given = {
            "csrfmiddlewaretoken": token, FIELD: new_key(who.user), "key": uuid4(), "as": who.organisation.slug, "body": WORDS,
        }  # fmt: skip
        return answered(handler, sent(path, given, HTTP_COOKIE=cookie), 303)

    return call


def actor(story: Any) -> Call:
    """A message with its event, its search for personal data and its rules, in the same bare view."""
    from tests.benchmarks import bare

    bare.writer, handler = story.cast.manager.acts, handler_with(BARE)
    query = urlencode({"issue": story.pk})
    return lambda: answered(handler, sent("/bare/message/", {"body": WORDS}, QUERY_STRING=query), 204)


def inserter(story: Any) -> Call:
    from tests.benchmarks import bare

    bare.stock()
    who, numbers = story.cast.officer, count(1)
    query = urlencode({"issue": story.pk, "organisation": who.organisation.pk, "author": who.user.pk})
    handler = handler_with(BARE)
    return lambda: answered(
        handler, sent("/bare/insert/", {"n": next(numbers), "body": WORDS}, QUERY_STRING=query), 204
    )


def sent(path: str, fields: dict[str, Any], **more: str) -> dict[str, Any]:
    """What a server hands on of a form that was sent."""
    from django.test import RequestFactory

    body = urlencode(fields).encode()
    environ = RequestFactory().get(path).environ | more
    return environ | {
        "REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }  # fmt: skip


def told(sides: dict[str, Call]) -> list[float]:
    """Measures and prints each; answers their rates."""
    found = measured(sides)
    for name, (rate, cpu) in found.items():
        call = sides[name]
        print(f"{name:28} {rate:8.0f} requests/s {cpu:8.2f} ms CPU {queries(call):4} queries {call():8,} bytes")
    return [rate for rate, _cpu in found.values()]


def main() -> None:
    from django.conf import settings
    from django.test import Client

    from tests.benchmarks import bare

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.WHITENOISE_AUTOREFRESH = True  # no list of static files is made for a page
    with database():
        story = fill()
        page = f"/kk/issues/{story.issue.number}/"
        client = Client()
        client.force_login(story.cast.manager.user)
        cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        print(f"{story.issue.seq} messages; {ROUNDS} rounds of {CALLS} calls in turn, medians")
        floor, settled, moving, _signed_in = told({
            "bare page, stored HTML": caller("/bare/thread/", f"issue={story.pk}", 200, BARE),
            "issue page": after_the_last_change(caller(page, "", 200), 1),
            "issue page, just changed": after_the_last_change(caller(page, "", 200), HOUR),
            "issue page, signed in": caller(page, "", 200, cookie=cookie),
        })  # fmt: skip
        inserted, acted, posted = told({
            "bare insert": inserter(story), "bare view, message": actor(story), "form, message": poster(story),
        })  # fmt: skip
        bare.stock().close()
        print(f"P2 page / bare: {settled / floor:.2f} (goal 0.5); while it changes: {moving / floor:.2f}")
        print(f"P3 message / insert: {acted / inserted:.2f} (goal 0.4); by the form: {posted / inserted:.2f}")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    django.setup()
    main()
