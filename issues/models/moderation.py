"""What the platform's moderators say when they take words away: public codes, and what stands there instead."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HideReason(models.TextChoices):
    """Why a message was removed. A fixed list: moderation is counted by reason (domain.md section 4, Annex)."""

    PERSONAL_DATA = "personal_data", _("Personal data")
    INSULT = "insult", _("Insult or threat")
    HATE = "hate", _("Incitement to hatred")
    ADVERTISING = "advertising", _("Advertising")
    OFF_TOPIC = "off_topic", _("Off topic")
    ILLEGAL = "illegal", _("Content that the law forbids")
    COURT_ORDER = "court_order", _("Court order")


class BlankReason(models.TextChoices):
    """Why a text was blanked in the record: always for the personal data in it."""

    PERSONAL_DATA = "personal_data", _("Personal data")
    ON_REQUEST = "on_request", _("Personal data, at the request of the person concerned")
    COURT_ORDER = "court_order", _("Court order")


# What stands where a text was blanked, in the language of that text. It is content, kept in rows, and no word of the
# interface: the database lets an ask become these words and no others.
STUBS = {
    "kk": "[Жеке деректер алып тасталды]",
    "ru": "[Персональные данные удалены]",
    "en": "[Personal data removed]",
}


def stub_in(language: str) -> str:
    """The stub for a text in this language (a BCP 47 tag); in Kazakh where it is none of the interface's."""
    return STUBS.get(language.partition("-")[0].lower(), STUBS["kk"])
