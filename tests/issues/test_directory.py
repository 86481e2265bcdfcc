"""All state bodies and all NGOs: where they stand, what is open there, and how one of them is found."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backend.organisations.models import Kind, Organisation, Standing
from issues.directory import PAGE_SIZE
from tests.factories.people import Cast
from tests.factories.stories import Story
from tests.issues.visiting import story_time, text_of  # noqa: F401


def named(kind: str, slug: str, name: str, **more: Any) -> Organisation:
    names = {f"name_{language}": name for language in ("kk", "ru", "en")}
    standing = {"standing": Standing.VERIFIED} | more
    return Organisation.objects.create(kind=kind, slug=slug, **names, **standing)


def read(path: str) -> str:
    return unescape(text_of(Client().get(f"/en{path}")))


def slugs_on(path: str, of: str) -> list[str]:
    return re.findall(rf'<th scope="row"[^>]*><a href="/en/{of}/([\w-]+)/">', read(path))


def queries(path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert Client().get(f"/en{path}").status_code == 200
    return len(seen)


@pytest.mark.usefixtures("story_time")
class TestBodies:
    def test_each_number_is_the_heading_of_the_list_it_leads_to(self, story: Story) -> None:
        story.raised()
        Story(story.cast).disputed()
        story.later(days=40)
        page = read("/bodies/")
        numbers = re.findall(r'href="(/en/issues/\?body=labour&[^"]+)">(\d+)<', page)
        assert [(href.rpartition("&")[2], n) for href, n in numbers] == [
            ("status=open", "2"), ("overdue=1", "1"), ("status=disputed", "1"),
        ]  # fmt: skip
        for href, n in numbers:
            heading = re.search(r'<h1 id="list-heading">(\d+) issue', read(href.removeprefix("/en")))
            assert heading
            assert heading[1] == n, href

    def test_a_department_stands_under_its_ministry(self, cast: Cast) -> None:
        named(Kind.STATE_BODY, "care", "A Department of Care", body_type="department", parent=cast.ministry)
        named(Kind.STATE_BODY, "alone", "A Department of Nothing", body_type="department")
        page = read("/bodies/")
        found = slugs_on("/bodies/", "bodies")
        assert found.index("care") == found.index("labour") + 1
        assert '<th scope="row" class="below"><a href="/en/bodies/care/">' in page
        assert "alone" in found[found.index("care") :]
        assert "Other bodies" in page

    def test_ended_ones_and_those_of_other_registers_stand_apart(self, story: Story) -> None:
        day = story.now.date()
        named(Kind.STATE_BODY, "past", "Past", body_type="ministry", valid_to=day.replace(year=2020))
        named(Kind.STATE_BODY, "other", "Other", body_type="legacy")
        page = read("/bodies/")
        assert not {"past", "other"} & set(slugs_on("/bodies/", "bodies"))
        assert '<a href="/en/bodies/past/">Past</a>' in page.split('id="ended"')[1]
        assert '<a href="/en/bodies/other/">Other</a>' in page.split('id="elsewhere"')[1]

    def test_it_costs_the_same_however_many_issues_there_are(self, story: Story) -> None:
        story.raised()
        few = queries("/bodies/")
        for _ in range(2):
            Story(story.cast).raised(by=story.cast.other_manager)
        assert queries("/bodies/") == few == 3  # what is newest; bodies, counts


@pytest.mark.usefixtures("cast")
class TestNgos:
    def test_they_stand_by_name_with_their_standing_and_open_issues(self, story: Story) -> None:
        story.raised()
        Organisation.objects.filter(slug="zhasyl").update(standing=Standing.SUSPENDED)
        page = read("/ngos/")
        assert slugs_on("/ngos/", "ngos") == ["qamqor", "zhasyl"]
        assert [page.count(f"</svg>{word}</span>") for word in ("Verified", "Suspended")] == [1, 1]
        assert 'href="/en/issues/?ngo=qamqor&status=open">1<' in page

    def test_whoever_is_not_verified_is_not_there(self) -> None:
        named(Kind.NGO, "new", "New", standing=Standing.PENDING)
        assert "new" not in slugs_on("/ngos/", "ngos")

    def test_one_is_found_by_a_part_of_a_name_in_any_language_and_by_bin(self) -> None:
        found = named(Kind.NGO, "umit", "Umit", bin="061211600012")
        Organisation.objects.filter(pk=found.pk).update(name_kk="Үміт қоры")
        for q in ("МІТ", "umi", "061211600012"):
            assert slugs_on(f"/ngos/?q={q}", "ngos") == ["umit"], q
        for q in ("0612116000", "nobody", "%"):
            assert slugs_on(f"/ngos/?q={q}", "ngos") == [], q
        assert "No NGO matches." in read("/ngos/?q=nobody")

    def test_before_any_is_verified_the_page_says_what_to_read(self) -> None:
        Organisation.objects.ngos().update(standing=Standing.PENDING)
        page = read("/ngos/")
        assert "No NGO has been verified yet." in page
        assert 'href="/en/about/">How it works</a>' in page

    def test_pages_lead_on_and_back_and_each_ngo_stands_on_one_of_them(self) -> None:
        for n in range(PAGE_SIZE + 5):
            named(Kind.NGO, f"n-{n}", "The same name" if n % 2 else f"Name {n:03}")
        first = slugs_on("/ngos/", "ngos")
        older = re.search(r'href="(\?after=[\w-]+)" rel="next"', read("/ngos/"))
        assert older
        second = slugs_on(f"/ngos/{older[1]}", "ngos")
        assert (len(first), len(second)) == (PAGE_SIZE, 7)
        assert not set(first) & set(second)
        newer = re.search(r'href="(\?before=[\w-]+)" rel="prev"', read(f"/ngos/{older[1]}"))
        assert newer
        assert slugs_on(f"/ngos/{newer[1]}", "ngos") == first
        assert 'rel="next"' not in read(f"/ngos/{older[1]}")

    def test_an_address_that_names_nobody_is_the_first_page(self) -> None:
        assert slugs_on("/ngos/?after=nobody", "ngos") == slugs_on("/ngos/?before=%00", "ngos") == ["qamqor", "zhasyl"]

    def test_it_costs_the_same_however_many_they_are(self, cast: Cast) -> None:
        Story(cast).raised()
        few = queries("/ngos/")
        for n in range(3):
            named(Kind.NGO, f"n-{n}", f"Name {n}")
        assert queries("/ngos/?again=1") == few == 3  # what is newest; NGOs, counts
