"""A walk over the demonstration in one language, as everybody whom `demo` names, along the links: no words of another language.

A page of each kind and act is read, its forms are sent empty, and what is not marked as another language is looked through: for
strings of the catalogue that stand there in English or in the other language, for Latin words, for words that only Russian has.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import polib
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from backend.accounts.models import User
from backend.organisations.models import Membership, Organisation
from dialogue.demo.cast import NAMED, address
from dialogue.models import Message
from issues.answer_language import language_of
from issues.models import Ask, Issue, PreparedAnswer, Region
from tests.project.test_no_leftovers import ALLOWED, Reader, latin
from tests.project.translations import ROOT

FROM = (
    "/", "/me/", "/desk/", "/council/", "/moderation/", "/about/", "/metrics/", "/open-data/", "/issues/new/", "/issues/?q=none",
    "/ngos/?q=none", "/nowhere/", "/issues/2020-000001/", "/offline/", "/accounts/login/", "/accounts/password/reset/",
    "/accounts/password/reset/done/", "/accounts/inactive/", "/desk/done/", "/desk/substitutions/", "/me/tokens/",
)  # fmt: skip
# Marks of an address, the names of things in it left out: pages of one kind and act are one.
_NAME = re.compile(r"\d|[0-9a-f]{8}-")
# Words that Kazakh does not have, alone between blanks. (Kazakh has «не», «от», «да», «ал».)
_RUSSIAN = re.compile(
    r"(?<!\w)(?:и|на|для|это|по|при|что|или|с|в|к|из|за|как|его|если|уже|вы|ваш\w*|был[аои]?|нет|дней|дня|рабочих)(?!\w)",
    re.IGNORECASE,
)
_KAZAKH = re.compile("[әғқңөұүһі]", re.IGNORECASE)
# Beside `ALLOWED`: values of filters and addresses, a standard and a language of programs, a post as a person wrote it.
ALSO = {"messages", "official", "none", "WCAG", "AA", "JavaScript", "Birge-де", "Moderator"}


def strings(language: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for folder in ("locale", "backend/locale_framework"):
        for entry in polib.pofile(str(ROOT / folder / language / "LC_MESSAGES/django.po")):
            forms = {entry.msgstr, *entry.msgstr_plural.values()} - {""}
            for msgid in {entry.msgid, entry.msgid_plural} - {""}:
                found.setdefault(msgid, set()).update(forms)
    return found


def _names(language: str) -> set[str]:
    """Of people, their posts, places, parties and languages: as they are written, whatever the language of the page."""
    parties = Organisation.objects.values_list(f"name_{language}", flat=True)
    regions = Region.objects.values_list(f"name_{language}", flat=True)
    posts = Membership.objects.values_list("post", flat=True)
    places = Issue.objects.values_list("place", flat=True)
    people = (str(each) for each in User.objects.all())
    appeals = Issue.objects.values_list("official_number", flat=True)
    return {*parties, *regions, *posts, *places, *people, *appeals, "Қазақша", "Әділет"} - {""}


EACH_HAS_ITS_OWN = ("home", "issue", "me", "desk", "council", "people")


class Walk:
    """`faults`: what was found, with where it was first. `kinds`: how often each kind of page was read."""

    def __init__(self, language: str) -> None:
        self.language = language
        ours, theirs = strings(language), strings({"kk": "ru", "ru": "kk"}[language])
        own = set().union(*ours.values())
        foreign = {*ours, *set().union(*theirs.values())} - own
        self.foreign = {words for words in foreign if "%" not in words and len(words) > 2} - ALLOWED - ALSO
        # A word to a colleague and a short message, in no clear language; and what was carried over from an issue in another.
        notes = PreparedAnswer.objects.values_list("note", "returned_word")
        carried = Ask.objects.filter(carried_from__isnull=False).values_list("text")
        short = ((body,) for body in Message.objects.values_list("body", flat=True) if not language_of(body))
        self.notes = {" ".join(words.split()) for row in (*notes, *carried, *short) for words in row if words}
        self.names = re.compile("|".join(re.escape(name) for name in sorted(_names(language), key=len, reverse=True)))
        self.faults: dict[str, str] = {}
        self.kinds: Counter[tuple[str, ...]] = Counter()
        self.answers: Counter[int] = Counter()
        self.sent: set[tuple[str, ...]] = set()

    def as_everybody(self) -> None:
        for who in (None, *NAMED):
            client = Client(raise_request_exception=False)
            if who:
                client.force_login(User.objects.get(email=address(who)))
            self._from(client, who or "visitor")

    def _from(self, client: Client, who: str) -> None:
        todo, seen = deque(f"/{self.language}{path}" for path in FROM), set()
        while todo:
            path = todo.popleft().partition("#")[0]
            kind = (who, *kind_of(path))
            if path in seen or self.kinds[kind] or self.kinds[kind[1:]] or not path.startswith(f"/{self.language}/"):
                continue
            seen.add(path)
            answer = client.get(path)
            self.answers[answer.status_code] += 1
            if answer.status_code in (301, 302, 303):
                todo.appendleft(answer["Location"])
            elif "html" in answer.get("Content-Type", ""):
                self.kinds[kind if answer.status_code != 200 or kind[1] in EACH_HAS_ITS_OWN else kind[1:]] += 1
                html = answer.content.decode()
                self._read(html, f"{who} {path}")
                self._send_empty(client, html, path, who)
                todo += [unescape(each) for each in re.findall(r'<a [^>]*?href="([^"#]+)', html)]

    def _send_empty(self, client: Client, html: str, path: str, who: str) -> None:
        """Each form that writes, once for each kind, with its hidden fields alone; taken back."""
        for attributes, inside in re.findall(r"<form([^>]*)>(.*?)</form>", html, re.DOTALL):
            action = re.search(r'action="([^"]*)"', attributes)
            where = unescape(action[1]) if action and action[1] else path
            kind = kind_of(where)
            if 'method="post"' not in attributes or "logout" in where or kind in self.sent:
                continue
            self.sent.add(kind)
            hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside))
            with transaction.atomic():
                answer = client.post(where, {name: unescape(value) for name, value in hidden.items()})
                transaction.set_rollback(True)
            self.answers[answer.status_code] += 1
            self._read(answer.content.decode(), f"{who} sends {where}")

    def _read(self, html: str, where: str) -> None:
        if "<html" in html and f'<html lang="{self.language}"' not in html:
            self.faults[f"{where} is in another language"] = where
        reader = Reader(self.language)
        reader.feed(html)
        for words in filter(None, (" ".join(each.split()) for each in reader.said)):
            if not self._is_a_note(words) and any(self._wrong(words)):
                self.faults.setdefault(words, where)

    def _is_a_note(self, words: str) -> bool:
        """Also where only its beginning is shown."""
        return words in self.notes or (words.endswith("…") and any(each.startswith(words[:-1]) for each in self.notes))

    def _wrong(self, words: str) -> Iterator[bool]:
        yield words in self.foreign and bool(self.names.sub("", words))
        yield bool((_RUSSIAN if self.language == "kk" else _KAZAKH).search(self.names.sub(" ", words)))
        plain = re.sub(r"\S+@\S+|\S+://\S+|\S*/\S*|\b\w+\.\w+", " ", words)
        yield bool(latin(f"<p>{plain}</p>", self.language) - ALSO)


def kind_of(path: str) -> tuple[str, ...]:
    parts = urlsplit(path)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return ("nowhere",)
    acts = (str(value) for key, value in match.kwargs.items() if key != "slug" and not _NAME.search(str(value)))
    return (match.view_name, *acts, "?" if parts.query else "")
