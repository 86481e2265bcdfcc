"""Show 4: what each hostile file gets, sent through the page as a browser sends it, and how what was taken is given out.

    uv run python -m tests.trials.uploads

prints one row per file, then what no file got; it works in a database and a folder of its own, which it deletes.
"""

import logging
import sys
import tempfile
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.factories.stories import Story
    from tests.issues.uploads.hostile import Case

WIDTHS = (54, 17, 11, 8)
WORDS = 100


@dataclass(frozen=True)
class Outcome:
    """What the site did with one file. `kept`: its name and type; `words`: why it was refused."""

    case: "Case"
    sent: int
    status: int
    kept: str
    words: str
    headers: dict[str, str]
    holds: tuple[bytes, ...] = ()

    @property
    def as_expected(self) -> bool:
        return self.kept.endswith(f".{self.case.gets}") if self.case.taken else self.case.gets in self.words


SECRETS = (b"<script", b"SecretCamera", b"taken at home", b"Steal.class", b"Exif", b"tEXt")
"""What was in some of the pictures that are taken, and must be in none that is given out."""

INLINE = ("Content-Disposition", "X-Content-Type-Options", "Content-Security-Policy", "Cross-Origin-Resource-Policy")


def try_all() -> list[Outcome]:
    from django.test import Client

    from tests.factories.people import make_cast
    from tests.factories.stories import Story
    from tests.issues.uploads.hostile import CASES

    cast = make_cast()
    client = Client()
    client.force_login(cast.manager.user)
    return [outcome(Story(cast).draft(), client, case) for case in CASES]


def outcome(story: "Story", client: Any, case: "Case") -> Outcome:
    """Sends it into a draft of its own; what was taken is fetched again."""
    from tests.factories.files import sent

    data = case.make()
    path = f"/en/issues/drafts/{story.issue.uuid}/files/"
    answer = client.post(path, {"files.new": [sent(case.name, data)]})
    file = story.issue.attachments.first()
    if file is None:
        errors = answer.context["form"].errors.get("files", ["?"])
        return Outcome(case, len(data), answer.status_code, "", errors[0].partition(": ")[2], {})
    given = client.get(file.get_absolute_url())
    bytes_given = b"".join(given)
    holds = tuple(each for each in SECRETS if each in bytes_given)
    headers = {name: given[name] for name in ("Content-Type", *INLINE)}
    return Outcome(case, len(data), answer.status_code, file.name, "", headers, holds)


def table(outcomes: list[Outcome]) -> Iterator[str]:
    yield _row("file", "called", "bytes", "answer", "gets")
    for each in outcomes:
        gets = f"kept as {each.kept}, {each.headers['Content-Type']}" if each.kept else each.words
        mark = "" if each.as_expected else "NOT AS EXPECTED: "
        yield _row(each.case.what, each.case.name, f"{each.sent:,}", each.status, textwrap.shorten(mark + gets, WORDS))
    yield ""
    yield from summary(outcomes)


def _row(*cells: object) -> str:
    *first, last = cells
    return "".join(f"{cell!s:{width}}" for cell, width in zip(first, WIDTHS, strict=True)) + str(last)


def summary(outcomes: list[Outcome]) -> Iterator[str]:
    kept = [each for each in outcomes if each.kept]
    yield f"{len(outcomes)} files, {len(kept)} kept, {len(outcomes) - len(kept)} refused in words"
    yield f"not as expected: {sum(not each.as_expected for each in outcomes)}"
    yield f"kept with something hidden still in it: {sum(bool(each.holds) for each in kept)}"
    inline = [each for each in kept if not each.headers["Content-Disposition"].startswith("attachment")]
    yield f"given out inline: {len(inline)}"
    for name in INLINE[1:]:
        yield from (
            f"{count:>4} with {name}: {value}" for value, count in Counter(each.headers[name] for each in kept).items()
        )


def main() -> int:
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    logging.disable(logging.ERROR)  # each refusal is a line of the table already
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in here
    connection.settings_dict["TEST"]["NAME"] = "birge_trial"
    before = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings.MEDIA_ROOT = Path(folder)
            outcomes = try_all()
            print(*table(outcomes), sep="\n")
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
    return 0 if all(each.as_expected and not each.holds for each in outcomes) else 1


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    sys.exit(main())
