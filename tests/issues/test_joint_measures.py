"""A measure that the body offers and the NGO takes on: who sees and does what, on pages."""

import re
from datetime import date

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.actions import set_standing
from backend.organisations.models import Standing
from issues.models import Commitment
from tests.factories.refusals import refused
from tests.factories.stories import Story, almaty
from tests.issues.visiting import Visitor, in_days, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def acts_of(visitor: Visitor, commitment: Commitment) -> list[str]:
    page = text_of(visitor.get(visitor.page("commitments")))
    part = page.partition(f'id="commitment-{commitment.pk}"')[2].partition("</section>")[0]
    return [act for act in ("take", "progress", "reschedule", "drop") if f"/{commitment.pk}/{act}/" in part]


def test_a_joint_measure_is_offered_taken_reported_on_and_dropped_by_the_ngo_alone(story: Story) -> None:
    story.answered("supported")
    signatory, manager = Visitor(story, story.cast.signatory), Visitor(story, story.cast.manager)
    offer = {
        "n": "1",
        "text": "Tell the members",
        "unit": "Office",
        "due": in_days(story, 40).isoformat(),
        "shows": "Mail",
    }
    assert signatory.act("commitments/add", offer | {"owner": story.cast.ngo.slug}).status_code == 303
    own, joint = Commitment.objects.order_by("pk")
    assert (own.owner, joint.owner, joint.taken_at) == (story.cast.ministry, story.cast.ngo, None)
    assert (acts_of(signatory, own), acts_of(signatory, joint)) == (["progress", "reschedule", "drop"], [])
    assert (acts_of(manager, own), acts_of(manager, joint)) == ([], ["take", "drop"])
    assert "offered, not taken on" in text_of(manager.get(f"/issues/{story.issue.number}/"))
    assert manager.act(f"commitments/{joint.pk}/take", {}).status_code == 303
    assert acts_of(manager, joint) == ["progress", "drop"]
    assert manager.act(f"commitments/{joint.pk}/progress", {"progress": "complete"}).status_code == 303
    joint.refresh_from_db()
    assert (joint.taken_at, joint.progress, joint.completed_on) == (story.now, "complete", story.now.date())
    assert acts_of(manager, joint) == []


def test_a_joint_measure_alone_supports_no_ask(story: Story) -> None:
    signatory = Visitor(story.accepted(), story.cast.signatory)
    said = {"asks.1.verdict": "supported", "asks.1.ground": "law", "asks.1.text": "Yes."}
    promise = {"text": "Tell all", "unit": "Office", "due": in_days(story, 30).isoformat(), "shows": "Mail"}
    first = {f"asks.1.commitments.1.{name}": value for name, value in promise.items()}
    joint = {"asks.1.commitments.1.owner": story.cast.ngo.slug}
    response = signatory.post(signatory.page("answer"), said | first | joint | {"confirmed": "1"})
    assert response.status_code == 422
    second = {f"asks.1.commitments.2.{name}": value for name, value in promise.items()}
    assert signatory.act("answer", said | first | joint | second).status_code == 303
    assert {each.owner for each in Commitment.objects.all()} == {story.cast.ngo, story.cast.ministry}


FIRST_DATE = date(2026, 2, 20)


def offered(story: Story) -> Commitment:
    """Beside the body's own measure, due on 7 March, one is offered to the NGO."""
    story.move(
        "commitment_add", story.cast.signatory, n=1, text="Tell the members", unit="Office", due=FIRST_DATE, shows="Mail",
        owner=story.cast.ngo.slug,
    )  # fmt: skip
    return Commitment.objects.get(owner=story.cast.ngo)


def counts_as(measure: Commitment, day: date) -> tuple[str, bool, bool]:
    """Its result, and whether it is among those kept and those broken."""
    measure.refresh_from_db()
    found = Commitment.objects.kept(), Commitment.objects.broken(day)
    return measure.result(day), *(measure in each for each in found)


def test_it_is_the_ngos_managers_alone_also_where_the_ngo_is_suspended(story: Story) -> None:
    cast = story.answered("supported").cast
    measure = {"commitment": offered(story).pk}
    for who in (cast.representative, cast.other_manager, cast.officer, cast.signatory, cast.moderator, cast.chair):
        refused(story, Forbidden, "commitment_take", who, **measure)
    for who in (cast.signatory, cast.other_manager, cast.representative):
        refused(story, Forbidden, "commitment_drop", who, **measure, reason="Not needed.")
        refused(story, Forbidden, "commitment_progress", who, **measure, progress="complete")
    refused(story, Forbidden, "commitment_reschedule", cast.signatory, **measure, due=date(2026, 3, 2), reason="Later.")
    refused(story, Forbidden, "commitment_reschedule", cast.manager, **measure, due=date(2026, 3, 2), reason="Later.")
    set_standing(organisation=cast.ngo, standing=Standing.SUSPENDED, reason="No report.", at=story.now)
    story.move("commitment_take", cast.manager, **measure)
    assert story.issue.events.latest("seq").facts == measure
    refused(story, Conflict, "commitment_take", cast.manager, **measure)


def test_it_counts_from_when_it_is_taken_on_however_late_and_against_its_first_date(story: Story) -> None:
    cast = story.answered("supported").cast
    owed, measure = story.issue.due_at, offered(story)
    assert story.issue.due_at == owed, "the issue's clock is the body's, and that of its own measure"
    after = date(2026, 2, 25)
    assert [counts_as(measure, day) for day in (FIRST_DATE, after)] == [("offered", False, False)] * 2
    story.on(almaty(2026, 2, 25))
    refused(story, Conflict, "commitment_progress", cast.manager, commitment=measure.pk, progress="complete")
    story.move("commitment_take", cast.manager, commitment=measure.pk, reason="We were asked late.")
    assert (counts_as(measure, after), measure.taken_at) == (("broken", False, True), story.now)
    story.move("commitment_progress", cast.manager, commitment=measure.pk, progress="complete")
    assert (counts_as(measure, after), measure.slippage()) == (("late", False, False), 5)
    assert (story.issue.status, story.issue.due_at) == ("in_progress", owed)


@pytest.mark.parametrize(("taken", "counted"), [(False, ("offered", False, False)), (True, ("broken", False, True))])
def test_dropped_it_opens_no_dispute_and_is_broken_only_if_it_was_taken_on(
    story: Story, taken: bool, counted: tuple[str, bool, bool]
) -> None:
    cast = story.answered("supported").cast
    measure = offered(story)
    if taken:
        story.move("commitment_take", cast.manager, commitment=measure.pk)
    refused(story, Invalid, "commitment_drop", cast.manager, commitment=measure.pk, reason=" ")
    story.move("commitment_drop", cast.manager, commitment=measure.pk, reason="Nobody can do it.")
    assert (counts_as(measure, FIRST_DATE), measure.dropped_on) == (counted, story.now.date())
    refused(story, Conflict, "commitment_take", cast.manager, commitment=measure.pk)
    refused(story, Conflict, "dispute", cast.manager, asks=[1], reason="It was dropped.")


def test_the_page_of_commitments_says_what_became_of_each_and_offers_to_take_or_decline(story: Story) -> None:
    measure = offered(story.answered("supported"))
    visitor = Visitor(story, story.cast.manager)
    page = text_of(visitor.get(visitor.page("commitments")))
    assert page.count("<dt>By its first date</dt>") == 2
    assert '<dd><span class="tag tag-offered">Does not count</span></dd>' in page
    acts = re.findall(rf'/{measure.pk}/(\w+)/">([^<]+)</a>', page)
    assert acts == [("take", "Take on a joint measure"), ("drop", "Decline the offer")]


def test_not_taken_on_it_holds_up_neither_the_report_nor_the_end(story: Story) -> None:
    cast = story.answered("supported").cast
    measure = offered(story)
    story.on(almaty(2026, 2, 25)).move("report_done", cast.signatory, evidence=[{"n": 1, "text": "Paid."}])
    assert (story.issue.status, counts_as(measure, date(2026, 2, 25))) == ("reported_done", ("offered", False, False))
    refused(story, Conflict, "commitment_take", cast.manager, commitment=measure.pk)
    page = text_of(Visitor(story, None).get(f"/issues/{story.issue.number}/"))
    assert '<span class="tag tag-offered">Does not count</span>' in page
    story.move("confirm", cast.manager)
    assert (story.issue.status, measure.is_pending) == ("resolved", True)


def test_an_offer_is_declined_under_that_name_and_a_promise_taken_on_is_dropped(story: Story) -> None:
    cast = story.answered("supported").cast
    measure = offered(story)
    visitor = Visitor(story, cast.manager)
    address = visitor.page(f"commitments/{measure.pk}/drop")
    assert "<h1>Decline the offer</h1>" in text_of(visitor.get(address))
    sent = {"reason": "Nobody can do it.", "version": str(story.issue.version)}
    assert '<p class="lead">Decline the offer</p>' in text_of(visitor.post(address, sent))
    story.move("commitment_take", cast.manager, commitment=measure.pk)
    assert "<h1>Drop a commitment</h1>" in text_of(visitor.get(address))
