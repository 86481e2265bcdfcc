"""Topics and regions: reference data in three languages, loaded by `issues.reference`."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.organisations.models import Organisation, Translated


class Region(Translated):
    """One of the 20 regions by ISO 3166-2 code, or the whole country (`KZ`)."""

    COUNTRY = "KZ"

    code = models.CharField(_("code"), max_length=5, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering: ClassVar = ["position", "code"]


class Topic(Translated):
    """A subject, with the body that usually answers for it."""

    slug = models.SlugField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    default_body = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering: ClassVar = ["position", "slug"]
