"""Birge on a phone's first screen, and what is shown without a line: the manifest, the service worker, the offline page."""

import hashlib
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SHELL = (
    "css/birge.css", "js/offline.js", "js/texts.js", "img/birge.svg", "fonts/noto-sans-latin.woff2",
    "fonts/noto-sans-cyrillic.woff2", "fonts/noto-sans-cyrillic-ext.woff2",
)  # fmt: skip
"""What the offline page is made of; nothing else is kept on the device."""


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """In the language of the page that names it: `?lang=`."""
    wanted = request.GET.get("lang", "")
    language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        said = {
            "name": gettext("Birge: NGOs raise issues, state bodies answer in public"),
            "short_name": "Birge",
            "lang": language,
            "id": "/",
            "start_url": reverse("home"),
            "scope": "/",
            "display": "minimal-ui",
            "background_color": "#ffffff",
            "theme_color": "#0b5a8a",
            "icons": [
                {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png",
                 "purpose": "any maskable"}
                for size in (192, 512)
            ],
        }  # fmt: skip
    return JsonResponse(said, content_type="application/manifest+json")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The same for everybody, whoever asks: it is kept on devices. Public; no query."""
    return render(request, "core/offline.html", _offline_context())


def _offline_context() -> dict[str, str]:
    return {"language_now": translation.get_language() or "kk"}


@never_cache
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Served from the root, for its scope. Its `version` changes with whatever it keeps."""
    pages, content = {}, hashlib.sha256()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            pages[language] = reverse("offline")
            content.update(render_to_string("core/offline.html", _offline_context()).encode())
    shell = [static(name) for name in SHELL]
    content.update(json.dumps(shell).encode())
    context = {
        "version": content.hexdigest()[:16], "pages": json.dumps(pages), "shell": json.dumps(shell),
        "default": settings.LANGUAGE_CODE,
    }  # fmt: skip
    return render(request, "core/sw.js", context, content_type="text/javascript")
