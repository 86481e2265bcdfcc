"""The official answer: a verdict and a ground for each ask, and the evidence that something is done."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.organisations.models import Organisation


class Verdict(models.TextChoices):
    SUPPORTED = "supported", _("Supported")
    PARTLY = "partly", _("Partly supported")
    REFUSED = "refused", _("Refused")
    NOT_STATED = "not_stated", _("Not stated")  # legacy issues only


# Never lowered: an ask once (partly) supported is answered again only as well or better.
RANK = {"": -1, Verdict.NOT_STATED: -1, Verdict.REFUSED: 0, Verdict.PARTLY: 1, Verdict.SUPPORTED: 2}


class Ground(models.TextChoices):
    LAW = "law", _("The law")
    MONEY = "money", _("Money")
    COMPETENCE = "competence", _("Competence")
    ALREADY_DONE = "already_done", _("Already done")
    RULES = "rules", _("Needs a change of rules")
    OTHER = "other", _("Other")


class Answer(models.Model):
    """One published answer; `n` counts the answers of an issue. `wait_days`: working days from registration, stored with
    the answer in the calendar then in force (domain.md section 4, number 3).

    An answer taken over from another register has neither responsibility, signer nor wait; any other has all three.
    """

    issue = models.ForeignKey("issues.Issue", models.PROTECT, related_name="answers")
    responsibility = models.ForeignKey("issues.Responsibility", models.PROTECT, null=True, related_name="answers")
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    n = models.PositiveSmallIntegerField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_post = models.CharField(max_length=200, blank=True)
    signed_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")  # by a deputy
    published_at = models.DateTimeField()
    wait_days = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["n"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "n"], name="answer_numbered_once"),
            models.CheckConstraint(
                condition=Q(responsibility__isnull=False, signed_by__isnull=False, wait_days__isnull=False)
                | Q(responsibility=None, signed_by=None, signed_for=None, wait_days=None, signed_post=""),
                name="answer_signed_and_counted_or_neither",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="answer_unsigned_is_legacy",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                    IF (NEW.signed_by_id IS NULL) <> (SELECT origin = 'legacy' FROM issues_issue WHERE id = NEW.issue_id) THEN
                        RAISE EXCEPTION 'an answer is signed, unless it was taken over from another register'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class AskAnswer(models.Model):
    """What one answer says of one ask. Kept when a later answer or a conclusion sets it aside."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="parts")
    ask = models.ForeignKey("issues.Ask", models.PROTECT, related_name="answers")
    verdict = models.CharField(max_length=10, choices=Verdict)
    ground = models.CharField(max_length=20, choices=Ground, blank=True)
    text = models.TextField()
    text_html = models.TextField(editable=False)
    set_aside_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["ask__n"]
        constraints = [models.UniqueConstraint(fields=["answer", "ask"], name="askanswer_once_per_answer")]


class Evidence(models.Model):
    """The body's word that an ask is done, against "what will show it"; set aside when the council finds it wanting."""

    issue = models.ForeignKey("issues.Issue", models.PROTECT, related_name="evidence")
    ask = models.ForeignKey("issues.Ask", models.PROTECT, related_name="evidence")
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField()
    text_html = models.TextField(editable=False)
    given_at = models.DateTimeField()
    set_aside_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["given_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ask"], condition=Q(set_aside_at=None), name="evidence_one_stands_per_ask")
        ]
