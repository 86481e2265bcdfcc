"""The page of an issue: who must act, what was said of each ask, whose turn it is."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backend.core.remembered import forget
from dialogue.actions import post_message
from tests.factories.stories import Story
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")


def seen(story: Story, player: Any = None) -> str:
    response = Visitor(story, player).get(f"/issues/{story.issue.number}/")
    assert response.status_code == 200
    return text_of(response)


def sentence(story: Story) -> str:
    found = re.search(r'<span class="sentence">(.*?)</span>', seen(story))
    assert found
    return re.sub(r"<[^>]+>", "", found[1]).replace("&#x27;", "'")


def buttons(html: str) -> list[str]:
    """The acts offered, by the last part of their address."""
    turn = html.partition('id="turn-panel"')[2].partition("</section>")[0]
    return [href.strip("/").split("/")[-1] for href in re.findall(r'href="([^"]+)"', turn)]


def test_the_first_line_says_who_must_act_and_by_when(story: Story) -> None:
    cast = story.cast
    story.raised()
    assert sentence(story) == ("The body takes up the issue and answers every ask by: 23 February 2026 (21 days left).")
    story.move("clarify_request", cast.officer, question="Which region?")
    assert sentence(story) == (
        "The body asked a question; the NGO answers it by: 16 February 2026."
        " The body's time to answer runs on: 23 February 2026 (21 days left)."
    )
    story.move("clarify", cast.manager, text="Aktobe.")
    assert sentence(story) == "The body answers every ask by: 23 February 2026 (21 days left)."
    story.later(days=21)
    assert sentence(story) == "The body answers every ask by: 23 February 2026 (today is the last day)."
    story.later(days=1)
    assert sentence(story) == "No answer in time. It was due: 23 February 2026 (1 day over)."
    story.move("dispute", cast.manager, asks=[1], reason="Silence.")
    assert sentence(story).startswith("No answer came, and the NGO disagrees. The body may still answer;")


def test_the_sentences_of_promises_reports_and_the_council(story: Story) -> None:
    cast = story.cast
    story.reported()
    assert sentence(story) == (
        "The body reports it done. The NGO confirms or disagrees by: 27 February 2026 (12 days left)."
    )
    story.move("dispute", cast.manager, asks=[1], reason="Nothing came.")
    assert "The public council concludes by:" in sentence(story)
    story.later(days=60)
    assert "the public council has been silent since" in sentence(story)


def test_the_sentence_of_an_end_says_on_whose_word(story: Story) -> None:
    cast = story.cast
    story.reported().move("confirm", cast.manager)
    assert sentence(story) == "Confirmed by the NGO on: 15 February 2026. NGO: Qamqor (en)."
    refused = Story(cast).answered("refused")
    story.on(refused.now)
    assert (
        sentence(refused) == "The body refused every ask on: 5 February 2026. The NGO may disagree until: 7 March 2026."
    )
    story.later(days=31)
    assert sentence(refused) == "The body refused every ask on: 5 February 2026."


def test_a_russian_sentence_ends_with_one_full_stop(story: Story) -> None:
    story = story.reported().move("confirm", story.cast.manager)
    html = text_of(Client().get(f"/ru/issues/{story.issue.number}/"))
    assert "г.</time>." not in html


def test_the_tracker_marks_one_step_and_dates_those_behind(story: Story) -> None:
    html = seen(story.disputed())  # a dispute stands where it came from
    steps = re.findall(
        r'<li class="(is-\w+)?"( aria-current="step")?>\s*<span class="tracker-label">([^<]+)</span>', html
    )
    assert steps == [
        ("is-done", "", "Raised"), ("is-done", "", "Under consideration"), ("is-done", "", "Answered"),
        ("is-done", "", "In progress"), ("is-current", ' aria-current="step"', "Reported done"), ("", "", "Resolved"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "reach", "offered"),
    [
        ("signatory", lambda story: story.raised(), ["accept", "answer", "clarify-request", "redirect", "extend"]),
        ("officer", lambda story: story.raised(), ["accept", "clarify-request", "prepare"]),
        ("manager", lambda story: story.raised(), ["withdraw"]),
        ("representative", lambda story: story.raised(), []),
        ("rival", lambda story: story.raised(), []),
        ("signatory", lambda story: story.answered("supported"), ["report-done", "commitments", "add"]),
        (
            "signatory",
            lambda story: story.answered("supported", "refused"),
            ["report-done", "commitments", "add", "answer"],
        ),
        ("manager", lambda story: story.reported(), ["confirm", "dispute", "withdraw"]),
        ("chair", lambda story: story.disputed().voted(done=True), ["vote", "conclude"]),
        ("stranger", lambda story: story.disputed(), []),
        ("moderator", lambda story: story.raised(), ["merge", "out-of-scope"]),
    ],
)
def test_your_turn_offers_what_the_table_allows_three_at_once(
    story: Story, who: str, reach: Any, offered: list[str]
) -> None:
    story = reach(story)
    player = getattr(story.cast, who)
    client = Client()
    client.force_login(getattr(player, "user", player))
    html = text_of(client.get(f"/en/issues/{story.issue.number}/"))
    assert set(buttons(html)) == set(offered)
    first = html.partition('id="turn-panel"')[2].partition("<details>")[0].partition("</section>")[0]
    assert first.count('<a class="button') == min(3, len(set(offered) - {"withdraw"}))
    assert "/withdraw/" not in first


def test_only_the_party_that_is_waited_for_reads_that_it_is_its_turn(story: Story) -> None:
    cast = story.raised().cast

    def turns() -> list[bool]:
        return ["Your turn" in seen(story, player) for player in (cast.manager, cast.signatory, cast.chair)]

    assert turns() == [False, True, False]
    story.move("clarify_request", cast.officer, question="Where?")
    assert turns() == [True, True, False]
    story = Story(cast).reported()
    assert turns() == [True, False, False]
    story.move("dispute", cast.manager, asks=[1], reason="No.")
    assert turns() == [False, False, True]


def test_a_visitor_sees_no_turn_and_is_asked_to_sign_in_to_write(story: Story) -> None:
    html = seen(story.raised())
    assert "turn-panel" not in html
    number = story.issue.number
    assert f'/en/accounts/login/?next=%2Fen%2Fissues%2F{number}%2F%23write"' in html
    assert "<textarea" not in html


def test_what_the_council_set_aside_stays_visible_and_labelled(story: Story) -> None:
    cast = story.cast
    story.disputed("supported", "refused").voted(done=False)
    story.move("conclude_not_done", cast.chair, text="Not **paid**.", until=(story.now + timedelta(5)).date())
    html = seen(story)
    ask = html.partition('id="ask-1"')[2].partition('id="ask-2"')[0]
    assert "Paid, see the register." in ask
    assert 'Set aside: <time datetime="2026-02-16">' in ask
    assert "set aside by the council" in ask
    dispute = html.partition('id="dispute-1"')[2].partition("</article>")[0]
    assert set(re.findall(r"<li>(\w[\w ]+): not done", dispute)) == {"Chair", "Member One", "Member Two"}
    assert "<p>Not <strong>paid</strong>.</p>" in dispute
    assert "the body reported it done" in dispute
    assert 'The body acts by: <time datetime="2026-02-21">' in dispute


def test_a_refusal_is_upheld_not_done(story: Story) -> None:
    cast = story.cast
    story.answered("refused").move("dispute", cast.manager, asks=[1], reason="The law says otherwise.").voted(done=True)
    assert "Chair: refusal upheld" in seen(story)
    story.move("conclude_done", cast.chair, text="The law stands.")
    html = seen(story)
    assert "<strong>refusal upheld</strong>" in html
    assert sentence(story) == "The body refused every ask, and the public council upheld it on: 5 February 2026."


def test_the_answer_has_its_signer_post_date_and_permanent_address(story: Story) -> None:
    html = seen(story.answered("supported", "refused"))
    answer = html.partition('id="answer-1"')[2].partition("</article>")[0]
    assert "Signed: Signatory, Post" in answer
    assert '<time datetime="2026-02-05">5 February 2026</time>' in answer
    assert 'href="#answer-1"' in answer
    assert re.findall(r'href="#ask-(\d)"', answer) == ["1", "2"]


def test_a_commitment_shows_its_first_date_slippage_and_result(story: Story) -> None:
    cast = story.cast
    story.answered("supported", due=(story.now + timedelta(10)).date())
    promise = story.issue.commitments.get()
    story.move(
        "commitment_reschedule", cast.signatory, commitment=promise.pk, due=promise.due + timedelta(20), reason="No."
    )
    row = seen(story).partition(f'id="commitment-{promise.pk}"')[2].partition("</tr>")[0]
    assert f'datetime="{promise.first_due.isoformat()}"' in row
    assert f'datetime="{(promise.due + timedelta(20)).isoformat()}"' in row
    assert "+20 days" in row
    assert "Not due yet" in row
    story.later(days=30)
    assert "Broken" in seen(story).partition(f'id="commitment-{promise.pk}"')[2].partition("</tr>")[0]


def test_words_of_people_are_marked_with_their_language_and_cannot_break_out(story: Story) -> None:
    story = story.raised(
        asks=["<b>Төлеңіз</b>"], title="<script>alert(1)</script>", body="<img src=x onerror=1> **қ**", language="kk"
    )
    html = seen(story)
    assert '<h1 lang="kk">&lt;script&gt;alert(1)&lt;/script&gt;</h1>' in html
    assert '<p class="ask-text" lang="kk">&lt;b&gt;Төлеңіз&lt;/b&gt;</p>' in html
    assert "<img" not in html


def _parts(story: Story, parts: int) -> str:
    """A dispute over so many asks, each answered, promised, reported and voted on; as many messages; its address."""
    cast = story.cast
    story.disputed(*["supported"] * parts).voted(done=False)
    for _ in range(parts):
        top = post_message(issue=story.issue, **cast.manager.acts, body="When?", at=story.now)
        post_message(issue=story.issue, **cast.officer.acts, body="Soon.", parent=top.seq, at=story.now)
    return f"/en/issues/{story.issue.number}/"


def test_the_page_asks_the_database_the_same_with_one_part_and_with_three(
    story: Story, django_assert_num_queries: Any
) -> None:
    cast = story.cast
    addresses = _parts(Story(cast), 1), _parts(Story(cast), 3)
    for player, expected in ((None, 12), (cast.officer, 21), (cast.manager, 19), (cast.chair, 20)):
        client = Client()
        if player:
            client.force_login(player.user)
        forget()
        for address in addresses:
            with django_assert_num_queries(expected + 1):
                assert client.get(address).status_code == 200


def test_a_thread_that_was_shown_to_somebody_is_not_read_again_for_another(
    story: Story, django_assert_num_queries: Any
) -> None:
    address, cast = _parts(story, 1), story.cast
    for player, expected in ((None, 13), (cast.officer, 18), (cast.manager, 16)):
        client = Client()
        if player:
            client.force_login(player.user)
        with django_assert_num_queries(expected):
            assert client.get(address).status_code == 200


def test_each_button_leads_to_a_page(story: Story) -> None:
    story = story.answered("supported", "refused")
    visitor = Visitor(story, story.cast.signatory)
    html = text_of(visitor.get(f"/issues/{story.issue.number}/"))
    turn = html.partition('id="turn-panel"')[2].partition("</section>")[0]
    for href in re.findall(r'href="([^"]+)"', turn):
        assert visitor.client.get(href).status_code == 200, href


def test_the_page_explains_the_date_now_owed_and_only_a_counted_one(story: Story) -> None:
    html = seen(story.raised())
    why = html.partition('id="why-due" popover>')[2].partition("</div>")[0]
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", why))
    assert "Answer 23 February 2026 Limit 15 working days Counted after 2 February 2026 Weekend days left out 6" in said
    assert f'href="/en/issues/{story.issue.number}/clock/"' in why
    assert "why-due" not in seen(story.answered("supported"))  # a date that the body promised


def step_now(story: Story) -> str:
    """The line that stands for the tracker on a phone."""
    html = seen(story).partition('class="tracker-fold"')[2].partition("<summary>")[2].partition("</summary>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)).strip()


def test_a_phone_has_the_steps_in_one_line_and_what_comes_next(story: Story) -> None:
    said = [step_now(story.raised()), step_now(story.accepted())]
    story.move("clarify_request", story.cast.officer, question="Since when?")
    said.append(step_now(story))
    assert said == [
        "Step 1 of 6: Raised. Next: the body takes it up",
        "Step 2 of 6: Under consideration. Next: the body answers",
        "Step 2 of 6: Under consideration. Next: the NGO answers the question",
    ]


def test_what_comes_next_follows_the_answer_to_the_end(story: Story) -> None:
    said = [step_now(story.answered("supported")), step_now(story.reported())]
    story.move("confirm", story.cast.manager)
    said.append(step_now(story))
    assert said == [
        "Step 4 of 6: In progress. Next: the body reports it done",
        "Step 5 of 6: Reported done. Next: the NGO confirms or disagrees",
        "Step 6 of 6: Resolved",
    ]


def test_a_refusal_may_be_disputed_for_a_time_and_then_nothing_comes(story: Story) -> None:
    assert step_now(story.answered("refused")) == "Step 3 of 6: Answered. Next: the NGO may disagree"
    refused = story.now
    story.later(days=1).move("dispute", story.cast.manager, asks=[1], reason="No.")
    assert step_now(story) == "Step 3 of 6: Answered. Next: the council concludes"
    other = Story(story.cast, refused).answered("refused")
    story.now = refused + timedelta(days=400)
    assert step_now(other) == "Step 3 of 6: Answered"


def test_no_link_is_read_out_as_a_number_alone(story: Story) -> None:
    cast = story.cast
    story.raised()
    for parent in (None, 1):
        post_message(issue=story.issue, **cast.manager.acts, body="Nothing came.", parent=parent, at=story.now)
    page = seen(story, cast.officer)
    links = [re.sub(r"<[^>]+>", "", inner).strip() for inner in re.findall(r"<a [^>]*>(.*?)</a>", page, re.DOTALL)]
    assert "Message #2" in links
    assert [each for each in links if re.fullmatch(r"#?\d*", each)] == []
