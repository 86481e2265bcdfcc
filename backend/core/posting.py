"""Forms on a bad line: each posts once, and what was typed survives a session that ended meanwhile.

`{% once %}` puts a hidden key into a form. It names, in a way only we can make, the person for whom the form was opened.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeData, SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Refusal, Words
from backend.core.http import in_language, refused, see_other
from backend.core.once import Answer, OtherWords, Sent, digest_of, once, once_committed

FIELD = "once"
DONE_COOKIE = "birge_done"
SESSION_KEY = "kept_text"
KEPT_BYTES = 64 * 1024
KEPT_FOR = timedelta(days=1)
NOT_TYPED = (FIELD, "csrfmiddlewaretoken")
TECHNICAL = (*NOT_TYPED, "as", "version", "prepared_version", "key", "uuid", "parent", "confirmed", "change")
# What each button of a form adds to it; sent along, it would be pressed again.
BUTTONS = ("confirmed", "change", "more", "add", "remove", "remove_file", "later", "continue", "hand_over", "save",
           "publish", "check", "withdraw")  # fmt: skip

type View = Callable[..., HttpResponse]


def shows_again[F: View](view: F) -> F:
    """Marks a view that answers a post with `change` by its form, filled in as it was sent, and writes nothing."""
    view.shows_again = True  # type: ignore[attr-defined]
    return view


def settles_repeats[F: View](view: F) -> F:
    """Marks a view whose form carries a version: the same key with other words is a change like any other, and the view says
    what became of it. The very same form still gets its first answer.
    """
    view.settles_repeats = True  # type: ignore[attr-defined]
    return view


def tells_after_commit[F: View](view: F) -> F:
    """Marks a view whose words tell what came after its commit (a mail that left): it is not held in a transaction with its
    key. A repeat gets the first answer all the same, also one sent while the first is still on its way.
    """
    view.tells_after_commit = True  # type: ignore[attr-defined]
    return view


def new_key(person: Any) -> str:
    key = uuid4().hex
    return f"{key}{_mark(key, person)}"


def mark_of(person: Any) -> str:
    """Tells one person's saved texts on a device from another's; no number of ours."""
    return _mark("device", person)


def _mark(key: str, person: Any) -> str:
    return salted_hmac("backend.core.posting", f"{key}:{person.pk}", algorithm="sha256").hexdigest()[:16]


def is_theirs(key: str, person: Any) -> bool:
    """Whether the form with this key was opened for this person."""
    return len(key) == 48 and constant_time_compare(key[32:], _mark(key[:32], person))


class PostOnce:
    """The last middleware. A form with a key is posted once; one whose sender is signed out by now is kept meanwhile."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        key = request.POST.get(FIELD, "") if request.method == "POST" else ""
        if not key:
            return None
        if not request.user.is_authenticated:
            return _kept_for_later(request)
        if not is_theirs(key, request.user):
            return None
        return _answered(request, key, view, args, kwargs)


def _answered(request: HttpRequest, key: str, view: View, args: Any, kwargs: Any) -> HttpResponse:
    """As the view answers. Its refusals are answers too: what it did before them (a file taken in) stays."""

    def act() -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            return refused(request, refusal)

    assert request.user.pk is not None
    sent = Sent(request.user.pk, "POST", request.path, key, digest_of(request, NOT_TYPED))
    try:
        runs = once_committed if getattr(view, "tells_after_commit", False) else once
        answer = runs(sent, act, lambda response: _kept(request, response))
    except OtherWords as refusal:
        if not getattr(view, "settles_repeats", False):
            return kept_page(request, title=_("This form was sent already"), lead=refusal.reason, status=refusal.status)
        answer = act()
    response = _given_again(request, answer) if isinstance(answer, dict) else answer
    if response.status_code == 303:
        _tell_it_is_done(request, response, key)
    return response


def _tell_it_is_done(request: HttpRequest, response: HttpResponse, key: str) -> None:
    """Neither the device nor the session need keep what was typed any longer."""
    response.set_cookie(DONE_COOKIE, key, max_age=3600, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    kept = request.session.get(SESSION_KEY)
    if kept and kept["path"] == request.path:
        del request.session[SESSION_KEY]


def _kept(request: HttpRequest, response: HttpResponse) -> Answer | None:
    """Only what was done (303) is kept: where it led, and what was said of it. A form shown again is no answer."""
    if response.status_code != 303:
        return None
    said = getattr(messages.get_messages(request), "_queued_messages", ())
    return {
        "location": response["Location"],
        "said": [[each.level, str(each.message), isinstance(each.message, SafeData)] for each in said],
    }


def _given_again(request: HttpRequest, answer: Answer) -> HttpResponse:
    for level, words, is_safe in answer["said"]:
        messages.add_message(request, level, SafeString(words) if is_safe else words)
    return see_other(answer["location"])


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was sent, without the tokens and the button that was pressed; files have no place in it."""
    return [
        (name, str(value)) for name, values in request.POST.lists() for value in values
        if name not in NOT_TYPED and name not in BUTTONS and "password" not in name
    ]  # fmt: skip


def _kept_for_later(request: HttpRequest) -> HttpResponse:
    """To the sign-in, and then to what was typed. What is too much for the session is shown at once, to be copied."""
    kept = {"path": request.path, "page": _page_of(request), "fields": typed(request), "key": request.POST[FIELD]}
    if len(json.dumps(kept, ensure_ascii=False).encode(errors="replace")) > KEPT_BYTES:
        lead = _("Nothing was sent. Copy your text, sign in, and open the page again.")
        return kept_page(request, title=_("You are signed out"), lead=lead, status=403)
    request.session[SESSION_KEY] = kept | {"until": (timezone.now() + KEPT_FOR).isoformat()}
    request.session.set_expiry(KEPT_FOR)
    return redirect_to_login(reverse("kept_text"))


def kept_of(request: HttpRequest) -> dict[str, Any] | None:
    """What the session keeps for whoever is signed in now. What another person typed on this device goes, as does the old."""
    kept: dict[str, Any] | None = request.session.get(SESSION_KEY)
    if kept is None:
        return None
    if is_theirs(kept["key"], request.user) and timezone.now() < datetime.fromisoformat(kept["until"]):
        return kept
    del request.session[SESSION_KEY]
    return None


def _page_of(request: HttpRequest) -> str:
    """Where the form stood; its own address if the browser does not say."""
    said = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(said, {request.get_host()}, require_https=request.is_secure())
    return urlsplit(said).path if is_ours else request.path


def kept_page(
    request: HttpRequest, kept: Mapping[str, Any] | None = None, *, title: Words, lead: Words, status: int = 200
) -> HttpResponse:  # fmt: skip
    """What was typed, now or as `kept`, to be copied; and where the form can be opened with it, a button that does."""
    kept = kept or {"path": request.path, "page": _page_of(request), "fields": typed(request)}
    path, page = (in_language(kept[name], get_language() or "kk") for name in ("path", "page"))
    shown_again = request.user.is_authenticated and _can_show_again(path)
    context = {
        "title": title, "lead": lead, "path": path, "page": page, "texts": list(_texts(kept["fields"])),
        "fields": kept["fields"] if shown_again else [],
    }  # fmt: skip
    return render(request, "core/kept.html", context, status=status)


def _can_show_again(path: str) -> bool:
    try:
        return getattr(resolve(path).func, "shows_again", False)
    except Resolver404:
        return False


def _texts(fields: Iterable[tuple[str, str]]) -> Iterable[str]:
    """What a person wrote, as against what they chose."""
    return (value for name, value in fields if name not in TECHNICAL and len(value.split()) > 1)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Signed in or out since the form was opened, mostly. Only a form that was opened for this very person can be sent on:
    nobody else's page can have made its key.
    """
    key = request.POST.get(FIELD, "")
    if request.user.is_authenticated and is_theirs(key, request.user):
        lead = _("You signed in or out since you opened it. Nothing was sent, and your text is here.")
        return kept_page(request, title=_("The form was too old"), lead=lead, status=403)
    return render(request, "403_csrf.html", {"texts": list(_texts(typed(request))) if key else []}, status=403)
