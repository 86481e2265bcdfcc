"""Invitations as they are sent, and the links that the mails brought."""

import re
from datetime import datetime

from django.core import mail
from django.test import TestCase

from backend.organisations.actions import invite
from backend.organisations.models import Invitation
from tests.factories.people import Player

SITE = "https://birge.example"


def link_in(message: mail.EmailMessage) -> str:
    """The address in a mail, without its site."""
    found = re.search(rf"{SITE}(/\w\w/invitations/[\w-]+/)", str(message.body))
    assert found, message.body
    return found[1]


def token_in(message: mail.EmailMessage) -> str:
    return link_in(message).rstrip("/").rpartition("/")[2]


def invited(by: Player, email: str, role: str, *, post: str = "", at: datetime | None = None) -> tuple[Invitation, str]:
    """An invitation, its mail sent, and the token of its link."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        invitation = invite(**by.acts, email=email, role=role, post=post, site=SITE, at=at)
    return invitation, token_in(mail.outbox[-1])
