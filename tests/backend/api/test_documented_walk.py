"""The walk of the documentation, as it stands there, against a running server."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from django.test import Client

from backend.api.walk import HOST, WALK
from dialogue.models import Message
from issues.lifecycle import Status
from issues.models import Issue
from tests.factories.live import site
from tests.factories.people import PASSWORD, Cast, make_cast

CURL, PYTHON = 0, 1
LIMIT = 60  # seconds; both take two

pytestmark = pytest.mark.xdist_group("live")


@pytest.fixture
def site_cast(transactional_db: None) -> Cast:
    return make_cast()


def _walk(language: int) -> str:
    """All steps, each after the ones before it, against the tests' own server."""
    return "\n".join(step.codes[language] for step in WALK).replace(HOST, f"http://{site()}")


def _walked(cast: Cast, *command: str, until: str = "") -> str:
    """What the walk prints, made by a manager whose NGO is their only one. With `until` somebody sits before the screen until
    that is shown, and closes the program then.
    """
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {"PATH": beside, "EMAIL": cast.manager.user.email, "PASSWORD": PASSWORD, "PYTHONWARNINGS": "error"}
    with subprocess.Popen(
        command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        patience = threading.Timer(LIMIT, running.kill)
        patience.start()
        shown = "".join(_lines(running.stdout, until)) if until else ""
        rest, errors = running.communicate()
        patience.cancel()
    assert (running.returncode, errors) == (0, ""), shown + rest
    return shown + rest


def _lines(stream: IO[str], until: str) -> Iterator[str]:
    for line in stream:
        yield line
        if until in line:
            return


def _is_raised_with_a_message() -> Issue:
    issue = Issue.objects.get()
    assert (issue.status, issue.title, issue.raised_by.slug) == (Status.RAISED, "No ramp at the clinic", "qamqor")
    assert [ask.text for ask in issue.asks.all()] == ["Build a ramp at each entrance."]
    assert [message.body for message in Message.objects.filter(issue=issue)] == ["We can send photographs."]
    return issue


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="the walk needs curl and bash")
def test_the_commands_of_the_page_raise_an_issue_and_speak_in_it(site_cast: Cast) -> None:
    printed = _walked(site_cast, "bash", "-euc", _walk(CURL), until='"t":')
    _is_raised_with_a_message()
    assert '"move":"submit","from":"draft","to":"raised"' in printed
    assert printed.count('"body":"We can send photographs."') == 2  # as posted, and as read
    assert re.search(r'"t": ?"head", ?"rev": ?1\b', printed)


def test_the_python_of_the_page_raises_an_issue_and_speaks_in_it(site_cast: Cast) -> None:
    shown = "\nprint(number, [each['body'] for each in said], first['t'], first['rev'])"
    printed = _walked(site_cast, sys.executable, "-c", _walk(PYTHON) + shown)
    issue = _is_raised_with_a_message()
    assert printed.split("\n")[0] == f"{issue.number} ['We can send photographs.'] head 1"


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_shows_every_step_and_every_operation(db: None, language: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        page = Client(headers={"Accept-Language": language}).get("/api/v1/docs/").content.decode()
    assert page.count("<pre") == 2 * len(WALK)
    assert "http://testserver/api/v1" in page or "HOST=http://testserver" in page
    assert HOST not in page
    for called in ("/api/v1/issues/{issue}/moves/", "/api/v1/me/", "/api/v1/commitments/"):
        assert called in page
