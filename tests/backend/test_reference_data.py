"""The reference files as they lie on disk: bodies, councils, regions, topics (domain.md section 5)."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("kk", "ru", "en")
CYRILLIC = "а-яёәғқңөұүһіА-ЯЁӘҒҚҢӨҰҮҺІ"
MIXED_SCRIPT = re.compile(rf"[a-zA-Z][{CYRILLIC}]|[{CYRILLIC}][a-zA-Z]")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ONLY_KAZAKH = re.compile("[әғқңөұүһіӘҒҚҢӨҰҮҺІ]")

# By hand from domain.md section 5.
MINISTRIES_2026 = {
    "Ministry of Foreign Affairs",
    "Ministry of Internal Affairs",
    "Ministry of Defence",
    "Ministry of Justice",
    "Ministry of Finance",
    "Ministry of National Economy",
    "Ministry of Agriculture",
    "Ministry of Water Resources and Irrigation",
    "Ministry of Energy",
    "Ministry of Industry and Construction",
    "Ministry of Transport",
    "Ministry of Trade and Integration",
    "Ministry of Healthcare",
    "Ministry of Labour and Social Protection of the Population",
    "Ministry of Enlightenment",
    "Ministry of Science and Higher Education",
    "Ministry of Culture and Information",
    "Ministry of Tourism and Sports",
    "Ministry of Ecology and Natural Resources",
    "Ministry of Emergency Situations",
    "Ministry of Artificial Intelligence and Digital Development",
}
REGIONS = {
    "KZ": "Whole country",
    "KZ-10": "Abai Region",
    "KZ-11": "Akmola Region",
    "KZ-15": "Aktobe Region",
    "KZ-19": "Almaty Region",
    "KZ-23": "Atyrau Region",
    "KZ-27": "West Kazakhstan Region",
    "KZ-31": "Zhambyl Region",
    "KZ-33": "Zhetisu Region",
    "KZ-35": "Karaganda Region",
    "KZ-39": "Kostanay Region",
    "KZ-43": "Kyzylorda Region",
    "KZ-47": "Mangystau Region",
    "KZ-55": "Pavlodar Region",
    "KZ-59": "North Kazakhstan Region",
    "KZ-61": "Turkistan Region",
    "KZ-62": "Ulytau Region",
    "KZ-63": "East Kazakhstan Region",
    "KZ-71": "Astana City",
    "KZ-75": "Almaty City",
    "KZ-79": "Shymkent City",
}
TOPICS = [
    "Housing and construction",
    "Social security",
    "Health",
    "Education",
    "Land",
    "Transport and roads",
    "Employment",
    "Law enforcement",
    "Work of state bodies",
    "Youth",
    "Ecology",
    "Animals",
    "Culture and language",
    "Digital",
    "Finance and taxes",
    "NGO law and the sector",
    "State social order, grants and awards",
]


def read(path: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((ROOT / path).read_text(encoding="utf-8"))
    return rows


BODIES = {row["slug"]: row for row in read("backend/organisations/reference/bodies.json")}
COUNCILS = read("backend/organisations/reference/councils.json")
REGION_ROWS = read("issues/reference/regions.json")
TOPIC_ROWS = read("issues/reference/topics.json")
ALL_ROWS = [*read("backend/organisations/reference/bodies.json"), *COUNCILS, *REGION_ROWS, *TOPIC_ROWS]


def last_day(body: dict[str, Any]) -> date:
    return date.fromisoformat(body["valid_to"]) if body["valid_to"] else date.max


def first_day(body: dict[str, Any]) -> date:
    return date.fromisoformat(body["valid_from"]) if body["valid_from"] else date.min


def test_slugs_and_codes_are_unique_and_fit_an_address() -> None:
    organisations = [row["slug"] for row in read("backend/organisations/reference/bodies.json")]
    organisations += [row["slug"] for row in COUNCILS]
    topics = [row["slug"] for row in TOPIC_ROWS]
    for slugs in (organisations, topics):
        assert len(slugs) == len(set(slugs))
        assert [slug for slug in slugs if not SLUG.fullmatch(slug) or len(slug) > 80] == []


@pytest.mark.parametrize("row", ALL_ROWS, ids=lambda row: row.get("slug") or row["code"])
def test_names_stand_in_all_three_languages(row: dict[str, Any]) -> None:
    for names in (row["names"], row.get("short_names", row["names"])):
        assert tuple(names) == LANGUAGES
        for language, name in names.items():
            assert name == " ".join(name.split()), name
            assert 0 < len(name) <= 300
            assert not MIXED_SCRIPT.search(name), name
            assert bool(re.search(f"[{CYRILLIC}]", name)) == (language != "en"), name
            assert "ҰЕҰ" not in name
    assert len(set(row["names"].values())) >= 2


@pytest.mark.parametrize("row", [*BODIES.values(), *COUNCILS, *TOPIC_ROWS], ids=lambda row: row["slug"])
def test_russian_names_have_kazakh_letters_only_where_a_region_is_written_so(row: dict[str, Any]) -> None:
    name = row["names"]["ru"]
    for region in REGION_ROWS:
        name = name.replace(region["names"]["ru"].removeprefix("Область "), "")
    assert not ONLY_KAZAKH.search(name)


def test_the_ministries_of_2026_are_the_21_of_the_domain() -> None:
    day = date(2026, 6, 1)
    ministries = [body for body in BODIES.values() if body["kind"] == "ministry"]
    standing = [body for body in ministries if first_day(body) <= day <= last_day(body)]
    assert len(standing) == 21
    assert {body["names"]["en"] for body in standing} == MINISTRIES_2026


def test_only_known_kinds_of_body() -> None:
    assert {body["kind"] for body in BODIES.values()} == {"ministry", "agency", "akimat", "department"}


def test_every_ended_body_has_a_successor_that_begins_the_day_after() -> None:
    ended = [body for body in BODIES.values() if body["valid_to"]]
    assert len(ended) >= 6
    for body in ended:
        assert first_day(body) < last_day(body)
        assert first_day(BODIES[body["successor"]]) == last_day(body) + timedelta(days=1), body["slug"]


def test_no_standing_body_has_a_successor() -> None:
    assert [body["slug"] for body in BODIES.values() if body["successor"] and not body["valid_to"]] == []


def test_successors_lead_to_a_standing_body() -> None:
    for body in BODIES.values():
        seen = [body["slug"]]
        while successor := BODIES[seen[-1]]["successor"]:
            assert successor not in seen
            seen.append(successor)
        assert BODIES[seen[-1]]["valid_to"] is None


def test_departments_lie_within_their_parent() -> None:
    departments = [body for body in BODIES.values() if body["kind"] == "department"]
    assert departments
    for body in BODIES.values():
        assert (body["parent"] is not None) == (body["kind"] == "department")
    for body in departments:
        parent = BODIES[body["parent"]]
        assert parent["kind"] != "department"
        assert first_day(parent) <= first_day(body)
        assert last_day(body) <= last_day(parent)


def test_local_bodies_name_their_region() -> None:
    codes = {row["code"] for row in REGION_ROWS if row["kind"] != "country"}
    for body in BODIES.values():
        local = body["kind"] == "akimat" or BODIES.get(body["parent"] or "", {}).get("kind") == "akimat"
        assert (body["region"] in codes) == local, body["slug"]


def test_every_region_has_its_akimat() -> None:
    akimats = [body["region"] for body in BODIES.values() if body["kind"] == "akimat"]
    assert sorted(akimats) == sorted(row["code"] for row in REGION_ROWS if row["kind"] != "country")


def test_what_must_be_confirmed_says_what() -> None:
    for body in BODIES.values():
        assert body.get("check", False) is bool(body.get("note")), body["slug"]


def test_one_council_is_the_default_one_of_the_authorised_body() -> None:
    assert [row["attached_to"] for row in COUNCILS if row["default"]] == ["culture-information"]


def test_councils_are_attached_one_to_a_standing_body() -> None:
    assert len(COUNCILS) >= 8
    for row in COUNCILS:
        assert row["slug"] == f"council-{row['attached_to']}"
        assert BODIES[row["attached_to"]]["valid_to"] is None


def test_regions_are_the_20_of_iso_and_the_whole_country() -> None:
    assert {row["code"]: row["names"]["en"] for row in REGION_ROWS} == REGIONS
    kinds = [row["kind"] for row in REGION_ROWS]
    assert (kinds.count("country"), kinds.count("region"), kinds.count("city")) == (1, 17, 3)


def test_topics_are_the_17_of_the_domain_in_its_order() -> None:
    assert [row["names"]["en"] for row in sorted(TOPIC_ROWS, key=lambda row: row["order"])] == TOPICS
    assert len({row["order"] for row in TOPIC_ROWS}) == 17


def test_every_topic_has_a_standing_default_body() -> None:
    for row in TOPIC_ROWS:
        assert BODIES[row["default_body"]]["valid_to"] is None, row["slug"]


def test_ngo_topic_is_spelt_with_the_right_letters() -> None:
    names = next(row["names"] for row in TOPIC_ROWS if row["slug"] == "ngo-sector")
    assert names["kk"].startswith("\u04ae\u0415\u04b0 ")
