"""What the first view of a page weighs on the line (P11), and how many files it asks for. Measured in Kazakh, which has the most
letters: the page by gzip as it is sent, the files that it names as they are collected (brotli), all four of the font.
"""

import gzip
import re

import brotli
import pytest
from django.test import Client

from tests.factories.stories import Story
from tests.project.translations import ROOT

STATIC = ROOT / "static"


def first_view(path: str) -> tuple[int, int]:
    """Bytes and requests of a visitor's first view."""
    html = Client().get(path).content
    named = set(re.findall(r'(?:href|src)="/static/([^"#]+)', html.decode()))
    named |= {f"fonts/{font.name}" for font in (STATIC / "fonts").glob("noto-sans-*.woff2")}
    sizes = [len(brotli.compress((STATIC / name).read_bytes())) for name in sorted(named)]
    return len(gzip.compress(html)) + sum(sizes), 1 + len(named)


@pytest.mark.parametrize(
    ("page", "kilobytes"), [("issue", 85), ("home", 70), ("list", 60), ("metrics", 85), ("metric", 85), ("week", 70)]
)
def test_the_first_view_of_a_page_is_light(story: Story, page: str, kilobytes: int) -> None:
    number = story.disputed("supported", "refused").issue.number
    path = {
        "issue": f"/kk/issues/{number}/", "home": "/kk/", "list": "/kk/issues/", "metrics": "/kk/metrics/",
        "metric": "/kk/metrics/time_to_first_answer/", "week": "/kk/metrics/changed/?week=2026-W06",
    }[page]  # fmt: skip
    weight, requests = first_view(path)
    assert weight <= kilobytes * 1000
    # With the letter of the tenge and the picture for a home screen, which few ask for; without the modules that others import.
    assert requests <= {"issue": 9, "home": 9, "list": 10, "metrics": 10, "metric": 10, "week": 9}[page]
