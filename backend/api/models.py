"""Tokens: hashed, named, scoped, perhaps bound to one membership, expiring."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from backend.organisations.models import Membership


class Scope(models.TextChoices):
    """What a token may do of what its person may. Reading what is public takes none."""

    READ = "read", _("Read what only you see: drafts, your page")
    WRITE = "write", _("Draft, post, co-sign, follow, attach files")
    MOVE = "move", _("Make moves: submit, answer, confirm and the others")


class Token(AbstractAuthToken):
    """A person's key for programs. Only its digest is kept; `token_key`, its first characters, tells one from another.

    With `membership` it acts for that organisation alone, and ends with the membership.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="auth_token_set")
    name = models.CharField(_("name"), max_length=100)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope), default=list)
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="tokens")
    used_on = models.DateField(null=True)

    objects: ClassVar[models.Manager["Token"]] = models.Manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering: ClassVar = ["-created"]

    def __str__(self) -> str:
        return f"{self.name} ({self.token_key[:8]}…)"

    def is_in_force(self, at: datetime) -> bool:
        """Neither expired, nor of a membership that has ended, nor of a person whose account is closed. No query where `user`
        and `membership` were fetched along.
        """
        if not self.user.is_active or (self.expiry is not None and self.expiry <= at):
            return False
        return self.membership is None or self.membership.is_active(at)
