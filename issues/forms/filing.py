"""Forms of the moves before an answer: accept, clarify, extend."""

from typing import Any

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Invalid
from backend.core.words import fill
from backend.organisations.models import Membership
from issues import clock
from issues.actions.personal_data import PersonalDataFound
from issues.forms.base import FieldGroup, MoveForm, day, from_list, line, prose
from issues.forms.personal_data import Deciding
from issues.lifecycle import Move
from issues.models import EventText


class AcceptForm(MoveForm):
    def build(self, typed: QueryDict) -> None:
        self.fields["unit"] = line(_("Unit"), _("The department that works on it. It is shown on the issue's page."))
        people = self._people()
        own = str(self.act.signer.uuid)
        self.fields["person"] = from_list(
            _("Responsible person"),
            people,
            _("The person's name is shown on the issue's page."),
            initial=own if any(value == own for value, _name in people) else None,
        )

    def _people(self) -> list[tuple[str, str]]:
        """The people of the responsible body. One query."""
        seats = Membership.objects.active(self.act.at).filter(organisation=self.act.body, user__is_active=True)
        people = {seat.user for seat in seats.select_related("user")}
        return sorted(((str(user.uuid), str(user)) for user in people), key=lambda each: each[1])


class ClarifyRequestForm(MoveForm):
    question = prose(
        _("Question"),
        _("One concrete question. You can ask once; the time to answer the issue runs on meanwhile."),
    )


class ClarifyForm(Deciding, MoveForm):
    text = prose(_("Answer"))

    def build(self, typed: QueryDict) -> None:
        self.decide_on({"text": typed.get("text", "")})

    def clean(self) -> None:
        self.cleaned_data |= self.masked()

    def values(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"], "keep": self.keep()}

    def take(self, refusal: Invalid) -> None:
        if isinstance(refusal, PersonalDataFound):
            self.ask_for(refusal)
        else:
            super().take(refusal)

    def groups(self) -> list[FieldGroup]:
        return [FieldGroup(self.visible_fields(), note=self._question())]

    def _question(self) -> str:
        """What the body asked. One query."""
        asked = EventText.objects.filter(event__issue=self.act.issue, event__move=Move.CLARIFY_REQUEST, key="question")
        words = asked.order_by("-event__seq").values_list("text", flat=True).first()
        return fill(_("The body asks: %(question)s"), question=self.quoted(words)) if words else ""


class ExtendForm(MoveForm):
    def build(self, typed: QueryDict) -> None:
        tenure = self.act.tenure
        cap = clock.extension_cap(tenure.registered_on, clock.current_calendar())
        self.fields["until"] = day(
            _("New date"),
            _("A working day. Present due date: %(due)s. Latest possible date: %(cap)s.")
            % {
                "due": date_format(tenure.original_due_on, "DATE_FORMAT"),
                "cap": date_format(cap, "DATE_FORMAT"),
            },
            min=tenure.original_due_on.isoformat(),
            max=cap.isoformat(),
        )
        self.fields["reason"] = prose(_("Reason"), _("A reasoned decision: what has to be found out, and by whom."))
