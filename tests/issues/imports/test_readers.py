"""A file as it comes: CSV, JSON, JSONL, gzipped, in another encoding, broken in the middle."""

import gzip
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from issues.imports import readers
from issues.imports.readers import FileRefused, Row, Shape, Source


def read(path: Path, shape: Shape | None = None) -> list[Row]:
    with Source(path, shape or Shape()) as source:
        return list(source.rows())


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def values(rows: list[Row]) -> list[Any]:
    return [row.values for row in rows]


def troubles(rows: list[Row]) -> dict[int, str]:
    return {row.place: row.trouble for row in rows if row.trouble}


TWO = [{"id": "1", "title": "Мәселе"}, {"id": "2", "title": 'b, "c"\nd'}]
AS_CSV = 'id,title\r\n1,Мәселе\r\n2,"b, ""c""\nd"\r\n'
AS_JSONL = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in TWO)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", AS_CSV),
        ("a.csv", AS_CSV.replace(",Мәселе", ";Мәселе").replace("id,title", "id;title").replace("2,", "2;")),
        ("a.tsv", AS_CSV.replace(",Мәселе", "\tМәселе").replace("id,title", "id\ttitle").replace("2,", "2\t")),
        ("A.JSONL", AS_JSONL),
        ("a.ndjson", AS_JSONL.replace("\n", "\r\n\r\n")),
        ("a.json", json.dumps(TWO)),
        ("a.json", f" \n\t{json.dumps(TWO, ensure_ascii=False, indent=2)}\n"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_same_two_rows_however_they_are_written(
    tmp_path: Path, name: str, content: str, packed: bool, mark: str
) -> None:
    whole = (mark + content).encode()
    path = written(tmp_path, f"{name}.gz" if packed else name, gzip.compress(whole) if packed else whole)
    assert values(read(path)) == TWO


def test_places_are_lines_of_csv_and_jsonl_and_elements_of_json(tmp_path: Path) -> None:
    assert [row.place for row in read(written(tmp_path, "a.csv", 'id,t\n1,"x\ny"\n\n2,z\n'))] == [2, 5]
    assert [row.place for row in read(written(tmp_path, "a.jsonl", '{"id": 1}\n\n{"id": 2}'))] == [1, 3]
    assert [row.place for row in read(written(tmp_path, "a.json", '[{"id": 1},\n\n{"id": 2}]'))] == [1, 2]


def test_a_list_inside_a_document(tmp_path: Path) -> None:
    path = written(tmp_path, "a.json", '{"meta": {"n": 2}, "data": {"rows": [{"id": 1}, {"id": 2}]}}')
    assert values(read(path, Shape(items="data.rows"))) == [{"id": 1}, {"id": 2}]
    with pytest.raises(FileRefused, match=r'items = "data\.issues"'):
        read(path)


def test_a_number_keeps_the_digits_it_was_written_with(tmp_path: Path) -> None:
    for name, content in (
        ("a.jsonl", '{"a": 1.50, "b": 12345678901234567890123}'),
        ("b.json", '[{"a": 1.50, "b": 7}]'),
    ):
        found = read(written(tmp_path, name, content))[0].values
        assert found is not None
        assert str(found["a"]) == "1.50"
        assert isinstance(found["a"], Decimal)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json"])
def test_another_encoding_is_read_where_it_is_named(tmp_path: Path, name: str) -> None:
    content = {"a.csv": "id,title\n1,Проблема\n", "a.jsonl": '{"id": "1", "title": "Проблема"}\n',
               "a.json": '[{"id": "1", "title": "Проблема"}]'}[name]  # fmt: skip
    path = written(tmp_path, name, content.encode("cp1251"))
    assert values(read(path, Shape(encoding="cp1251"))) == [{"id": "1", "title": "Проблема"}]


class TestWhatIsBroken:
    def test_bytes_that_are_no_text_cost_their_own_row_alone(self, tmp_path: Path) -> None:
        bad = "Проблема".encode("cp1251")
        rows = read(written(tmp_path, "a.csv", b"id,title\n1,a\n2," + bad + b"\n3,c\n"))
        assert values(rows) == [{"id": "1", "title": "a"}, None, {"id": "3", "title": "c"}]
        assert 'encoding = "cp1251"' in troubles(rows)[3]
        rows = read(written(tmp_path, "a.jsonl", b'{"id": 1}\n{"id": "' + bad + b'"}\n{"id": 3}\n'))
        assert values(rows) == [{"id": 1}, None, {"id": 3}]

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ('{"id": 1', "no JSON: Expecting ',' delimiter"),
            ("id: 1", "no JSON"),
            ("[1, 2]", "no object but [1, 2]"),
            ('"text"', 'no object but "text"'),
            ("null", "no object but null"),
            ('{"id": NaN}', "NaN is no number"),
            ('{"id": -Infinity}', "-Infinity is no number"),
            pytest.param('{"id": ' + "9" * 5000 + "}", "no JSON", id="a number of 5,000 digits"),
            pytest.param('{"id": ' + "[" * 200_000 + "}", "no JSON", id="200,000 lists in each other"),
            pytest.param(
                '{"id": "' + "x" * readers.LONGEST + '"}', "longer than 1,000,000 characters", id="an endless line"
            ),
        ],
    )
    def test_a_bad_line_of_json_costs_itself_alone(self, tmp_path: Path, line: str, why: str) -> None:
        rows = read(written(tmp_path, "a.jsonl", f'{{"id": 1}}\n{line}\n{{"id": 3}}\n'))
        assert values(rows) == [{"id": 1}, None, {"id": 3}]
        assert [row.place for row in rows] == [1, 2, 3]
        assert why in troubles(rows)[2]

    def test_cells_too_few_or_too_many(self, tmp_path: Path) -> None:
        rows = read(written(tmp_path, "a.csv", "id,title\n1\n2,b,c\n3,d\n"))
        assert troubles(rows) == {2: "It has 1 cells, the header 2.", 3: "It has 3 cells, the header 2."}
        assert values(rows)[2] == {"id": "3", "title": "d"}

    def test_a_quotation_mark_that_is_not_closed_names_the_lines_it_swallowed(self, tmp_path: Path) -> None:
        rows = read(written(tmp_path, "a.csv", 'id,title\n1,"a\n2,b\n3,"c"\n4,d\n'))
        assert "Lines 2 to 4 were read as this one row." in troubles(rows)[2]
        assert rows[-1].values == {"id": "4", "title": "d"}

    def test_a_quotation_mark_open_to_the_end(self, tmp_path: Path) -> None:
        rows = read(written(tmp_path, "a.csv", 'id,title\n1,a\n2,"b\n3,c\n'))
        assert values(rows) == [{"id": "1", "title": "a"}, None]
        assert "Is a quotation mark not closed?" in troubles(rows)[3]

    @pytest.mark.parametrize(
        ("name", "content", "good"),
        [
            ("a.json", b'[{"id": 1}, {"id": ', 1),
            ("a.json", b'[{"id": 1}, {"id": NaN}]', 1),
            ("a.json", b'[{"id": 1}, {"id": "\xff"}]', 1),
            ("a.json", b'[{"id": 1}] trailing', 1),
            ("a.jsonl.gz", gzip.compress(b'{"id": 1}\n' * 100, mtime=0)[:-9], 100),
            ("a.jsonl.gz", b"no gzip at all", 0),
        ],
    )
    def test_a_file_that_ends_badly_says_so_and_gives_what_stood_before(
        self, tmp_path: Path, name: str, content: bytes, good: int
    ) -> None:
        with Source(written(tmp_path, name, content), Shape()) as source:
            rows = list(source.rows())
            assert source.broken
        assert sum(row.values == {"id": 1} for row in rows) == good

    @pytest.mark.parametrize(
        ("name", "content", "why"),
        [
            ("a.xlsx", b"PK", "cannot be told from its name"),
            ("register", b"{}", "cannot be told from its name"),
            ("a.csv", b"", "it is empty"),
            ("a.csv", b"\n1,2\n", "it is empty"),
            ("a.csv", b"id,title,id\n", "stand in it twice: id"),
            ("a.csv", "ид,тема\n".encode("cp1251"), "no text (encoding: utf-8-sig)"),
            ("a.csv.gz", b"no gzip", "The header of the file cannot be read"),
            ("a.json", b'{"id": 1}', "This is no JSON list"),
            ("a.json", b"", "This is no JSON list"),
        ],
    )
    def test_a_file_that_is_none_is_refused_with_what_to_do(
        self, tmp_path: Path, name: str, content: bytes, why: str
    ) -> None:
        with pytest.raises(FileRefused) as caught:
            read(written(tmp_path, name, content))
        assert why in str(caught.value)


def test_a_row_is_read_before_the_next_one_is_there(tmp_path: Path) -> None:
    """Nothing is gathered: after the first rows most of the file is still unread."""
    many = [{"id": n, "title": "x" * 1000} for n in range(2000)]
    for name, content in (
        ("a.jsonl", "".join(json.dumps(each) + "\n" for each in many)),
        ("a.json", json.dumps(many)),
        ("a.csv", "id,title\n" + "".join(f"{each['id']},{each['title']}\n" for each in many)),
    ):
        with Source(written(tmp_path, name, content), Shape()) as source:
            rows: Iterator[Row] = iter(source.rows())
            for _ in range(3):
                next(rows)
            assert source.position() < source.size / 10, name
            assert sum(1 for _ in rows) == 1997
            assert source.position() == source.size
