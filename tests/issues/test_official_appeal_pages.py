"""A registered official appeal on pages: who links it where, and where everybody reads what it changes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from issues.actions.lapses import enter_what_is_due
from tests.factories.stories import Story
from tests.issues.matrix.roles import ROLES
from tests.issues.test_official_appeal import APPEAL, LATE, NUMBER, OF_LAW, REFUSAL, link
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

pytestmark = pytest.mark.usefixtures("story_time")

TYPED = {"as": "qamqor", "official_number": NUMBER, "official_date": "2026-02-02"}


def test_it_is_linked_in_two_steps_and_everybody_reads_it(story: Story) -> None:
    visitor, home = Visitor(story.raised(), story.cast.manager), f"/issues/{story.issue.number}/"
    address = visitor.page("official-appeal")
    assert f'href="/en{address}">Link a registered official appeal</a>' in text_of(visitor.get(home))
    assert visitor.get(address).status_code == 200
    check = text_of(visitor.post(address, TYPED))
    assert "Check before you publish" in check
    assert OF_LAW.replace("'", "&#x27;") in check
    assert (story.issue.rev, story.issue.official_number) == (1, ""), "nothing is written yet"
    changed = text_of(visitor.post(address, TYPED, change="1"))
    assert f'value="{NUMBER}"' in changed
    done = visitor.post(address, TYPED, confirmed="1")
    assert (done.status_code, done["Location"]) == (303, f"/en{home}")
    assert visitor.post(address, TYPED, confirmed="1").status_code == 303, "a second click is not an error"
    assert story.issue.rev == 2
    page = text_of(Visitor(story, None).get(home))
    assert NUMBER in page
    assert OF_LAW.replace("'", "&#x27;") in page
    assert "Link a registered official appeal" not in text_of(visitor.get(home))
    history = text_of(Visitor(story, None).get(f"{home}history/"))
    for words in ("Registered official appeal linked", "Number of the official appeal", NUMBER, "2 February 2026"):
        assert words in history


def test_a_second_appeal_is_refused_in_words(story: Story) -> None:
    visitor = Visitor(story.raised(**APPEAL), story.cast.manager)
    for answer in (
        visitor.get(visitor.page("official-appeal")),
        visitor.post(visitor.page("official-appeal"), TYPED, official_number="ЖТ-2", confirmed="1"),
    ):
        assert answer.status_code == 409
        assert f"Number: {NUMBER}, date: 02.02.2026" in text_of(answer)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("official_number", "<script>alert(1)</script>"), ("official_number", "9" * 10_000), ("official_number", ""),
        ("official_date", "1900-01-01"), ("official_date", "2030-01-01"), ("official_date", "x"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(story: Story, field: str, value: str) -> None:
    visitor = Visitor(story.raised(), story.cast.manager)
    answer = visitor.post(visitor.page("official-appeal"), TYPED, **{field: value})
    page = text_of(answer)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert "<script>alert" not in page
    assert (NUMBER if field == "official_date" else "2026-02-02") in page
    assert story.issue.official_number == ""


def test_others_see_no_link_and_are_refused_in_words(story: Story) -> None:
    story.raised()
    home, address = f"/issues/{story.issue.number}/", f"/issues/{story.issue.number}/official-appeal/"
    cast = story.cast
    for who in (cast.representative, cast.other_manager, cast.officer, cast.signatory, cast.moderator, cast.chair):
        visitor = Visitor(story, who)
        assert "Link a registered official appeal" not in text_of(visitor.get(home))
        answer = visitor.get(address)
        assert (answer.status_code, "A manager of the NGO" in text_of(answer)) == (403, True)
        assert visitor.post(address, TYPED, confirmed="1").status_code == 403
    assert Visitor(story, None).get(address).status_code == 302
    switched = Visitor(story, cast.manager).post(address, TYPED | {"as": "zhasyl"}, confirmed="1")
    assert switched.status_code == 409
    assert story.issue.official_number == ""


def test_the_wizard_asks_for_it_and_the_check_shows_it(story: Story) -> None:
    draft = story.draft().issue
    visitor, address = Visitor(story, story.cast.representative), f"/issues/drafts/{draft.uuid}/"
    where = {"topic": "social-security", "region": "KZ-15", "place": "", "body_addressed": "labour"}
    assert "none linked" in text_of(visitor.get(address))
    half = visitor.post(f"{address}where/", where | {"version": draft.version, "official_number": NUMBER})
    assert (half.status_code, 'id="id_official_date_error"' in text_of(half)) == (422, True)
    sent = where | {"version": draft.version, "official_number": NUMBER, "official_date": "2026-02-02"}
    assert visitor.post(f"{address}where/", sent).status_code == 303
    assert NUMBER in text_of(visitor.get(address))
    assert 'value="2026-02-02"' in text_of(visitor.get(f"{address}where/"))


def test_on_a_draft_nobody_but_its_ngo_sees_it(story: Story) -> None:
    draft = story.draft(**APPEAL).issue
    for role in (*(role for role in ROLES if role not in ("stranger", "system")), None):
        who = story.cast.members[0] if role == "member" else getattr(story.cast, role or "", None)
        visitor = Visitor(story, who)
        answers = [visitor.get(f"/issues/drafts/{draft.uuid}/{step}") for step in ("", "where/")]
        ours = role in ("manager", "representative")
        assert [each.status_code for each in answers] == [200 if ours else 404 if role else 302] * 2, role
        pages = [text_of(each) for each in (*answers, visitor.get("/issues/"), visitor.get(f"/issues/?q={NUMBER}"))]
        assert (
            any(NUMBER in page.replace(f"q={NUMBER}", "").replace(f'value="{NUMBER}"', "") for page in pages[:2])
            == ours
        )
        assert "Grants are three months late" not in "".join(pages[2:])


def test_the_body_finds_it_on_its_desk_and_beside_the_answer(story: Story) -> None:
    story.accepted()
    visitor = Visitor(story, story.cast.signatory)
    pages = ("/desk/", visitor.page("answer"), visitor.page("extend"))
    assert not any(NUMBER in text_of(visitor.get(page)) for page in pages)
    link(story)
    for page in pages:
        html = text_of(visitor.get(page))
        assert f'<span class="number">{NUMBER}</span>, <time datetime="2026-02-02">2 February 2026</time>' in html
    assert REFUSAL not in text_of(visitor.get("/desk/"))
    story.on(LATE)
    assert REFUSAL in text_of(Visitor(story, story.cast.signatory).get("/desk/"))


def test_the_clock_says_whose_each_limit_is(story: Story) -> None:
    link(story.accepted())
    other = Story(story.cast).raised()
    for each, follows in (
        (other, "the platform&#x27;s own rule, which follows: "),
        (story, "the law&#x27;s limit: "),
    ):
        page = text_of(Visitor(story, None).get(f"/issues/{each.issue.number}/clock/"))
        rows = [row.partition("</dd>")[0] for row in page.split("<dt>Follows</dt><dd>")[1:]]
        code = "Administrative Procedural and Process-Related Code, art. "
        assert sorted(rows) == sorted(["the platform&#x27;s own rule", f"{follows}{code}65", f"{follows}{code}76"])
        assert (NUMBER in page) == (each is story)
    story.on(LATE)
    pages = [text_of(Visitor(story, None).get(f"/issues/{each.issue.number}/clock/")) for each in (story, other)]
    assert [REFUSAL in page for page in pages] == [True, False]


def test_the_history_says_that_silence_was_a_refusal_by_law(story: Story) -> None:
    link(story.raised())
    enter_what_is_due(LATE)
    page = text_of(Visitor(story, None).get(f"/issues/{story.issue.number}/history/"))
    assert "No answer in time: by law a refusal" in page
    assert "<dd>no answer in time counts as a refusal (APPC art. 91(2))</dd>" in page


def test_the_pages_ask_the_database_no_more_because_of_it(story: Story) -> None:
    other, cast = Story(story.cast).raised(), story.cast
    link(story.raised())
    counts = []
    for each in (other, story):
        home = f"/issues/{each.issue.number}/"
        pages = [(None, home), (cast.officer, home), (None, f"{home}clock/"), (cast.signatory, f"{home}answer/")]
        for who, page in pages:
            visitor = Visitor(each, who)
            with CaptureQueriesContext(connection) as caught:
                assert visitor.get(page).status_code == 200
            counts.append(len(caught))
    assert counts[:4] == counts[4:]
