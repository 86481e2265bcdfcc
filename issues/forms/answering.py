"""The official answer, ask by ask, and the forms of a commitment's life."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.core.errors import Conflict
from backend.core.words import fill
from issues import clock
from issues.actions.committing import owners
from issues.actions.engine import Act
from issues.forms.base import Choices, FieldGroup, MoveForm, ask_choices, day, from_list, line, one_of, prose, quoted
from issues.forms.files import FilesField
from issues.lifecycle import Need
from issues.models import Ask, Commitment, Ground, Progress, Verdict
from issues.models.answer import RANK

SAID_OF_AN_ASK = ("verdict", "ground", "text", "evidence", "files")
COMMITMENT_FIELDS = ("text", "unit", "due", "shows")
GROUPS_AT_FIRST = 2
GROUPS_AT_MOST = 20
_COMMITMENT_PATH = re.compile(r"asks\.(?P<n>\d+)\.commitments(\.(?P<index>\d+)\.(?P<field>\w+))?")


class AnswerForm(MoveForm):
    """A verdict and ground for every ask without one in force; in progress, only for those that may be answered again."""

    has_files = True

    def build(self, typed: QueryDict) -> None:
        self.uploaded = self.waiting() if self.has_files else []
        self.optional = self.act.row.need is Need.ASKS_TO_ANSWER_AGAIN
        wanted = self.act.facts.answerable_again if self.optional else self.act.facts.unanswered
        self.asks = [ask for ask in self.act.issue.asks.all() if ask.n in wanted]
        self.counts = {ask.n: _count(typed, ask.n) for ask in self.asks}
        for ask in self.asks:
            self._add_ask(ask)

    def _add_ask(self, ask: Ask) -> None:
        path = f"asks.{ask.n}"
        self.fields[f"{path}.verdict"] = one_of(_("Verdict"), self._verdicts(ask), optional=self.optional, initial="")
        self.fields[f"{path}.ground"] = from_list(_("Ground"), Ground.choices, optional=self.optional)
        self.fields[f"{path}.text"] = prose(_("Reasons"), _("In the language of the issue."), optional=self.optional)
        self.fields[f"{path}.evidence"] = prose(
            _("Evidence that it is done"),
            _("Only if it is done already: what shows it, with links."),
            rows=3,
            optional=True,
        )
        if self.has_files:
            self.fields[f"{path}.files"] = FilesField(self.uploaded, _("Files that show it"))
        self.fields[f"{path}.count"] = forms.IntegerField(
            required=False, initial=GROUPS_AT_FIRST, widget=forms.HiddenInput
        )
        for index in range(1, self.counts[ask.n] + 1):
            self._add_commitment(f"{path}.commitments.{index}")

    def _add_commitment(self, path: str) -> None:
        for name, field in (commitment_fields(clock.local_day(self.act.at)) | whose_measure(self.act)).items():
            self.fields[f"{path}.{name}"] = field

    def _verdicts(self, ask: Ask) -> Choices:
        """Only what the rules leave: support is not lowered, a refusal in force is only turned into support."""
        last = max(ask.answers.all(), key=lambda each: each.answer.n, default=None)
        least = RANK[last.verdict] if last else RANK[Verdict.REFUSED]
        if ask.verdict == Verdict.REFUSED:
            least = RANK[Verdict.PARTLY]
        verdicts = [each for each in (Verdict.SUPPORTED, Verdict.PARTLY, Verdict.REFUSED) if RANK[each] >= least]
        choices = [(str(each), each.label) for each in verdicts]
        return [*choices, ("", _("Leave this ask as it is"))] if self.optional else choices

    def typed_before(self, typed: QueryDict) -> dict[str, Any]:
        return super().typed_before(typed) | {f"asks.{n}.count": count for n, count in self.counts.items()}

    def clean(self) -> None:
        if not self.values()["asks"]:
            raise ValidationError(_("Answer at least one ask."))

    def values(self) -> dict[str, Any]:
        rows = [self._row(ask) for ask in self.asks]
        return {"asks": [row for row in rows if not self.optional or len(row) > 1]}

    def _row(self, ask: Ask) -> dict[str, Any]:
        path = f"asks.{ask.n}"
        row: dict[str, Any] = {name: self.cleaned_data.get(f"{path}.{name}") for name in SAID_OF_AN_ASK}
        row["commitments"] = [self._commitment(f"{path}.commitments.{index}") for index in self._filled(ask.n)]
        return {"n": ask.n} | {name: value for name, value in row.items() if value}

    def _commitment(self, path: str) -> dict[str, Any]:
        return {name: self.cleaned_data.get(f"{path}.{name}") for name in (*COMMITMENT_FIELDS, "owner")}

    def _filled(self, n: int) -> list[int]:
        """The commitment groups of an ask in which anything was written, whether or not it has the right shape."""
        names = {index: [f"asks.{n}.commitments.{index}.{name}" for name in COMMITMENT_FIELDS]
                 for index in range(1, self.counts[n] + 1)}  # fmt: skip
        return [index for index, each in names.items() if any(self.data.get(name, "").strip() for name in each)]

    def field_at(self, path: str) -> str | None:
        """The action counts the commitments it was given; here groups left empty count too."""
        found = _COMMITMENT_PATH.fullmatch(path)
        if found is None:
            return super().field_at(path)
        n, index = int(found["n"]), found["index"]
        if index is None:
            return f"asks.{n}.commitments.1.text"
        return super().field_at(f"asks.{n}.commitments.{self._filled(n)[int(index) - 1]}.{found['field']}")

    def groups(self) -> list[FieldGroup]:
        return [self._ask_group(ask) for ask in self.asks]

    def _ask_group(self, ask: Ask) -> FieldGroup:
        path = f"asks.{ask.n}"
        fields = [self[f"{path}.{name}"] for name in SAID_OF_AN_ASK if f"{path}.{name}" in self.fields]
        groups = [
            self._commitment_group(f"{path}.commitments.{index}", index) for index in range(1, self.counts[ask.n] + 1)
        ]
        title = gettext("Ask %(n)s") % {"n": ask.n}
        return FieldGroup(fields, title, quoted(ask.text, ask.language), groups, more=str(ask.n))

    def _commitment_group(self, path: str, index: int) -> FieldGroup:
        fields = [self[f"{path}.{name}"] for name in (*COMMITMENT_FIELDS, "owner")]
        silent = not any(bound.value() for bound in fields) and not any(bound.errors for bound in fields)
        title = gettext("Commitment %(n)s") % {"n": index}
        return FieldGroup(fields, title, folded=index > 1 and silent)


def _count(typed: QueryDict, n: int) -> int:
    """How many groups of commitment fields an ask has; the button "add another" asks for one more."""
    sent = typed.get(f"asks.{n}.count", "")
    count = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 4 else GROUPS_AT_FIRST
    return min(count + (typed.get("more") == str(n)), GROUPS_AT_MOST)


def commitment_fields(today: date) -> dict[str, forms.Field]:
    cap = clock.commitment_cap(today)
    return {
        "text": prose(_("What will be done"), rows=3),
        "unit": line(_("Which unit")),
        "due": day(
            _("By when"),
            _("At most twelve months from today. Latest possible date: %(cap)s.")
            % {"cap": date_format(cap, "DATE_FORMAT")},
            min=today.isoformat(),
            max=cap.isoformat(),
        ),
        "shows": prose(_("What will show that it is done"), rows=2),
    }


def whose_measure(act: Act) -> dict[str, forms.Field]:
    """The body's own, unless said otherwise; or a joint one, offered to an NGO of the issue, which has to take it on."""
    ngos = [(each.slug, each.name) for each in owners(act) if each != act.body]
    hint = _("A joint measure counts once the NGO's manager takes it on. It does not replace a commitment of the body.")
    return {"owner": one_of(_("Whose measure"), [("", _("The body's")), *ngos], hint, optional=True, initial="")}


class CommitmentAddForm(MoveForm):
    def build(self, typed: QueryDict) -> None:
        able = supported_asks(self)
        if not able:
            raise Conflict(_("No supported ask is left to make a commitment for."))
        self.fields["n"] = one_of(_("For which ask"), able)
        self.fields |= commitment_fields(clock.local_day(self.act.at)) | whose_measure(self.act)


def supported_asks(form: MoveForm) -> list[tuple[str, str]]:
    open_asks = {ask.n for ask in form.act.facts.asks if ask.supported and not ask.settled}
    issue = form.act.issue
    return ask_choices([ask for ask in issue.asks.all() if ask.n in open_asks])


class CommitmentForm(MoveForm):
    """A form about one commitment of the issue, which the address names."""

    commitment: Commitment

    def about(self, commitment: Commitment) -> None:
        if not commitment.is_pending:
            raise Conflict(_("This commitment is complete or was dropped: it no longer changes."))
        self.commitment = commitment

    def values(self) -> dict[str, Any]:
        return {"commitment": self.commitment.pk} | super().values()

    def groups(self) -> list[FieldGroup]:
        made = self.commitment
        about = fill(
            gettext("%(text)s · By: %(due)s."), text=self.quoted(made.text), due=date_format(made.due, "DATE_FORMAT")
        )
        return [FieldGroup(self.visible_fields(), note=about)]


class ProgressForm(CommitmentForm):
    progress = one_of(_("How far it is"), Progress.choices)
    reason = prose(_("What was done"), _("It is published."), rows=4, optional=True)


class RescheduleForm(CommitmentForm):
    reason = prose(_("Reason"), _("It is published. The first date stays visible."), rows=4)

    def build(self, typed: QueryDict) -> None:
        today = clock.local_day(self.act.at)
        field = commitment_fields(today)["due"]
        field.label = _("New date")
        self.fields = {"due": field} | self.fields


class DropForm(CommitmentForm):
    reason = prose(_("Reason"), _("It is published. A commitment that the body drops counts as broken."), rows=4)


class TakeForm(CommitmentForm):
    reason = prose(_("What you want to add"), _("It is published."), rows=4, optional=True)
