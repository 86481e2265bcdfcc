"""People's texts become HTML that is safe to print as it is."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from backend.core.markdown import plain, render


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#x6a;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x]: javascript:alert(1)\n\n[x]",
        "<javascript:alert(1)>",
        "![x](https://spy.example/pixel.png)",
        "<a href='#' onclick='alert(1)'>x</a>",
        "<svg/onload=alert(1)>",
    ],
)
def test_hostile_markdown_makes_no_live_html(source: str) -> None:
    html = render(source)
    for forbidden in ("<script", "<img", "<svg", 'href="javascript', 'href="data'):
        assert forbidden not in html.lower()


def test_what_people_need_is_rendered() -> None:
    assert render("**a**\nb") == "<p><strong>a</strong><br>\nb</p>\n"
    assert render("# Title") == "<h3>Title</h3>\n"
    assert render("~~a~~") == "<p><s>a</s></p>\n"
    assert "<td>1</td>" in render("| a |\n|---|\n| 1 |")
    assert render("1. a\n2. b") == "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"


def test_links_carry_no_weight_and_no_window() -> None:
    html = '<p><a href="https://gov.kz" rel="nofollow ugc noopener noreferrer">https://gov.kz</a></p>\n'
    assert render("https://gov.kz") == html


def test_direction_overrides_and_nul_are_dropped() -> None:
    assert render("a\u202eb\x00c\u2066d") == "<p>abcd</p>\n"


@pytest.mark.parametrize("piece", ["[", ">", "*a ", "[a](b", "`", "http://", "| a ", "<", "~~a", "  - x\n"])
def test_no_text_of_the_greatest_length_takes_long(piece: str) -> None:
    started = time.process_time()
    render((piece * 20_000)[:20_000])
    assert time.process_time() - started < 5


def test_plain_words_for_a_list_row() -> None:
    assert plain("**Grants** are [late](https://a.kz).\n\nYes.") == "Grants are late. Yes."
    assert plain("word " * 100, limit=20) == "word word word word…"


PIECES = [
    "a.kz", "www.gov.kz", " 4.2-т ", "12.05.2026", ".", "кз.рф", "http:", "//", "x.kz", "\\.", "&#46;", "&period;", "kz",
    "mailto:", "a@b.kz", " ",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_every_address_is_a_link_that_the_library_alone_would_find(text: str) -> None:
    alone = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": True}).enable("linkify")
    assert alone.linkify is not None
    alone.linkify.set({"fuzzy_email": False, "fuzzy_ip": False})
    wanted = re.findall(r'href="([^"]*)"', alone.render(text))
    assert re.findall(r'href="([^"]*)"', render(text)) == wanted
