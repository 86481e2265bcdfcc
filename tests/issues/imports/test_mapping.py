"""The mapping: where our fields stand in another register's rows; what is wrong in it is told with its line."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from issues.actions.checks import Checked
from issues.actions.recording import Reference
from issues.imports.dates import Dates
from issues.imports.paths import read_path, texts_at, web_address
from issues.imports.readers import FileRefused
from tests.factories.registers import jsonl, mapping, row, take, taken_issue
from tests.factories.stories import almaty

WHOLE = """
register = "Old register"
url = "https://old.example/{key}"
timezone = "Europe/London"
date_formats = ["%d.%m.%Y", "%d.%m.%Y %H:%M"]

[fields]
id = "key"
title = "head"
body = ["text.short", "text.long"]
raised_at = "days.0"
body_addressed = "offices.0.name"
source_status = "state"
region = "where"
answer = "reply.text"
answered_at = "reply.day"

[values.source_status]
"1" = "Open"
"2" = "Closed by the office"

[values.region]
Aktobe = "KZ-15"

[defaults]
language = "ru"
topic = "land"

[bodies]
default = "finance"

[bodies.names]
"The Labour Office" = "labour"

[kept]
"All offices" = "offices.*.name"
Votes = "votes"
"""

ROW: dict[str, Any] = {
    "key": 17, "head": "Земля", "text": {"short": "Коротко.\r\n", "long": "Подробно."}, "days": ["06.05.2019 23:30"],
    "offices": [{"name": "The Labour Office"}, {"name": "Ministry of Ecology"}], "state": "2", "where": "Aktobe",
    "reply": {"text": "Ответ", "day": "03.06.2019"}, "votes": 12,
}  # fmt: skip


@pytest.mark.django_db
class TestWhatItMeans:
    def test_every_key_at_once(self, tmp_path: Path) -> None:
        assert take(jsonl(tmp_path, [ROW]), mapping(tmp_path, WHOLE)).why == {}
        issue = taken_issue("17")
        assert (issue.title, issue.body, issue.language) == ("Земля", "Коротко.\n\nПодробно.", "ru")
        assert (issue.topic.slug, issue.region.code, issue.source_status) == ("land", "KZ-15", "Closed by the office")
        assert issue.raised_at == datetime(2019, 5, 6, 22, 30, tzinfo=UTC), "half past eleven in a London summer"
        assert issue.answers.get().published_at == almaty(2019, 6, 3, 0)
        assert issue.body_addressed.slug == "labour"
        assert issue.source.url == "https://old.example/17"
        assert issue.source.kept == [
            ["All offices", ["The Labour Office", "Ministry of Ecology"]], ["Votes", ["12"]],
        ]  # fmt: skip

    def test_a_row_that_names_no_body_goes_to_the_default_one(self, tmp_path: Path) -> None:
        assert take(jsonl(tmp_path, [ROW | {"offices": []}]), mapping(tmp_path, WHOLE)).why == {}
        issue = taken_issue("17")
        assert issue.body_addressed.slug == "finance"
        assert issue.source.kept == [["Votes", ["12"]]]

    def test_a_word_that_the_mapping_does_not_know_stays_as_it_is(self, tmp_path: Path) -> None:
        told = take(
            jsonl(tmp_path, [ROW | {"state": "3"}, ROW | {"key": 18, "where": "Nowhere"}]), mapping(tmp_path, WHOLE)
        )
        assert told.why == {2: "region: There is none called 'Nowhere'."}
        assert taken_issue("17").source_status == "3"

    def test_with_a_prefix_the_bodies_are_another_states(self, tmp_path: Path) -> None:
        text = WHOLE.replace("[bodies]", '[bodies]\nprefix = "uk"').replace(
            '"The Labour Office" = "labour"', '"Treasury" = "uk-money"'
        )
        rows = [
            ROW | {"key": key, "offices": [{"name": name}]}
            for key, name in (("a", "Ministry of Justice"), ("b", "justice"), ("c", "Treasury"), ("d", "treasury "))
        ] + [ROW | {"key": "e", "offices": []}]
        path = jsonl(tmp_path, rows)
        refused = take(path, mapping(tmp_path, text))
        assert sorted(refused.why) == [1, 2, 3, 4], (
            "our own Ministry of Justice is not theirs; the default is named by us"
        )
        assert take(path, mapping(tmp_path, text, create_bodies=True)).counts == (4, 0, 1, 0)
        assert [taken_issue(key).body_addressed.slug for key in "abcde"] == [
            "uk-ministry-of-justice", "uk-justice", "uk-money", "uk-money", "finance",
        ]  # fmt: skip

    def test_columns_of_a_csv_file_are_called_as_they_are(self, tmp_path: Path) -> None:
        text = """
            register = "Old register"
            delimiter = "|"
            encoding = "cp1251"
            date_formats = ["%d.%m.%Y"]
            [fields]
            id = "№"
            title = "Тема обращения"
            raised_at = "Дата.подачи"
            body_addressed = "Орган"
            [defaults]
            language = "ru"
            topic = "land"
        """.replace("№", "No")
        path = tmp_path / "a.csv"
        path.write_text("No|Тема обращения|Дата.подачи|Орган\n5|Дорога|06.05.2019|labour\n", encoding="cp1251")
        assert take(path, mapping(tmp_path, text)).counts == (1, 0, 0, 0)
        assert taken_issue("5").title == "Дорога"
        path.write_text("No|Тема|Дата.подачи|Орган\n5|Дорога|06.05.2019|labour\n", encoding="cp1251")
        with pytest.raises(FileRefused, match=r"not in the file: Тема обращения\. It has: No, Тема,"):
            take(path, mapping(tmp_path, text))

    def test_without_one_the_needed_columns_have_our_names(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_text("number,title\n1,x\n", encoding="utf-8")
        with pytest.raises(FileRefused, match="not in the file: id, raised_at"):
            take(path)


class TestPaths:
    THING = {"a": {"b": [{"c": 1}, {"c": "two"}, {"d": None}]}, "a.b": "whole", "n": 0, "t": " x ", "f": False}

    @pytest.mark.parametrize(
        ("paths", "found"),
        [
            (("a.b",), "whole"),
            (("a.b.0.c",), "1"),
            (("a.b.1.c",), "two"),
            (("a.b.7.c",), ""),
            (("a.b.*.c",), "1\n\ntwo"),
            (("t", "a.b.1.c"), "x\n\ntwo"),
            (("missing", "t"), " x "),
            (("n",), "0"),
            (("f",), False),
            (("a",), {"b": [{"c": 1}, {"c": "two"}, {"d": None}]}),
            (("missing.deeper.0",), ""),
            (("t.0",), ""),
            (("a.b.-1.c",), ""),
        ],
    )
    def test_a_path_leads_to_a_text_a_number_or_nothing(self, paths: tuple[str, ...], found: Any) -> None:
        assert read_path(self.THING, paths) == found

    def test_all_that_is_kept_is_text(self) -> None:
        assert list(texts_at({"x": [{"a": 1.5}, None, "t", True, [1]]}, "x.*")) == ['{"a": 1.5}', "t", "true", "[1]"]

    @pytest.mark.parametrize(
        ("pattern", "address"),
        [
            ("https://x.example/{id}?q={t}", "https://x.example/a%2Fb?q=%D0%B6%20%26"),
            ("{links.self}", "https://x.example/a?b=c#d"),
            ("https://x.example/{missing}", ""),
            ("https://x.example/", "https://x.example/"),
        ],
    )
    def test_an_address_is_filled_in_and_quoted(self, pattern: str, address: str) -> None:
        row = {"id": "a/b", "t": "ж &", "links": {"self": "https://x.example/a?b=c#d"}}
        assert web_address(pattern, row) == address


class TestDates:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("2020-02-29", date(2020, 2, 29)),
            (" 2020-02-29 ", date(2020, 2, 29)),
            ("2020-02-29T10:00:00.123Z", datetime(2020, 2, 29, 10, 0, 0, 123000, tzinfo=UTC)),
            ("2020-02-29 10:00", almaty(2020, 2, 29, 10)),
            ("2020-02-29T10:00+03:00", datetime(2020, 2, 29, 7, tzinfo=UTC)),
        ],
    )
    def test_iso_8601_where_nothing_else_is_said(self, text: str, found: date) -> None:
        with Checked() as check:
            read = Dates().read(check, "raised_at", text)
        assert type(read) is type(found)
        assert read == found

    @pytest.mark.parametrize(
        "value", ["29.02.2020", "2021-02-29", "yesterday", "20", "2020-02-29T25:00", 1582934400, True]
    )
    def test_what_is_no_date_is_told(self, value: Any) -> None:
        check = Checked()
        assert Dates().read(check, "raised_at", value) is None
        assert "This is no date" in str(check.errors["raised_at"][0])
        assert "2026-02-28" in str(check.errors["raised_at"][0])


REFUSED = [
    ('register = "Old register"', "", "map.toml: register: say what the register is called"),
    ('register = "Old register"', 'register = "Old\nregister"', "cannot be read: Illegal character"),
    ('timezone = "Europe/London"', 'timezone = "Mars"', "line 4: timezone: there is no time zone called 'Mars'"),
    ('timezone = "Europe/London"', 'time_zone = "UTC"', "line 4: time_zone: there is no such key; known: register,"),
    ('"%d.%m.%Y", ', '"%d.%m.%Q", ', "line 5: date_formats: there is no such format as '%d.%m.%Q'"),
    ("date_formats = [", 'date_formats = ["day", ', "line 5: date_formats: give a list of formats"),
    ('title = "head"', 'titel = "head"', "line 9: fields.titel: there is no such key in [fields]; known: id, title"),
    ('title = "head"', "", "fields: say where these are: title"),
    ('title = "head"', "title = 5", "line 9: fields.title: give a path"),
    ('title = "head"', 'title = "a..b"', "line 9: fields.title: give a path"),
    ('title = "head"', 'title = "head"\nurl = "link"', "line 3: url: give it here or under [fields], not twice"),
    ("[values.region]", "[values.verdict]", "line 22: values.verdict: there is no such key in [values]"),
    ('Aktobe = "KZ-15"', "Aktobe = 15", "line 22: values.region: write texts"),
    ('Aktobe = "KZ-15"', 'Aktobe = "KZ-99"', "The mapping names no region of ours: 'KZ-99'. One of: KZ, KZ-10"),
    ('topic = "land"', "", "topic: say where it stands, under [fields], or what it is for all, under [defaults]"),
    ('topic = "land"', 'topic = "soil"', "The mapping names no topic of ours: 'soil'. One of: housing-construction,"),
    ('topic = "land"', 'topic = "land"\nid = "1"', "line 28: defaults.id: there is no such key in [defaults]"),
    ('default = "finance"', 'standard = "finance"', "line 30: bodies.standard: there is no such key in [bodies]"),
    ('default = "finance"', 'default = "finance"\nprefix = "U K"', "line 31: bodies.prefix: a prefix has small Latin"),
    ('"labour"', '"Labour!"', "line 33: bodies.names.The Labour Office: this is no short name of a body: 'Labour!'"),
    ('Votes = "votes"', 'Votes = ""', "line 37: kept.Votes: give a label of at most 60 characters and a path"),
    ("[kept]", "[keep]", "line 35: keep: there is no such key"),
    ('register = "Old', 'format = "xlsx"\nregister = "Old', "line 2: format: one of: csv, json, jsonl"),
    ('register = "Old', 'encoding = "klingon"\nregister = "Old', "line 2: encoding: there is no encoding called"),
    ('register = "Old', 'delimiter = ";;"\nregister = "Old', "line 2: delimiter: one character"),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("written", "instead", "why"), REFUSED, ids=[each[2][:60] for each in REFUSED])
def test_a_mistake_is_refused_with_its_line(tmp_path: Path, written: str, instead: str, why: str) -> None:
    assert WHOLE.count(written) == 1
    with pytest.raises(FileRefused) as caught:
        mapping(tmp_path, WHOLE.replace(written, instead)).check_reference(Reference())
    assert why in str(caught.value)


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    from issues.imports.mapping import read_meaning

    with pytest.raises(FileRefused, match=r"The mapping map.toml cannot be read: .*No such file"):
        read_meaning(tmp_path / "map.toml")


@pytest.mark.django_db
def test_the_example_is_read_and_its_topic_is_one_of_ours() -> None:
    from issues.imports.mapping import read_meaning
    from tests.factories.processes import PROJECT

    meaning = read_meaning(PROJECT / "examples" / "uk_petitions.toml")
    meaning.check_reference(Reference())
    assert meaning.register == "UK Government and Parliament petitions"


@pytest.mark.django_db
def test_our_own_words_need_no_mapping(tmp_path: Path) -> None:
    assert take(jsonl(tmp_path, [row()])).counts == (1, 0, 0, 0)
