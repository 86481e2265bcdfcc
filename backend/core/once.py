"""What is sent twice is done once: the core behind the hidden key of a page's form and the API's `Idempotency-Key`.

The key's row is written first and in the transaction of the act itself. So a parallel request with the same key waits for
the first one's end, and a crash loses both the act and its answer, or neither.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Invalid
from backend.core.models import FirstAnswer
from backend.core.postgres.base import DatabaseWrapper

KEPT_HOURS = 24
KEY_LENGTH = 200

type Answer = dict[str, Any]
"""Whatever the caller can make its response of again; plain JSON."""


class OtherWords(Invalid):
    """The key was used already, with another body (422)."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as far as repeating goes: a key is one person's, for one method and path; `digest` tells the body."""

    person: int
    method: str
    path: str
    key: str
    digest: str


def once[R](sent: Sent, act: Callable[[], R], kept: Callable[[R], Answer | None]) -> R | Answer:
    """What `act` returns; for a repeat what was `kept` of the first one's, and nothing is done. A query more, and one
    that leaves with the COMMIT.

    `kept` of None: it came to nothing, and the key is free again. Holds the key until the transaction ends. Raises
    OtherWords.
    """
    with transaction.atomic():
        if not _is_first(sent):
            return _again(_rows(sent).get(), sent)
        done = act()
        answer = kept(done)
        if answer is None:
            _rows(sent).delete()
        else:
            _keep(sent, answer)
        return done


def _rows(sent: Sent) -> QuerySet[FirstAnswer]:
    return FirstAnswer.objects.filter(person=sent.person, method=sent.method, path=sent.path, key=sent.key)


def _is_first(sent: Sent) -> bool:
    """Writes the key's row, unless it is there; a parallel one that writes it is waited for. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_firstanswer (person_id, method, path, key, digest, at) VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [sent.person, sent.method, sent.path, sent.key, sent.digest, timezone.now()],
        )
        return bool(cursor.rowcount)


def _keep(sent: Sent, answer: Answer) -> None:
    """As `update` of its row, without writing that anew for every form; it leaves with the COMMIT."""
    cast("DatabaseWrapper", connection).execute_late(
        "UPDATE core_firstanswer SET answer = %s WHERE person_id = %s AND method = %s AND path = %s AND key = %s",
        [json.dumps(answer), sent.person, sent.method, sent.path, sent.key],
        [None],
    )


def once_committed[R](sent: Sent, act: Callable[[], R], kept: Callable[[R], Answer | None]) -> R | Answer:
    """As `once`, for an `act` that commits by itself and tells what came after (a mail that left): the key is held by a lock
    of the session meanwhile, and its row is written last. A crash between the two leaves the key free. Four queries more.
    """
    with _held(sent):
        row = _rows(sent).first()
        if row is not None:
            return _again(row, sent)
        done = act()
        if (answer := kept(done)) is not None:
            FirstAnswer.objects.create(
                person_id=sent.person, method=sent.method, path=sent.path, key=sent.key, digest=sent.digest,
                at=timezone.now(), answer=answer,
            )  # fmt: skip
        return done


@contextmanager
def _held(sent: Sent) -> Iterator[None]:
    name = f"once {sent.person} {sent.method} {sent.path} {sent.key}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _again(row: FirstAnswer, sent: Sent) -> Answer:
    if row.digest != sent.digest:
        raise OtherWords(
            {"": _("This form was sent already, with other words. What was sent first is done; this is not.")}
        )
    answer: Answer = row.answer
    return answer


def digest_of(request: HttpRequest, without: Iterable[str] = ()) -> str:
    """Tells one body from another: the fields of a form in their order by name, and its files by what is in them."""
    left_out = set(without)
    fields = sorted((name, values) for name, values in request.POST.lists() if name not in left_out)
    files = sorted(
        (name, file.name or "", _digest_of_file(file)) for name, files in request.FILES.lists() for file in files
    )
    return hashlib.sha256(json.dumps([fields, files]).encode()).hexdigest()


def _digest_of_file(file: "UploadedFile[Any]") -> str:
    """Read in pieces, and left as it was found."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def forget_words_of(number: str | None, uuid: UUID) -> None:
    """Words of an issue were removed: a repeat of what a program did with it is told the status alone. One query, and one for
    each answer that is kept.
    """
    about = Q(path__contains=str(uuid)) | Q(answer__data__icontains=str(uuid))
    about |= Q(path__contains=f"/{number}/") if number else Q()
    for row in FirstAnswer.objects.filter(about, answer__has_key="data"):
        FirstAnswer.objects.filter(pk=row.pk).update(answer=row.answer | {"data": ""})


def forget_answers(at: datetime) -> int:
    """Those kept for a day; how many."""
    return FirstAnswer.objects.filter(at__lt=at - timedelta(hours=KEPT_HOURS)).delete()[0]
