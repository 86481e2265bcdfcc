"""What the NGO adds to its open issue: by whom and when, numbered once, checked for personal data, shown under the problem."""

from functools import partial
from typing import Any

import pytest

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.organisations.models import Organisation, Standing
from issues.actions import add_addendum
from issues.actions.personal_data import PersonalDataFound
from issues.lifecycle import OPEN
from issues.models import Issue, IssueEvent
from issues.personal_data import find
from issues.record.chain import broken_chains
from tests.factories.at_once import at_once
from tests.factories.people import Player, make_cast
from tests.factories.stories import Story
from tests.issues.matrix.roles import ROLES, acts
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

MANY = 20
ADDED = "The count of **families** is 40 now."


def add(story: Story, who: Player | None = None, text: Any = ADDED, **more: Any) -> IssueEvent:
    acting = (who or story.cast.manager).acts
    return add_addendum(issue=Issue(pk=story.pk), text=text, at=story.now, **acting, **more)


def test_it_is_an_event_and_changes_no_ask_date_or_version(story: Story) -> None:
    before = story.accepted().issue
    event = add(story.later(hours=1), story.cast.representative)
    issue = story.issue
    assert (event.move, event.seq, event.from_status, event.to_status) == (
        "addendum_added", before.rev + 1, before.status, before.status,
    )  # fmt: skip
    assert event.facts == {"addendum": 1}
    assert [(text.key, text.text) for text in event.texts.all()] == [("text", ADDED)]
    assert (issue.version, issue.due_at, issue.rev, issue.active_at) == (
        before.version, before.due_at, event.seq, story.now,
    )  # fmt: skip
    addendum = issue.addenda.get()
    assert (addendum.n, addendum.by, addendum.organisation.slug, addendum.at) == (
        1, story.cast.representative.user, "qamqor", story.now,
    )  # fmt: skip
    assert addendum.text_html == "<p>The count of <strong>families</strong> is 40 now.</p>\n"
    assert broken_chains([issue]) == {}


@pytest.mark.parametrize("role", [role for role in ROLES if role != "system"])
def test_only_the_ngo_that_holds_the_issue_adds_to_it(story: Story, role: str) -> None:
    story.raised()
    if role in ("manager", "representative"):
        assert (
            add_addendum(issue=story.issue, text=ADDED, at=story.now, **acts(story.cast, role)).facts["addendum"] == 1
        )
        return
    with pytest.raises(Forbidden, match="NGO that holds the issue"):
        add_addendum(issue=story.issue, text=ADDED, at=story.now, **acts(story.cast, role))
    assert not story.issue.addenda.exists()


@pytest.mark.parametrize("state", ["raised", "accepted", "answered", "reported", "disputed", "withdrawing"])
def test_any_open_issue_is_added_to(story: Story, state: str) -> None:
    if state == "withdrawing":
        story.raised()
    args = ("supported",) if state in ("answered", "reported", "disputed") else ()
    getattr(story, state)(*args)
    assert story.issue.status in OPEN
    assert add(story).facts == {"addendum": 1}


def test_nothing_is_added_once_it_is_closed_nor_to_a_draft(story: Story) -> None:
    story.draft()
    with pytest.raises(Conflict):
        add(story)
    story.move("submit", story.cast.manager).move("withdraw", story.cast.manager, reason="Solved.")
    with pytest.raises(Conflict, match="closed"):
        add(story)
    with pytest.raises(Forbidden):
        add(story, story.cast.officer)
    assert not story.issue.addenda.exists()


def test_a_suspended_ngo_adds_nothing(story: Story) -> None:
    story.raised()
    Organisation.objects.filter(slug="qamqor").update(standing=Standing.SUSPENDED)
    with pytest.raises(Forbidden, match="suspended"):
        add(story)
    assert not story.issue.addenda.exists()


@pytest.mark.parametrize("text", [None, "", " \n ", 7, ["a"], "a" * 5001, "\x00"])
def test_what_is_no_text_is_refused_beside_its_field(story: Story, text: Any) -> None:
    story.raised()
    with pytest.raises(Invalid) as caught:
        add(story, text=text)
    assert list(caught.value.errors) == ["text"]
    assert (story.issue.addenda.count(), story.issue.rev) == (0, 1)


def test_hostile_text_does_nothing(story: Story) -> None:
    add(story.raised(), text="<script>alert(1)</script> [x](javascript:alert(1))")
    page = text_of(Visitor(story, None).get(f"/issues/{story.issue.number}/"))
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_personal_data_is_kept_only_knowingly(story: Story) -> None:
    text = "Call +7 701 555 12 34."
    story.raised()
    with pytest.raises(PersonalDataFound):
        add(story, text=text)
    assert not story.issue.addenda.exists()
    event = add(story, text=text, keep=[hit.token for hit in find(text)])
    assert event.facts == {"addendum": 1, "kept": {"phone": 1}}


def test_the_same_text_is_added_once_and_at_most_twenty_are(story: Story) -> None:
    add(story.raised())
    with pytest.raises(Conflict, match="already"):
        add(story)
    for n in range(2, MANY + 1):
        assert add(story, text=f"News {n}.").facts == {"addendum": n}
    with pytest.raises(Conflict, match="20"):
        add(story, text="One more.")
    assert broken_chains([story.issue]) == {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_two_at_once_get_a_number_each(transactional_db: None) -> None:
    story = Story(make_cast()).raised()
    cast = story.cast
    found = at_once([partial(add, story, cast.manager, "One."), partial(add, story, cast.representative, "Two.")])
    assert sorted(event.facts["addendum"] for event in found) == [1, 2]
    assert sorted(story.issue.addenda.values_list("n", "text")) == sorted(
        (event.facts["addendum"], event.texts.get().text) for event in found
    )
    assert broken_chains([story.issue]) == {}


@pytest.mark.usefixtures("story_time")
class TestPages:
    def test_it_is_added_from_the_issue_page_and_everybody_reads_it(self, story: Story) -> None:
        visitor = Visitor(story.raised(), story.cast.representative)
        home, address = f"/issues/{story.issue.number}/", visitor.page("addenda")
        assert f'href="/en{address}">Add to the issue</a>' in text_of(visitor.get(home))
        assert "Added later" not in text_of(Visitor(story, None).get(home))
        assert visitor.get(address).status_code == 200
        sent = {"as": "qamqor", "text": ADDED}
        check = text_of(visitor.post(address, sent))
        assert "Check before you publish" in check
        assert '<dd class="prose" lang="en"><p>The count of <strong>families</strong> is 40 now.</p>' in check
        assert not story.issue.addenda.exists(), "the check publishes nothing"
        again = text_of(visitor.post(address, sent, change="1"))
        assert f"{ADDED}</textarea>" in again
        answer = visitor.post(address, sent, confirmed="1")
        assert (answer.status_code, answer["Location"]) == (303, f"/en{home}#addendum-1")
        page = text_of(Visitor(story, None).get(home))
        assert "Added later (1)" in page
        assert "<strong>families</strong> is 40 now." in page
        assert "Add to the issue" not in page
        assert "Added by the NGO" in text_of(Visitor(story, None).get(f"{home}history/"))

    def test_a_text_with_a_telephone_number_asks_and_masks_it(self, story: Story) -> None:
        visitor = Visitor(story.raised(), story.cast.manager)
        text = "Call +7 701 555 12 34."
        sent = {"as": "qamqor", "text": text}
        asked = visitor.post(visitor.page("addenda"), sent)
        assert asked.status_code == 422
        assert f"{text}</textarea>" in text_of(asked)
        token = find(text)[0].token
        decided = sent | {f"personal.{token}": "mask"}
        check = text_of(visitor.post(visitor.page("addenda"), decided))
        assert f'<input type="hidden" name="personal.{token}" value="mask">' in check
        assert visitor.post(visitor.page("addenda"), decided, confirmed="1").status_code == 303
        assert "555" not in story.issue.addenda.get().text

    def test_others_are_refused_in_words_and_a_switch_is_noticed(self, story: Story) -> None:
        address = Visitor(story.raised(), story.cast.officer).page("addenda")
        for who in (story.cast.officer, story.cast.other_manager):
            assert Visitor(story, who).get(address).status_code == 403
            assert Visitor(story, who).post(address, {"text": ADDED}).status_code == 403
        visitor = Visitor(story, story.cast.manager)
        assert visitor.post(address, {"as": "zhasyl", "text": ADDED}).status_code == 409
        assert visitor.post(address, {"as": "qamqor", "text": ""}).status_code == 422
        assert not story.issue.addenda.exists()
