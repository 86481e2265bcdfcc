"""What a moderator decided about an issue: merged, or out of scope; the NGO's appeal; and how that ended."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from issues.lifecycle import BEFORE_ANSWER, Status


class ScopeCode(models.TextChoices):
    """Why an issue is out of scope: public, and never anything else than one of these."""

    NOT_THE_STATE = "not_the_state", _("No state body can answer it")
    PRIVATE_CASE = "private_case", _("A private case of one person, not a social issue")
    COURT = "court", _("A court decides or has decided it")
    OTHER_PROCEDURE = "other_procedure", _("The law gives it a procedure of its own (a crime report, a complaint)")
    NO_ASK = "no_ask", _("Nothing is asked of the state that it could do")
    ADVERTISING = "advertising", _("Advertising or campaigning")
    UNLAWFUL = "unlawful", _("Its publication breaks the law")


class RulingEnd(models.TextChoices):
    DISMISSED = "dismissed", _("Appeal dismissed: final")
    RESTORED = "restored", _("Restored on appeal")
    KEPT_GONE = "kept_gone", _("Restored: the issue it was merged into has ended")

    @classmethod
    def in_force(cls) -> tuple[str, str]:
        """With these the ruling stands."""
        return "", cls.DISMISSED


class Ruling(models.Model):
    """A merge (`into` the older issue) or a ruling of scope (`code`). The newest of an issue is the one in force.

    `cosigned`: the merge put its NGO under the kept issue. `closed_at` with DISMISSED leaves the ruling in force.
    """

    issue = models.ForeignKey("issues.Issue", models.PROTECT, related_name="rulings")
    into = models.ForeignKey("issues.Issue", models.PROTECT, null=True, related_name="merged_rulings")
    code = models.CharField(max_length=20, choices=ScopeCode, blank=True, default="")
    status_before = models.CharField(max_length=20, choices=Status)
    cosigned = models.BooleanField(default=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    appeal_reason = models.TextField(blank=True)
    appeal_reason_html = models.TextField(blank=True, editable=False)
    appealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    appealed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=RulingEnd, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answer = models.TextField(blank=True)  # the other moderator's reason
    answer_html = models.TextField(blank=True, editable=False)

    class Meta:
        ordering: ClassVar = ["decided_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(into__isnull=False, code="") | Q(into=None, code__in=ScopeCode.values),
                name="ruling_merges_or_has_a_code",
            ),
            models.CheckConstraint(
                condition=Q(status_before__in=[str(each) for each in sorted(BEFORE_ANSWER)]),
                name="ruling_comes_before_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | Q(closed_at__isnull=False, outcome__in=RulingEnd.values),
                name="ruling_closed_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(appealed_at=None, appealed_by=None, appeal_reason="")
                | Q(appealed_at__isnull=False, appealed_by__isnull=False),
                name="ruling_appealed_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["dismissed", "restored"]) | Q(appealed_at__isnull=False),
                name="ruling_reviewed_on_appeal",
            ),
            # Another moderator than the one who decided (domain.md section 2).
            models.CheckConstraint(
                condition=Q(closed_by=None) | ~Q(closed_by=models.F("decided_by")), name="ruling_reviewed_by_another"
            ),
            models.CheckConstraint(condition=Q(into=None) | ~Q(into=models.F("issue")), name="ruling_not_into_itself"),
        ]
        indexes = [models.Index(fields=["into", "outcome"], name="ruling_by_kept_issue")]

    @property
    def is_merge(self) -> bool:
        return self.into_id is not None
