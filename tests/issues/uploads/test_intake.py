"""What is too long is cut while it streams in; a form's words survive it."""

import itertools
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from daphne import http_protocol
from daphne.http_protocol import HTTPFactory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, encode_multipart
from twisted.internet.testing import StringTransport

from backend.asgi import application
from backend.core.uploads import intake, limits
from issues.models import Attachment
from tests.factories.files import TEXT, sent
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, text_of

MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def test_a_file_above_the_limit_is_told_and_the_others_are_taken(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILE", 1000)
    manager = Visitor(story.draft(), story.cast.manager)
    files = [sent("a.txt", b"a" * 1000), sent("big.txt", b"b" * 1001), sent("c.txt", b"c")]
    response = manager.post(f"/issues/drafts/{story.issue.uuid}/files/", {"files.new": files})
    page = text_of(response)
    assert response.status_code == 422
    assert "big.txt: This file is too large. At most: 1000 bytes." in page.replace("\xa0", " ")
    assert "<title>Error:" in page
    assert [each.name for each in Attachment.objects.all()] == ["a.txt", "c.txt"]
    assert all(name in page for name in ("a.txt", "c.txt"))


def test_of_a_file_above_the_limit_no_more_than_the_limit_is_kept(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also large ones, which lie on disk while they come in."""
    monkeypatch.setattr(limits, "FILE", 3 * limits.MIB)
    passed: list[int] = []
    kept = intake.LimitedUploadHandler.receive_data_chunk

    def counting(self: Any, raw: bytes, start: int) -> bytes:
        chunk = kept(self, raw, start)
        passed.append(len(chunk))
        return chunk

    monkeypatch.setattr(intake.LimitedUploadHandler, "receive_data_chunk", counting)
    manager = Visitor(story.draft(), story.cast.manager)
    good = b"g" * (3 * limits.MIB)
    files = [sent("big.txt", b"b" * (20 * limits.MIB)), sent("good.txt", good)]
    response = manager.post(f"/issues/drafts/{story.issue.uuid}/files/", {"files.new": files})
    assert response.status_code == 422
    assert sum(passed) <= 6 * limits.MIB
    assert [(each.name, each.size) for each in Attachment.objects.all()] == [("good.txt", len(good))]


def test_what_was_written_stays_when_a_file_is_too_large(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILE", 1000)
    signatory = Visitor(story.answered("supported"), story.cast.signatory)
    response = signatory.post(
        signatory.page("report-done"),
        {"evidence.1.files.new": [sent("big.txt", b"b" * 1001)], "evidence.1.text": "All is paid.",
         "version": story.issue.version},
    )  # fmt: skip
    page = text_of(response)
    assert response.status_code == 422
    assert ("All is paid." in page, "big.txt: This file is too large." in page) == (True, True)
    assert list(response.context["move_form"].errors) == ["evidence.1.files"]


def test_a_request_longer_than_its_address_takes_is_not_read(story: Story) -> None:
    manager = Visitor(story.draft(), story.cast.manager)
    for path, limit in (
        (f"/en/issues/drafts/{story.issue.uuid}/files/", limits.REQUEST),
        ("/en/issues/new/", 2_621_440),
    ):
        response = manager.client.generic("POST", path, b"", MULTIPART, CONTENT_LENGTH=str(limit + 1))
        assert response.status_code == 413
        assert "What you sent is too large." in text_of(response)
        assert "your text is still in the form" in text_of(response)


@pytest.mark.parametrize("path", ["/en/accounts/login/", "/en/issues/new/", "/en/me/settings/"])
def test_where_no_files_are_asked_for_none_is_kept(
    story: Story, path: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr("django.conf.settings.FILE_UPLOAD_TEMP_DIR", str(tmp_path))
    visitor = Visitor(story, story.cast.manager)
    seen: list[Any] = []

    def asked(request: Any) -> bool:
        seen.append(request)
        return False

    monkeypatch.setattr(intake, "_takes_files", asked)
    visitor.client.post(path, {"file": sent("a.txt", b"a" * 100_000)})
    assert seen
    assert not seen[0].FILES
    assert list(tmp_path.iterdir()) == []


def test_a_visitors_files_are_not_kept(story: Story) -> None:
    issue = story.raised().issue
    response = Client().post(f"/en/issues/{issue.number}/attachments/", {"files.new": sent("a.txt")})
    assert response.status_code == 403
    assert not Attachment.objects.exists()
    assert not response.wsgi_request.FILES


def test_files_without_the_forms_token_are_refused(story: Story) -> None:
    issue = story.draft().issue
    client = Client(enforce_csrf_checks=True)
    client.force_login(story.cast.manager.user)
    assert client.post(f"/en/issues/drafts/{issue.uuid}/files/", {"files.new": sent("a.txt")}).status_code == 403
    assert not Attachment.objects.exists()


# --- Streams that lie -------------------------------------------------------------------------------------------------


class Endless(BytesIO):
    """A body that never ends; counts what was read of it."""

    def __init__(self, start: bytes) -> None:
        super().__init__(start)
        self.taken = 0

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert size >= 0, "somebody reads to the end of what has none"
        data = super().read(size) or b"x" * size
        self.taken += len(data)
        return data


def posted(story: Story, length: str) -> tuple[Any, int]:
    """The answer to a multipart form with a file that goes on for ever, and how many bytes of it were read."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(story.cast.manager.user)
    start = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files.new"; filename="a.txt"\r\n'
        "Content-Type: text/plain\r\n\r\n"
    ).encode()
    stream = Endless(start)
    response = client.request(
        PATH_INFO=f"/en/issues/drafts/{story.issue.uuid}/files/", REQUEST_METHOD="POST", CONTENT_TYPE=MULTIPART,
        CONTENT_LENGTH=length, **{"wsgi.input": stream},
    )  # fmt: skip
    return response, stream.taken


@pytest.mark.parametrize("length", [str(10**12), "9" * 40])
def test_a_stream_that_says_how_endless_it_is_is_not_read_at_all(story: Story, length: str) -> None:
    story.draft()
    response, taken = posted(story, length)
    assert (response.status_code, taken) == (413, 0)
    assert "What you sent is too large." in text_of(response)


@pytest.mark.parametrize("length", ["100", "0", "", "-5", "nonsense"])
def test_a_stream_that_goes_on_beyond_what_it_said_is_read_as_far_as_it_said(story: Story, length: str) -> None:
    story.draft()
    response, taken = posted(story, length)
    assert response.status_code in (400, 403)  # no token came with it
    assert taken <= 100
    assert not Attachment.objects.exists()


def asgi(length: bytes | None, chunk: bytes) -> tuple[list[Any], int]:
    """What the ASGI application sends, and how often it asked for more of a body that never ends."""
    told: list[Any] = []
    asked = 0

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        assert asked < 1000, "it would be read for ever"
        return {"type": "http.request", "body": chunk, "more_body": True}

    async def send(message: Any) -> None:
        told.append(message)

    headers = [(b"host", b"testserver"), (b"content-type", MULTIPART.encode())]
    headers += [(b"content-length", length)] if length is not None else []
    scope = {"type": "http", "method": "POST", "path": "/en/accounts/login/", "raw_path": b"", "query_string": b"",
             "root_path": "", "scheme": "http", "http_version": "1.1", "headers": headers, "client": ("127.0.0.1", 1),
             "server": ("testserver", 80), "asgi": {"version": "3.0"}}  # fmt: skip
    async_to_sync(application)(scope, receive, send)
    return told, asked


@pytest.mark.parametrize("length", [b"100", str(10**12).encode(), None])
def test_under_asgi_an_endless_body_is_cut_whatever_length_it_promised(length: bytes | None) -> None:
    chunk = b"x" * limits.MIB
    told, asked = asgi(length, chunk)
    assert told[0]["status"] == 413
    assert "Жіберілгені тым үлкен" in told[1]["body"].decode()
    assert asked == limits.REQUEST // limits.MIB + 1


def test_under_asgi_whatever_is_short_enough_passes_as_it_is() -> None:
    heard: list[Any] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        heard.append((scope["type"], await receive()))
        await send({"type": "sent"})

    async def receive() -> dict[str, Any]:
        return {"type": "received", "body": b"x" * limits.REQUEST}

    async def send(message: Any) -> None:
        heard.append(message)

    for kind in ("http", "websocket", "lifespan"):
        async_to_sync(intake.limited(inner))({"type": kind}, receive, send)
    received = {"type": "received", "body": b"x" * limits.REQUEST}
    assert heard == [
        each for kind in ("http", "websocket", "lifespan") for each in ((kind, received), {"type": "sent"})
    ]


def test_a_form_of_words_alone_is_as_long_as_before(story: Story) -> None:
    """The limit of other addresses is Django's own."""
    manager = Visitor(story, story.cast.manager)
    body = encode_multipart(BOUNDARY, {"title": "x" * 2_000_000})
    assert manager.client.generic("POST", "/en/issues/new/", body, MULTIPART).status_code == 422


@pytest.mark.parametrize("make", [lambda: TEXT, lambda: b"a" * 3_000_000], ids=["in memory", "on disk"])
def test_files_of_either_size_arrive_whole(story: Story, make: Callable[[], bytes]) -> None:
    data = make()
    manager = Visitor(story.draft(), story.cast.manager)
    file = SimpleUploadedFile("a.txt", data, "text/html")
    assert manager.post(f"/issues/drafts/{story.issue.uuid}/files/", {"files.new": [file]}).status_code == 303
    assert Attachment.objects.get().size == len(data)


class Server:
    """What a request of daphne's wants of its server."""

    request_buffer_size = 8192

    def protocol_connected(self, protocol: Any) -> None: ...

    def protocol_disconnected(self, protocol: Any) -> None: ...


def daphne(headers: str, chunks: Iterator[bytes]) -> tuple[bytes, int]:
    """What daphne sends back, and how much of an endless body it took until it hung up."""
    protocol, transport = HTTPFactory(Server()).buildProtocol(None), StringTransport()
    protocol.makeConnection(transport)
    protocol.dataReceived(f"POST /en/me/ HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n\r\n".encode())
    taken = 0
    while not transport.disconnecting and (chunk := next(chunks, b"")):
        assert taken < 2 * limits.REQUEST, "it would be taken for ever"
        taken += len(chunk)
        protocol.dataReceived(chunk)
    return transport.value(), taken


def test_daphne_hangs_up_on_a_body_that_says_it_is_too_long() -> None:
    answer, taken = daphne(f"Content-Length: {limits.REQUEST + 1}", itertools.repeat(b"x" * limits.MIB))
    assert answer.startswith(b"HTTP/1.1 413 Content Too Large\r\n")
    assert "Жіберілгені тым үлкен" in answer.decode()
    assert taken == 0


def test_daphne_hangs_up_on_a_body_that_does_not_end() -> None:
    chunk = b"100000\r\n" + b"x" * limits.MIB + b"\r\n"
    answer, taken = daphne("Transfer-Encoding: chunked", itertools.repeat(chunk))
    assert answer.startswith(b"HTTP/1.1 413 Content Too Large\r\n")
    assert taken == (limits.REQUEST // limits.MIB + 1) * len(chunk)


def test_daphne_takes_what_an_address_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest body there may be reaches the application."""
    begun: list[Any] = []

    def process(request: Any) -> None:
        begun.append(request)

    monkeypatch.setattr(http_protocol.WebRequest.__mro__[1], "process", process)
    pieces = iter([b"x" * limits.MIB] * (limits.REQUEST // limits.MIB))
    answer, taken = daphne(f"Content-Length: {limits.REQUEST}", pieces)
    assert (answer, taken, len(begun)) == (b"", limits.REQUEST, 1)
    begun[0].content.close()


@pytest.mark.parametrize("body", ["--cut--\r\n", "--cut\r\n", "--other--\r\n"])
def test_daphne_leaves_a_form_that_cannot_be_read_to_the_application(
    monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    begun: list[bytes] = []
    monkeypatch.setattr(
        http_protocol.WebRequest.__mro__[1], "process", lambda request: begun.append(request.content.read())
    )
    headers = f"Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: {len(body)}"
    assert daphne(headers, iter([body.encode()])) == (b"", len(body))
    assert begun == [body.encode()]


@pytest.mark.parametrize("body", ["--cut--\r\n", "--cut\r\n", "--other--\r\n", "--cut"])
def test_a_form_that_cannot_be_read_is_answered_in_words(story: Story, body: str) -> None:
    manager = Visitor(story.draft(), story.cast.manager)
    where = f"/issues/drafts/{story.issue.uuid}/files/"
    answer = manager.client.generic("POST", f"/en{where}", body, "multipart/form-data; boundary=cut")
    assert answer.status_code in {303, 400, 422}
    assert answer.status_code == 303 or text_of(answer)
    assert not Attachment.objects.exists()
