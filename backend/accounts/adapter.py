"""What Birge wants of django-allauth beyond its settings."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils import timezone, translation

OFFICIAL_ROLES = ("officer", "signatory", "coordinator")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: accounts come by invitation (part B) or from the admin."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Officials land on their desk, all others on their own page; `next` in the address wins over both. One query.

        Looks at the membership that `organisations.acting` begins with: the oldest. (That module lies a layer above.)
        """
        person: Any = request.user
        seats = person.memberships.active(timezone.now()).order_by("since", "id")
        return reverse("desk" if seats.values_list("role", flat=True).first() in OFFICIAL_ROLES else "me")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the person written to, not of the page that asked; so are the pages its links open."""
        language = getattr(context.get("user"), "language", None) or translation.get_language() or "kk"
        links = {name: translate_url(url, language) for name, url in context.items() if name.endswith("_url")}
        with translation.override(language):
            super().send_mail(template_prefix, email, context | links)
