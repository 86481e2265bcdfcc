"""The main job in a browser without JavaScript, in each language: from the draft to "resolved, confirmed by the NGO"."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from issues.lifecycle import Status
from issues.models import Issue
from issues.record.chain import broken_chains
from issues.sentences import resolved_words
from tests.factories.files import TEXT
from tests.factories.people import Cast, Player
from tests.journeys.conftest import Window

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

type Opener = Callable[[Player, str], Window]


def act(one: Window, number: str, name: str, **fields: str | list[str]) -> None:
    """Follow the issue's link to an act, fill in the form, check, publish; the issue says that it is done."""
    page = one.open(f"/issues/{number}/")
    page.locator(f'main a[href="/{one.language}/issues/{number}/{name}/"]').first.click()
    publish(one, **fields)
    expect(page).to_have_url(f"{one.site}/{one.language}/issues/{number}/")


def publish(one: Window, **fields: str | list[str]) -> None:
    """Fill in the form that is open, check it, publish it."""
    fill(one.page, fields)
    one.press(gettext("Continue"))
    expect(one.page.locator("h1")).to_have_text(gettext("Check before you publish"))
    one.press(gettext("Publish"))
    expect(one.page.locator(".notice-success")).to_be_visible()


def fill(page: Page, fields: dict[str, str | list[str]]) -> None:
    for name, value in fields.items():
        control = page.locator(f'[name="{name}"]')
        match control.first.get_attribute("type"), value:
            case "radio", str():
                page.locator(f'[name="{name}"][value="{value}"]').check()
            case "checkbox", list():
                for each in value:
                    page.locator(f'[name="{name}"][value="{each}"]').check()
            case "file", str():
                control.set_input_files({"name": value, "mimeType": "text/plain", "buffer": TEXT})
            case _ if control.evaluate("each => each.tagName") == "SELECT":
                control.select_option(value)
            case _, str():
                control.fill(value)


def raise_issue(ngo: Window) -> str:
    """Through the steps of the wizard; the number it gets."""
    page = ngo.open("/")
    page.get_by_role("link", name=gettext("Raise an issue")).first.click()
    title = {"kk": "Әлеуметтік гранттар кешігуде", "ru": "Гранты задерживаются", "en": "Grants are late"}[ngo.language]
    fill(page, {"title": title, "body": "2026: **?**"})
    expect(page.locator('[name="language"]')).to_have_value(ngo.language)
    ngo.press(gettext("Continue"))
    page.locator('[name="asks.1"]').fill("1!")
    ngo.press(gettext("Add another ask"))
    page.locator('[name="asks.2"]').fill("2!")
    ngo.press(gettext("Continue"))
    fill(page, {"topic": "social-security", "region": "KZ-15"})
    ngo.press(gettext("Continue"))
    ngo.press(gettext("Continue"))  # no related issues
    fill(page, {"files.new": "хат.txt"})
    ngo.press(gettext("Add the chosen files"))
    expect(page.locator("main")).to_contain_text("хат.txt")
    ngo.press(gettext("Continue"))
    expect(page.locator("main")).to_contain_text(title)
    ngo.press(gettext("Publish the issue"))
    found = re.search(r"/issues/(\d{4}-\d{6})/$", page.url)
    assert found, page.url
    expect(page.locator(".notice-success")).to_contain_text(found[1])
    return found[1]


def say(one: Window, number: str, words: str) -> None:
    page = one.open(f"/issues/{number}/")
    page.fill("#message-body", words)
    one.press(gettext("Post message"))
    expect(page.locator("main")).to_contain_text(words)


def downloaded(one: Window, number: str, name: str) -> bytes:
    """The link on the issue's page saves the file, and shows nothing of it."""
    page = one.open(f"/issues/{number}/")
    with page.expect_download() as download:
        page.get_by_role("link", name=name).first.click()
    assert download.value.suggested_filename == name
    return Path(download.value.path()).read_bytes()


def in_days(days: int) -> str:
    return (timezone.localdate() + timedelta(days)).isoformat()


def answered(n: int) -> dict[str, str | list[str]]:
    path = f"asks.{n}"
    promise = {"text": f"{n}: +", "unit": "U", "due": in_days(60), "shows": "S"}
    said = {f"{path}.verdict": "supported", f"{path}.ground": "law", f"{path}.text": f"{n}: ok"}
    return said | {f"{path}.commitments.1.{name}": value for name, value in promise.items()}


@pytest.mark.thorough
@pytest.mark.parametrize(
    "language", ["kk", *(pytest.param(code, marks=pytest.mark.exhaustive) for code in ("ru", "en"))]
)
def test_an_issue_goes_from_a_draft_to_resolved_without_javascript(cast: Cast, window: Opener, language: str) -> None:
    with translation.override(language):
        ngo, officer, signatory = (window(who, language) for who in (cast.manager, cast.officer, cast.signatory))
        ngo.sign_in(cast.manager)
        expect(ngo.page).to_have_url(f"{ngo.site}/{language}/me/")
        number = raise_issue(ngo)

        page = officer.open("/desk/")
        expect(page.locator("main table")).to_contain_text(number)
        act(officer, number, "accept", unit="U-1", person=str(cast.officer.user.uuid))
        say(officer, number, "Officer: ?")
        say(ngo, number, "NGO: !")

        act(signatory, number, "answer", **answered(1), **answered(2))
        shown = {"evidence.1.text": "1: done", "evidence.1.files.new": "тізілім.csv", "evidence.2.text": "2: done"}
        act(signatory, number, "report-done", **shown)
        assert [downloaded(ngo, number, name) for name in ("хат.txt", "тізілім.csv")] == [TEXT, TEXT]
        expect(ngo.open("/me/").locator("main")).to_contain_text(number)
        act(ngo, number, "dispute", asks=["2"], reason="2: not done")

        council = [window(who, language) for who in (cast.chair, *cast.members)]
        for member in council:
            expect(member.open("/council/").locator("main")).to_contain_text(number)
            act(member, number, "vote", **{"opinions.2.done": "not_done"})
        act(council[0], number, "conclude", outcome="not_done", text="2: no", until=in_days(7))

        act(signatory, number, "report-done", **{"evidence.2.text": "2: really done"})
        act(ngo, number, "confirm")
        issue = Issue.objects.select_related("raised_by").get(number=number)
        expect_resolved(ngo.page, issue)
    assert (issue.status, issue.basis) == (Status.RESOLVED, "confirmed")
    assert broken_chains([issue]) == {}
    assert [event.move for event in issue.events.all()] == [
        "submit", "accept", "message_posted", "message_posted", "answer", "report_done", "dispute", "vote", "vote", "vote",
        "conclude_not_done", "report_done", "confirm",
    ]  # fmt: skip


def expect_resolved(page: Page, issue: Issue) -> None:
    """Never "resolved" alone: by whom it was confirmed, and when."""
    expect(page.locator(".tag-resolved").first).to_be_visible()
    expect(page.locator("main")).to_contain_text(strip_tags(resolved_words(issue)))
