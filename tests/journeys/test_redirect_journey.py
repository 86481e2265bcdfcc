"""In a browser without JavaScript: some asks go to another body and both issues go on; and a measure that body and NGO share."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from issues.models import Commitment, Issue
from issues.record.chain import broken_chains
from tests.factories.people import Player, make_cast
from tests.factories.stories import Story
from tests.journeys.conftest import Window
from tests.journeys.test_whole_journey import act, answered, publish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]

type Opener = Callable[[Player | None, str], Window]


def test_some_asks_are_redirected_and_both_issues_go_on(window: Opener) -> None:
    cast = make_cast()
    story = Story(cast, timezone.now() - timedelta(hours=1)).raised(["Pay.", "Plant trees.", "Clean the air."])
    number = story.issue.number or ""
    signatory, rival, visitor = window(cast.signatory, "en"), window(cast.rival, "en"), window(None, "en")

    page = signatory.open(f"/issues/{number}/redirect/")
    page.locator('[name="asks"][value="1"]').uncheck()
    publish(signatory, body="ecology", reason="Trees and air are theirs.")
    linked = Issue.objects.latest("pk").number or ""
    assert linked != number
    shown = visitor.open(f"/issues/{number}/")
    shown.locator(f'main a[href="/en/issues/{linked}/#ask-1"]').click()
    expect(shown.locator("h1")).to_contain_text("Grants are three months late")
    expect(shown.locator("#ask-2")).to_contain_text("Clean the air.")
    shown.locator(f'main a[href="/en/issues/{number}/"]').first.click()
    expect(shown.locator("#ask-1")).to_contain_text("Pay.")

    expect(rival.open("/desk/").locator("main")).to_contain_text(linked)
    act(rival, linked, "answer", **answered(1), **answered(2))
    act(signatory, number, "answer", **answered(1))
    found = Issue.objects.order_by("pk").values_list("number", "status", "body_addressed__slug")
    assert list(found) == [(number, "in_progress", "labour"), (linked, "in_progress", "ecology")]
    assert broken_chains(Issue.objects.all()) == {}


def test_a_joint_measure_is_offered_taken_on_and_done_beside_the_bodys_own(window: Opener) -> None:
    cast = make_cast()
    number = Story(cast, timezone.now() - timedelta(hours=1)).accepted().issue.number or ""
    signatory, ngo = window(cast.signatory, "en"), window(cast.manager, "en")
    own = answered(1)
    joint = {
        path.replace("commitments.1", "commitments.2"): said for path, said in own.items() if "commitments" in path
    }

    page = signatory.open(f"/issues/{number}/answer/")
    page.locator("summary", has_text="Commitment 2").click()
    publish(signatory, **own, **joint, **{"asks.1.commitments.2.owner": cast.ngo.slug})
    expect(signatory.page.locator("main")).to_contain_text("offered, not taken on")

    measure = Commitment.objects.get(owner=cast.ngo).pk
    for name, fields in (("take", {}), ("progress", {"progress": "complete"})):
        page = ngo.open(f"/issues/{number}/commitments/")
        page.locator(f'main a[href="/en/issues/{number}/commitments/{measure}/{name}/"]').click()
        publish(ngo, **fields)
    row = page.locator(f"#commitment-{measure}")
    expect(row).to_contain_text("taken on")
    expect(row).to_contain_text("Complete")

    act(signatory, number, "report-done", **{"evidence.1.text": "It is paid."})
    act(ngo, number, "confirm")
    issue = Issue.objects.get(number=number)
    assert (issue.status, issue.basis, broken_chains([issue])) == ("resolved", "confirmed", {})
    assert set(issue.commitments.values_list("owner__slug", "progress")) == {
        ("labour", "complete"),
        ("qamqor", "complete"),
    }
