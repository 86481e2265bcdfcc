"""Legacy issues on the pages: told apart, with the register's own words and no buttons; outside every number of ours."""

from pathlib import Path

import pytest
from django.test import Client

from backend.organisations.actions import legacy_body
from tests.factories.people import Cast
from tests.factories.registers import ANSWERED, jsonl, mapping, row, take, taken_issue
from tests.factories.stories import Story
from tests.issues.imports.test_mapping import ROW, WHOLE
from tests.issues.visiting import Visitor

pytestmark = pytest.mark.django_db


def read(path: str, client: Client | None = None) -> str:
    response = (client or Client()).get(path)
    assert response.status_code == 200, path
    return str(response.content.decode())


@pytest.fixture
def page(tmp_path: Path) -> str:
    """The address of an answered legacy issue, with everything that a register can give."""
    take(jsonl(tmp_path, [ROW]), mapping(tmp_path, WHOLE))
    return f"/issues/{taken_issue('17').number}/"


def test_its_page_says_where_it_comes_from_and_what_its_register_says(page: str) -> None:
    html = read(f"/en{page}")
    assert "Taken over from another register; no clock runs and no move is made here." in html
    assert 'Register: <span lang="ru">Old register</span>' in html
    assert '<a href="https://old.example/17" rel="nofollow noopener noreferrer">read it there</a>' in html
    assert 'State in its register: <strong lang="ru">Closed by the office</strong>' in html
    assert '<dt>Number in its register</dt><dd class="number">17</dd>' in html
    assert "The Labour Office; Ministry of Ecology" in html
    assert 'Raised: <time datetime="2019-05-07">' in html, "half past ten in the evening in Greenwich"


def test_its_answer_has_a_date_and_a_body_and_nobody_who_signed(page: str) -> None:
    answer = read(f"/en{page}").partition('id="answer-1"')[2].partition("</article>")[0]
    assert '<time datetime="2019-06-03">3 June 2019</time> · Ministry of Labour and Social Protection' in answer
    assert "Taken over from its register" in answer
    assert "Not stated" in answer
    assert "Signed" not in answer
    assert "None" not in answer


@pytest.mark.parametrize("who", ["", "manager", "officer", "signatory", "moderator", "chair"])
def test_nobody_gets_a_button_a_form_a_clock_or_a_tracker(page: str, who: str, cast: Cast) -> None:
    visitor = Visitor(Story(cast), getattr(cast, who) if who else None)
    html = read(f"/en{page}", visitor.client)
    for part in ('id="turn-panel"', "<textarea", 'class="tracker"', "clock/", "cosign/", "Sign in and choose"):
        assert part not in html
    assert html.count("This issue was taken over from another register: it is not discussed here.") == 1


def test_its_history_tells_both_dates_and_reads_what_was_kept(page: str) -> None:
    html = read(f"/en{page}history/")
    assert "<h2>Raised in another register</h2>" in html
    assert "<h2>Answer in the other register</h2>" in html
    assert "Status: Draft" not in html
    assert "By the clock" not in html
    assert '<dt>Entered here</dt><dd><time datetime="2026-02-02">' in html
    assert '<dt>Answered</dt><dd><time datetime="2019-06-03">' in html
    assert "<dt>Topic</dt><dd>Land</dd><dt>Region</dt><dd>Aktobe Region</dd>" in html
    assert "<p>All offices: The Labour Office; Ministry of Ecology<br>Votes: 12</p>" in html


def test_what_is_recorded_again_says_what_changed(tmp_path: Path) -> None:
    take(jsonl(tmp_path, [row()]))
    take(jsonl(tmp_path, [row(source_status="", topic="land", title="Another title")]))
    entry = read(f"/en/issues/{taken_issue().number}/history/").partition('id="event-2"')[2]
    assert "The other register says something else now" in entry
    assert "<dt>Topic</dt><dd>Land</dd>" in entry
    assert "<dt>No longer said</dt><dd>State in its register</dd>" in entry
    assert "Another title" in entry


def test_one_without_an_answer_says_so(tmp_path: Path) -> None:
    take(jsonl(tmp_path, [row()]))
    html = read(f"/en/issues/{taken_issue().number}/")
    assert "No answer recorded" in html
    assert "Not stated" not in html
    assert 'id="answers"' not in html


def test_the_list_shows_it_only_where_it_is_asked_for(tmp_path: Path, story: Story) -> None:
    ours = story.raised().issue.number
    take(jsonl(tmp_path, [row(**ANSWERED), row("8", body_addressed="Home Office")]), create_bodies=True)
    html = read("/en/issues/")
    assert '<h1 id="list-heading">1 issue<' in html
    assert ours in html
    html = read("/en/issues/?origin=legacy")
    assert '<h1 id="list-heading">2 issues<' in html
    assert ours not in html
    answered = html.partition(f'id="issue-{taken_issue().number}"')[2].partition("</li>")[0]
    assert 'Answered: <time datetime="2019-06-03">' in answered
    assert 'State in its register: <span lang="en">Closed</span>' in answered
    assert "NGO:" not in answered
    assert '<option value="legacy" selected>Recorded elsewhere</option>' in html
    assert '<h1 id="list-heading">1 issue<' in read("/en/issues/?origin=legacy&body=home-office")


def test_the_choice_of_bodies_is_that_of_the_list(tmp_path: Path) -> None:
    legacy_body(name="Home Office", slug="home-office")
    assert 'value="home-office"' not in read("/en/issues/")
    assert 'value="home-office"' in read("/en/issues/?origin=legacy")


def test_no_number_of_ours_counts_it(tmp_path: Path, story: Story) -> None:
    story.raised()
    before = read("/en/").partition('class="numbers"')[2].partition("</ul>")[0]
    take(jsonl(tmp_path, [row(str(n), raised_at="2026-01-10") for n in range(5)]))
    assert read("/en/").partition('class="numbers"')[2].partition("</ul>")[0] == before
    assert read("/en/").count('<li class="row"') == 1
    html = read("/en/bodies/labour/")
    assert '<dt>All</dt><dd><a href="/en/issues/?body=labour">1 issue</a>' in html
    assert '<dt>Recorded elsewhere</dt><dd><a href="/en/issues/?body=labour&amp;origin=legacy">5 issues</a>' in html
    assert "Recorded elsewhere" not in read("/en/bodies/ecology/")


def test_a_body_known_from_a_register_alone_says_so_and_counts_that_register(tmp_path: Path) -> None:
    take(jsonl(tmp_path, [row(body_addressed="Home Office")]), create_bodies=True)
    html = read("/en/bodies/home-office/")
    assert "This body is known from another register alone: no issue can be addressed to it here." in html
    assert "does not exist today" not in html
    assert html.count("<dt>") == 1


def test_the_party_that_raised_it_has_no_page_and_no_place_among_ngos(page: str) -> None:
    for kind in ("ngos", "bodies"):
        assert Client().get(f"/en/{kind}/recorded-elsewhere/").status_code == 404
    assert "recorded-elsewhere" not in read(f"/en{page}")
    assert "ngo=recorded-elsewhere" in read("/en/issues/?ngo=recorded-elsewhere").replace("&amp;", "&")


def test_the_words_are_there_in_kazakh_and_russian(page: str) -> None:
    for language, words in (("kk", "Өз тізіліміндегі күйі: "), ("ru", "Состояние в своём реестре: ")):
        assert f"{words}<strong" in read(f"/{language}{page}")
