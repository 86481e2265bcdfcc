"""The numbered asks of an issue. Written only by `issues.actions`."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.organisations.models import Organisation
from issues.models.answer import Ground, Verdict
from issues.models.moderation import STUBS
from issues.querysets import AskQuerySet

MAX_ASKS = 10
NUMBERS_AT_MOST = 100  # merges carry more in


class Concluded(models.TextChoices):
    """What the council found of one ask."""

    DONE = "done", _("done, by the council's conclusion")
    UPHELD = "upheld", _("refusal upheld by the council")
    SET_ASIDE = "set_aside", _("set aside by the council")


class Ask(models.Model):
    """One numbered ask, frozen when the issue is raised: its text may only be blanked. `verdict`, `ground` are those in
    force; '' is "not answered".

    `concluded` and `confirmed_at` are the public results; a supported verdict is never lowered.
    """

    issue = models.ForeignKey("issues.Issue", models.CASCADE, related_name="asks")
    n = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("what exactly is asked"), max_length=1000)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="asks_owned")
    first_received_at = models.DateTimeField(null=True)  # by any body, wherever it went since: the days run from here
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True, default="")
    ground = models.CharField(max_length=20, choices=Ground, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_for = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+"
    )  # the owner at that time
    concluded = models.CharField(max_length=10, choices=Concluded, blank=True, default="")
    concluded_at = models.DateTimeField(null=True)
    # Where it goes on: in another issue (`moved_to`), there as a new ask whose `carried_from` is this one.
    moved_to = models.ForeignKey("issues.Issue", models.PROTECT, null=True, related_name="asks_received")
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="carried")
    merged_onto = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")  # the matching ask

    objects: ClassVar = AskQuerySet.as_manager()

    class Meta:
        verbose_name = _("ask")
        verbose_name_plural = _("asks")
        ordering: ClassVar = ["n"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "n"], name="ask_numbered_once"),
            models.CheckConstraint(condition=Q(n__gte=1, n__lte=NUMBERS_AT_MOST), name="ask_number_is_positive"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(verdict__in=[Verdict.SUPPORTED, Verdict.PARTLY]),
                name="ask_confirmed_only_if_supported",
                violation_error_message=_("Only an ask that the body supported can be confirmed as done."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_for=None)
                | Q(confirmed_at__isnull=False, confirmed_for__isnull=False),
                name="ask_confirmed_for_an_ngo",
            ),
            models.CheckConstraint(
                condition=Q(verdict="") | Q(verdict=Verdict.NOT_STATED) | ~Q(ground=""), name="ask_verdict_has_a_ground"
            ),
            models.CheckConstraint(condition=Q(moved_to=None) | Q(merged_onto=None), name="ask_goes_on_in_one_place"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="ask_frozen",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.text IS DISTINCT FROM NEW.text OR OLD.issue_id IS DISTINCT FROM NEW.issue_id OR OLD.n <> NEW.n"
                ),
                func="""
                    IF (SELECT status FROM issues_issue WHERE id = OLD.issue_id) <> 'draft'
                       AND NOT (NEW.issue_id = OLD.issue_id AND NEW.n = OLD.n AND NEW.text IN ({stubs})) THEN
                        RAISE EXCEPTION 'asks freeze when the issue is raised' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """.format(stubs=", ".join(f"'{stub}'" for stub in STUBS.values())),  # noqa: S608  (constants)
            ),
            pgtrigger.Trigger(
                name="ask_stays",
                operation=pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                    IF (SELECT status FROM issues_issue WHERE id = OLD.issue_id) <> 'draft' THEN
                        RAISE EXCEPTION 'asks freeze when the issue is raised' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN OLD;
                """,
            ),
            pgtrigger.Trigger(
                name="ask_support_stands",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.verdict = 'supported' AND NEW.verdict <> 'supported'"),
                func="RAISE EXCEPTION 'a supported verdict is never lowered' USING ERRCODE = 'check_violation';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.n}. {self.text}"

    @property
    def language(self) -> str:
        """In which it is written: that of the issue it was carried over from, if it was. No query on a whole issue."""
        return (self.carried_from or self).issue.language

    @property
    def is_supported(self) -> bool:
        return self.verdict in (Verdict.SUPPORTED, Verdict.PARTLY)

    @property
    def is_settled(self) -> bool:
        """Confirmed by its owner, or found done or rightly refused by the council."""
        return self.confirmed_at is not None or self.concluded in (Concluded.DONE, Concluded.UPHELD)
