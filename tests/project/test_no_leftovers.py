"""No word of another language on any kind of page, on forms with faults, in mails and in refusals, in Kazakh and Russian."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from tests.factories.invitations import invited
from tests.factories.people import Cast
from tests.journeys.world import PAGES, build_world

SILENT = {
    "script",
    "style",
    "code",
    "kbd",
    "svg",
    "title",
}  # a title cannot say which of its words are of which language
SAID = ("aria-label", "title", "placeholder", "alt", "data-show", "data-apply", "data-title", "data-cancel")
VOID = {"meta", "link", "br", "hr", "img", "input", "wbr", "col", "source", "area", "base"}


class Reader(HTMLParser):
    """Collects what a reader of the page's language is told: text and labels outside of what is marked as another language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language, self.said = language, [""]
        self.open: list[tuple[str, bool]] = [("", True)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        counts = (
            self.open[-1][1]
            and tag not in SILENT
            and given.get("class") != "print-only"
            and given.get("lang", self.language) == self.language
        )
        if counts:
            self.said += [given[name] or "" for name in SAID if name in given]
        if tag not in VOID:
            self.open.append((tag, counts))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        while len(self.open) > 1 and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open[-1][1]:
            self.said.append(data)


# Our name, endings of files, a key of the keyboard, a word that all three languages use; languages and people by their own names;
# what the tests' people typed where nothing asks in which language.
ALLOWED = {
    "Birge", "DOCX", "XLSX", "PPTX", "CSV", "PDF", "PNG", "ODT", "ODS", "JPEG", "TXT", "WebP", "JSON", "Lines", "ISO", "Esc",
    "cookie", "Cookie", "Creative", "Commons", "Attribution", "English", "Deutsch", "Azərbaycanca", "Oʻzbek", "tili",
    "Qamqor", "Manager", "Officer", "Signatory", "Chair", "Representative", "Post", "nothing-like-this",
}  # fmt: skip
# Theirs alone are the words of issues that claim to be Kazakh (`build_world`), typed in English.
CLAIMED = {"Grants", "for", "social", "services", "are", "late", "Pay", "the", "grants"}


def latin(html: str, language: str) -> set[str]:
    reader = Reader(language)
    reader.feed(html)
    said = {word.strip("-'.") for each in reader.said for word in re.findall(r"[A-Za-zəʻ][A-Za-zəʻ'@.-]{2,}", each)}
    return {word for word in said if "@" not in word} - ALLOWED - (CLAIMED if language == "kk" else set())


def pages(cast: Cast, language: str) -> Iterator[tuple[str, Client, str]]:
    world = build_world(None, "", cast)  # type: ignore[arg-type]  (no browser looks at it)
    for name, (who, path) in PAGES.items():
        if name == "components":
            continue
        client = Client()
        if who:
            client.force_login(getattr(cast, who).user)
        yield name, client, f"/{language}{path.format(**world.names)}"


def sent_empty(client: Client, path: str) -> Iterator[str]:
    """Each form of the page that writes, with its hidden fields and a button alone: what it says then."""
    html = client.get(path).content.decode()
    for attributes, inside in re.findall(r"<form([^>]*)>(.*?)</form>", html, re.DOTALL):
        action = re.search(r'action="([^"]*)"', attributes)
        where = action[1] if action and action[1] else path
        if 'method="post"' not in attributes or "logout" in where:
            continue
        given = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside))
        for button in [(), *re.findall(r'<button[^>]*name="([^"]+)" value="([^"]*)"', inside)[:1]]:
            yield client.post(where, {**given, **dict([button] if button else [])}).content.decode()


@pytest.mark.thorough
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_page_has_a_word_left_over_nor_one_with_faults(cast: Cast, language: str) -> None:
    found, faulty = {}, 0
    for name, client, path in pages(cast, language):
        found[name] = latin(client.get(path).content.decode(), language)
        if name.startswith(
            ("draft, w", "draft, a", "draft, p", "move, ", "login", "new password", "people", "message")
        ):
            for n, html in enumerate(sent_empty(client, path)):
                found[f"{name}, form {n}"] = latin(html, language)
                faulty += "error-summary" in html
    assert {name: words for name, words in found.items() if words} == {}
    assert faulty >= 6


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_mail_and_no_refusal_has_a_word_left_over(
    cast: Cast, language: str, settings: Any, mailoutbox: list[mail.EmailMessage]
) -> None:
    cast.manager.user.language = language  # the pages that led here were in another
    cast.manager.user.save()
    with translation.override("en"):
        _invitation, token = invited(cast.manager, "new@test.example", "representative", at=timezone.now())
    Client().post(f"/{language}/accounts/password/reset/", {"email": cast.manager.user.email})
    assert len(mailoutbox) == 2
    for message in mailoutbox:
        words = re.sub(r"https?://\S+", "", f"{message.subject}\n{message.body}")
        assert latin(words, language) == set()
    visitor, officer = Client(), Client()
    officer.force_login(cast.officer.user)
    refused = [
        visitor.get(f"/{language}/invitations/{token}/"),
        visitor.get(f"/{language}/invitations/nowhere/"),
        visitor.get(f"/{language}/issues/2020-000001/"),
        officer.get(f"/{language}/issues/drafts/new/"),
        officer.get(f"/{language}/moderation/"),
        officer.get(f"/{language}/council/2020-000001/1/"),
        Client(enforce_csrf_checks=True).post(f"/{language}/accounts/login/"),
    ]
    assert [latin(each.content.decode(), language) for each in refused] == [set()] * len(refused)
    assert {200, 403, 404} <= {each.status_code for each in refused}
