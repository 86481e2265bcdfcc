"""Taking an issue to where a test begins, always through the actions."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from issues.actions import cosign, create_draft, move_issue, upload
from issues.models import Attachment, Issue, Place, Region, Topic
from tests.factories.files import TEXT
from tests.factories.people import Cast, Player
from tests.factories.remembered_steps import remembered


def almaty(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    from issues.clock import ALMATY

    return datetime(year, month, day, hour, minute, tzinfo=ALMATY)


MONDAY = almaty(2026, 2, 2)
"""A Monday with no holiday for five weeks: day 15 is Monday 23 February 2026."""


class Story:
    """One issue and its cast; every step is a move at `now`, which `later` advances. `issue` is always fresh."""

    def __init__(self, cast: Cast, now: datetime = MONDAY) -> None:
        self.cast, self.now = cast, now
        self.pk: int = 0
        self.older: Story | None = None  # the other NGO's older issue to the same body, once somebody asked for it

    @property
    def state(self) -> tuple[int, datetime, tuple[int, datetime] | None]:
        """What a step leaves in Python, to be put back with the rows it left."""
        return self.pk, self.now, self.older and (self.older.pk, self.older.now)

    @state.setter
    def state(self, state: tuple[int, datetime, tuple[int, datetime] | None]) -> None:
        self.pk, self.now, older = state
        self.older = None
        if older:
            self.older = Story(self.cast, older[1])
            self.older.pk = older[0]

    @property
    def issue(self) -> Issue:
        return Issue.objects.with_parts().get(pk=self.pk)

    def later(self, **delta: float) -> "Story":
        self.now += timedelta(**delta)
        return self

    def on(self, at: datetime) -> "Story":
        self.now = at
        return self

    @remembered
    def draft(
        self, asks: Sequence[str] = ("Pay the grants.",), by: Player | None = None, **fields: Any
    ) -> "Story":  # fmt: skip
        ministry = fields.pop("body_addressed", self.cast.ministry)
        defaults = {
            "title": "Grants are three months late", "body": "Grants for social services are **late**.", "language": "en",
            "topic": Topic.objects.get(slug="social-security"), "region": Region.objects.get(code="KZ-15"),
            "body_addressed": ministry, "asks": list(asks),
        }  # fmt: skip
        issue = create_draft(**(by or self.cast.manager).acts, at=self.now, **defaults | fields)
        self.pk = issue.pk
        return self

    @remembered
    def move(self, move: str, who: Player | None, **fields: Any) -> "Story":
        acts = who.acts if who else {"actor": None, "organisation": None}
        move_issue(issue=Issue(pk=self.pk), move=move, at=self.now, **acts, **fields)
        return self

    def uploaded(
        self, who: Player, name: str = "letter.txt", data: bytes = TEXT, place: Place = Place.ISSUE
    ) -> Attachment:  # fmt: skip
        """A file in the draft, or waiting in a form of that person."""
        return upload(issue=Issue(pk=self.pk), **who.acts, file=ContentFile(data), name=name, place=place, at=self.now)

    @remembered
    def raised(
        self, asks: Sequence[str] = ("Pay the grants.",), by: Player | None = None, **fields: Any
    ) -> "Story":  # fmt: skip
        return self.draft(asks, by, **fields).move("submit", by or self.cast.manager)

    def older_issue(self) -> "Story":
        """Raised by the other NGO ten days before this one, to the same body, with the same words in its ask."""
        if self.older is None:
            begun = (self.issue.raised_at or self.now) - timedelta(10)
            self.older = Story(self.cast, begun).raised(
                by=self.cast.other_manager, body_addressed=self.issue.body_addressed
            )
        return self.older

    @remembered
    def merged(self) -> "Story":
        """Into the older issue."""
        return self.move("merge", self.cast.moderator, into=self.older_issue().issue.number)

    @remembered
    def accepted(self, asks: Sequence[str] = ("Pay the grants.",)) -> "Story":
        return self.raised(asks).move("accept", self.cast.officer, unit="Grants unit", person=self.cast.officer.user)

    @remembered
    def answered(self, *verdicts: str, due: date | None = None) -> "Story":
        """One ask for each verdict: supported and partly with a commitment, by default 30 days from now."""
        self.accepted([f"Ask {n}" for n in range(1, len(verdicts) + 1)]).later(days=3)
        rows = [
            answer_row(n, verdict, due or (self.now + timedelta(30)).date()) for n, verdict in enumerate(verdicts, 1)
        ]
        return self.move("answer", self.cast.signatory, asks=rows)

    @remembered
    def reported(self, *verdicts: str) -> "Story":
        self.answered(*verdicts or ("supported",)).later(days=10)
        rows = [{"n": ask.n, "text": "Paid, see the register."} for ask in self.issue.asks.all() if ask.is_supported]
        return self.move("report_done", self.cast.signatory, evidence=rows)

    @remembered
    def disputed(self, *verdicts: str) -> "Story":
        self.reported(*verdicts).later(days=1)
        asks = [ask.n for ask in self.issue.asks.all() if ask.is_supported]
        return self.move("dispute", self.cast.manager, asks=asks, reason="Nothing arrived.")

    @remembered
    def cosigned(self, *players: Player) -> "Story":
        for player in players or (self.cast.other_manager,):
            cosign(issue=Issue(pk=self.pk), at=self.now, **player.acts)
        return self

    @remembered
    def withdrawing(self) -> "Story":
        """Co-signed by the other NGO, then withdrawn: the window is open, for five working days."""
        return self.cosigned().move("withdraw", self.cast.manager, reason="We cannot go on.")

    @remembered
    def voted(self, done: bool) -> "Story":
        opinions = [{"n": each.ask.n, "done": done} for each in self.issue.disputes.get(closed_at=None).asks.all()]
        for player in (self.cast.chair, *self.cast.members):
            self.move("vote", player, opinions=opinions)
        return self


def answer_row(n: int, verdict: str, due: date) -> dict[str, Any]:
    row: dict[str, Any] = {"n": n, "verdict": verdict, "ground": "law", "text": f"Our reasons for ask {n}."}
    if verdict != "refused":
        row["commitments"] = [
            {"text": "Pay all", "unit": "Finance unit", "due": due, "shows": "The register of payments"}
        ]
    return row
