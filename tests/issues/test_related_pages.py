"""Related issues on pages: named with a check before, shown on both, taken back; a draft's are on nobody's page."""

import re
from typing import Any

import pytest
from django.test import Client

from backend.core.remembered import forget
from issues.models import Relation
from tests.factories.people import Player
from tests.factories.stories import Story
from tests.issues.test_related import closed, name, raised
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def related(story: Story, who: Player | None = None) -> list[tuple[str, str, str]]:
    """What it is, number and status of each issue in the list, as a reader has it."""
    html = text_of(Visitor(story, who).get(f"/issues/{story.issue.number}/"))
    part = html.partition('id="related"')[2].partition("</ul>")[0]
    rows = re.findall(
        r'<span class="meta">([^<]+):</span>.*?class="number">([^<]+)<.*?</svg>([^<]+)</span>', part, re.DOTALL
    )
    return [(label, number, status) for label, number, status in rows]


def test_it_is_named_after_a_check_and_shown_on_both(story: Story) -> None:
    cast = story.cast
    old, story = closed(cast, by=cast.other_manager), story.later(days=1).raised()
    visitor, number = Visitor(story, cast.representative), old.issue.number
    home = f"/issues/{story.issue.number}/"
    assert f'href="/en{home}related/"' in text_of(visitor.get(home))
    assert visitor.get(visitor.page("related")).status_code == 200
    sent = {"as": "qamqor", "other": f" {number} ", "kind": "recurs"}
    check = visitor.post(visitor.page("related"), sent)
    assert check.status_code == 200
    for words in ("Check before you publish", str(number), old.issue.title, "Withdrawn by the NGO"):
        assert words in text_of(check)
    assert not Relation.objects.exists()
    assert story.issue.rev == 1
    again = text_of(visitor.post(visitor.page("related"), sent, change="1"))
    assert f'value=" {number} "' in again
    done = visitor.post(visitor.page("related"), sent, confirmed="1")
    assert (done.status_code, done["Location"]) == (303, f"/en{home}#related")
    assert related(story) == [("The same problem, raised before", number, "Withdrawn by the NGO")]
    assert related(old) == [("The same problem, raised again", story.issue.number, "Raised")]
    assert "raised before: 1 time<" in text_of(visitor.get(home))
    assert "raised again: 1 time<" in text_of(visitor.get(f"/issues/{number}/"))
    history = text_of(Visitor(old, None).get(f"/issues/{number}/history/"))
    assert "Named in another issue that belongs with this one" in history
    assert f'<a href="/en{home}">{story.issue.number}</a>' in history


def test_it_is_taken_back_after_a_question(story: Story) -> None:
    cast = story.cast
    other, story = raised(cast, by=cast.other_manager), story.raised()
    name(story, other)
    visitor = Visitor(story, cast.manager)
    address = f"{visitor.page('related')}{other.issue.number}/take-back/"
    assert f'href="/en{address}"' in text_of(visitor.get(visitor.page("related")))
    assert other.issue.title in text_of(visitor.get(address))
    assert Relation.objects.standing().exists()
    assert visitor.post(address, {"as": "zhasyl"}).status_code == 409
    done = visitor.post(address, {"as": "qamqor"})
    assert (done.status_code, done["Location"]) == (303, f"/en/issues/{story.issue.number}/")
    assert (related(story), related(other)) == ([], [])
    assert visitor.post(address, {"as": "qamqor"}).status_code == 409
    assert visitor.get(address).status_code == 404
    assert "Link from another issue taken back" in text_of(visitor.get(f"/issues/{other.issue.number}/history/"))


def test_errors_stand_beside_their_fields_and_input_stays(story: Story) -> None:
    visitor = Visitor(story.raised(), story.cast.manager)
    page = visitor.page("related")
    for sent, words in (
        ({}, "There is no issue of this number."),
        ({"other": "<script>alert(1)</script>", "kind": "related"}, "There is no issue of this number."),
        ({"other": story.issue.number, "kind": "related"}, "This is the number of the issue itself."),
        ({"other": "2026-000001", "kind": "split"}, "Choose one of the options."),
    ):
        for confirmed in ({}, {"confirmed": "1"}):
            answer = visitor.post(page, {"as": "qamqor"} | sent | confirmed)
            html = text_of(answer)
            assert answer.status_code == 422
            assert words in html.partition("error-summary")[2].partition("</div>")[0]
            assert "<script>alert" not in html
            assert not sent.get("other") or f'value="{sent["other"]}"'.replace("<", "&lt;").replace(">", "&gt;") in html
    assert story.issue.rev == 1


def test_others_are_refused_in_words_and_a_switch_is_noticed(story: Story) -> None:
    other, story = raised(story.cast), story.raised()
    name(story, other)
    page = f"/issues/{story.issue.number}/related/"
    for who in (story.cast.other_manager, story.cast.officer, story.cast.moderator):
        for address in (page, f"{page}{other.issue.number}/take-back/"):
            assert Visitor(story, who).get(address).status_code == 403
            refusal = Visitor(story, who).post(address, {"other": other.issue.number, "kind": "related"})
            assert refusal.status_code == 403
            assert "NGO that holds the issue" in text_of(refusal)
        assert page not in text_of(Visitor(story, who).get(f"/issues/{story.issue.number}/"))
    sent = {"as": "zhasyl", "other": other.issue.number, "kind": "related"}
    assert Visitor(story, story.cast.manager).post(page, sent).status_code == 409
    assert Relation.objects.count() == 1


def test_a_closed_issue_shows_why_it_names_no_more_and_what_can_be_taken_back(story: Story) -> None:
    other, story = raised(story.cast), story.raised()
    name(story, other)
    story.move("withdraw", story.cast.manager, reason="Solved.")
    page = text_of(Visitor(story, story.cast.manager).get(f"/issues/{story.issue.number}/related/"))
    assert "This issue is not open" in page
    assert 'name="other"' not in page
    assert f"{other.issue.number}/take-back/" in page


def test_what_a_draft_names_is_on_no_page_but_its_ngos(story: Story) -> None:
    cast = story.cast
    other = raised(cast, by=cast.other_manager)
    number = other.issue.number
    visitor = Visitor(story.draft(title="A secret plan"), cast.representative)
    steps = f"/issues/drafts/{story.issue.uuid}/"
    sent = {"version": story.issue.version, "relations.related": f" {number},2026-000777", "relations.recurs": ""}
    wrong = visitor.post(f"{steps}related/", sent)
    assert wrong.status_code == 422
    assert "2026-000777: There is no issue of this number." in text_of(wrong)
    assert f'value=" {number},2026-000777"' in text_of(wrong)
    saved = visitor.post(f"{steps}related/", sent | {"relations.related": f"{number};"})
    assert (saved.status_code, saved["Location"]) == (303, f"/en{steps}files/")
    assert f'value="{number}"' in text_of(visitor.get(f"{steps}related/"))
    assert number in text_of(visitor.get(steps))
    for who in (None, cast.other_manager, cast.manager, cast.moderator, cast.signatory):
        for page in ("", "history/", "thread/?after=0"):
            html = text_of(Visitor(story, who).get(f"/issues/{number}/{page}"))
            assert ("A secret plan" in html, str(story.issue.uuid) in html, 'id="related"' in html) == (
                False, False, who == cast.other_manager and page == "",
            )  # fmt: skip
    assert related(other, cast.other_manager) == []
    visitor = Visitor(story, cast.manager)
    assert visitor.post(f"{steps}submit/", {"version": story.issue.version}).status_code == 303
    assert related(other) == [("Related", story.issue.number, "Raised")]


def test_an_issue_that_was_opened_again_leads_back_to_its_step(story: Story) -> None:
    old = Story(story.cast).answered("refused")
    story.on(old.now).draft(relations={"recurs": [old.issue.number]})
    old.move("dispute", story.cast.manager, asks=[1], reason="No.")
    visitor = Visitor(story, story.cast.manager)
    answer = visitor.post(f"/issues/drafts/{story.issue.uuid}/submit/", {"version": story.issue.version})
    assert answer.status_code == 422
    assert '<a href="#check-related">' in text_of(answer)


def test_a_hostile_title_is_only_text(story: Story) -> None:
    bad = "<script>alert(1)</script>"
    other, story = raised(story.cast, by=story.cast.other_manager), story.raised(title=bad)
    name(story, other)
    html = text_of(Visitor(other, None).get(f"/issues/{other.issue.number}/"))
    assert bad not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_pages_ask_the_database_the_same_with_one_link_and_with_three(
    story: Story, django_assert_num_queries: Any
) -> None:
    cast = story.cast
    old = [closed(cast, by=cast.other_manager) for _ in range(3)]
    one, three = raised(cast, 1), raised(cast, 1)
    name(one, old[0], "recurs")
    for each in old:
        name(three, each, "recurs")
    story.later(days=1)
    for who, page, expected in (
        (None, "", 12), (cast.manager, "", 18), (None, "history/", 5), (cast.manager, "related/", 9),
    ):  # fmt: skip
        client = Client()
        if who:
            client.force_login(who.user)
        for each in (one, three):
            address = f"/en/issues/{each.issue.number}/{page}"
            forget()
            with django_assert_num_queries(expected):
                assert client.get(address).status_code == 200


def test_only_the_newest_of_very_many_are_shown_beside_ones_own(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("issues.relations.SHOWN", 3)
    cast = story.cast
    own, story = raised(cast), story.raised()
    name(story, own)
    others = [raised(cast, day, cast.other_manager) for day in range(4)]
    for each in others:
        name(each, story, "related", cast.other_manager)
    assert [number for __, number, __ in related(story)] == [
        own.issue.number, others[2].issue.number, others[3].issue.number,
    ]  # fmt: skip
    assert "Related issues (3+)" in text_of(Visitor(story, None).get(f"/issues/{story.issue.number}/"))
