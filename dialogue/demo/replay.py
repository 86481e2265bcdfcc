"""Making the stories happen: every act through the actions, in the order of time, with the clock running in between."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.core.files.base import ContentFile

from backend.core.errors import Refusal
from backend.organisations.models import Organisation
from dialogue.actions import hide_message, post_message, show_message
from dialogue.demo import cast as people
from dialogue.demo.cast import Cast
from dialogue.demo.days import WorkingDays
from dialogue.demo.stories import Act, Story
from issues.actions import (
    add_addendum,
    attach,
    blank_text,
    cosign,
    create_draft,
    link_official_appeal,
    move_issue,
    prepare_answer,
    relate,
    return_prepared,
    uncosign,
    unrelate,
    upload,
)
from issues.actions.lapses import MOVE_OF_DUTY, enter_what_is_due
from issues.clock import ALMATY, local_day
from issues.models import Duty, Issue, Place, Region, Topic

WORKER_WAKES = time(0, 1)  # the worker enters what ran out with the day before


def _upload(*, text: str, evidence: bool = False, addendum: bool = False, **given: Any) -> None:
    """A file with that text in it: into the draft, or into a form whose act then names it among its `files`."""
    place = Place.EVIDENCE if evidence else Place.ADDENDUM if addendum else Place.ISSUE
    upload(file=ContentFile(text.encode()), place=place, **given)


NO_MOVES: Mapping[str, Callable[..., Any]] = {
    "cosign": cosign,
    "uncosign": uncosign,
    "hide": hide_message,
    "show": show_message,
    "blank": blank_text,
    "upload": _upload,
    "attach": attach,
    "add": add_addendum,
    "link": link_official_appeal,
    "relate": relate,
    "unrelate": unrelate,
    "prepare": prepare_answer,
    "return": return_prepared,
}  # acts, though no moves of the table


class StoryError(Exception):
    """An act that the rules refuse: a fault of the story, told with its place."""


@dataclass(slots=True)
class Replay:
    """One filling: `now` is the moment it is made for; `tell` hears after each act how many are done, of how many."""

    stories: tuple[Story, ...]
    cast: Cast
    days: WorkingDays
    now: datetime
    tell: Callable[[int, int], None]
    issues: dict[str, Issue] = field(default_factory=dict)

    def run(self) -> None:
        """About twenty queries an act. Raises StoryError."""
        timeline = sorted(self._timeline(), key=lambda each: each[:2])
        today = local_day(timeline[0][0])
        for number, (at, what, act) in enumerate(timeline, start=1):
            today = self._let_days_pass(today, local_day(at))
            try:
                act(at)
            except Refusal as refusal:
                raise StoryError(f"{what}: {refusal}") from refusal
            self.tell(number, len(timeline))
        self._let_days_pass(today, local_day(self.now))
        enter_what_is_due(self.now)

    def _timeline(self) -> Iterator[tuple[datetime, str, Callable[[datetime], None]]]:
        for event in people.later():
            yield people.moment(self.days, event), str(event), partial(people.happen, event)
        for story in self.stories:
            last = self.days.at(story.written, story.name)
            yield last, story.name, partial(self._write, story)
            for act in story.acts:
                at = self.days.at(act.day, str(act))
                # Acts of one day keep their order, a few minutes apart.
                last = max(at, last + timedelta(minutes=11)) if local_day(last) == local_day(at) else at
                yield last, str(act), partial(self._perform, act)

    def _let_days_pass(self, day: date, until: date) -> date:
        """The worker's rounds. A year has more nights than dates: one query tells which night is for sleeping."""
        while day < until:
            day += timedelta(1)
            at = min(datetime.combine(day, WORKER_WAKES, tzinfo=ALMATY), self.now)
            if Duty.objects.passed(at).filter(kind__in=MOVE_OF_DUTY).exists():
                enter_what_is_due(at)
        return day

    def _write(self, story: Story, at: datetime) -> None:
        draft = dict(story.draft)
        if "topic" in draft:
            draft["topic"] = Topic.objects.get(slug=draft["topic"])
        if "region" in draft:
            draft["region"] = Region.objects.get(code=draft["region"])
        if "official_date" in draft:
            draft["official_date"] = self.days.on(draft["official_date"])
        if story.to:
            draft["body_addressed"] = Organisation.objects.get(slug=story.to)
        if "relations" in draft:
            draft["relations"] = {
                kind: [self._number(each) for each in names] for kind, names in draft["relations"].items()
            }
        self.issues[story.name] = create_draft(**self.cast.acts(story.by), at=at, **draft)

    def _perform(self, act: Act, at: datetime) -> None:
        issue, actor = self.issues[act.story], self.cast.acts(act.by)
        if act.say:
            post_message(issue=issue, body=act.say, parent=act.re, at=at, **actor)
        elif act.move in NO_MOVES:
            NO_MOVES[act.move](issue=issue, at=at, **actor, **self._fields(act.fields, issue))
        else:
            move_issue(issue=issue, move=act.move, at=at, **actor, **self._fields(act.fields, issue))

    def _number(self, story: str) -> str | None:
        """Of the issue of a story that was raised before."""
        return Issue.objects.values_list("number", flat=True).get(pk=self.issues[story].pk)

    def _fields(self, fields: Mapping[str, Any], issue: Issue) -> dict[str, Any]:
        return {key: self._value(key, value, issue) for key, value in fields.items()}

    def _value(self, key: str, value: Any, issue: Issue) -> Any:
        """Days become dates, the n-th commitment its id, a person's key that person, a story's name its issue, a file's name
        its uuid; lists are gone through.
        """
        match key:
            case "until" | "due" | "official_date":
                return self.days.on(value)
            case "commitment":
                return issue.commitments.order_by("id").values_list("id", flat=True)[value - 1]
            case "person":
                return self.cast.people[value]
            case "into" | "other":
                return Issue.objects.get(pk=self.issues[value].pk)
            case "files":
                return [issue.attachments.get(name=each).uuid for each in value]
        rows = isinstance(value, list)
        return [self._fields(each, issue) if isinstance(each, dict) else each for each in value] if rows else value
