"""In a browser without JavaScript: an issue is merged, its NGO appeals, and another moderator restores it; and a co-signer
takes an issue over that is being withdrawn.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import expect

from issues.lifecycle import Status
from issues.models import Issue
from issues.record.chain import broken_chains
from tests.factories.people import Player, make_cast
from tests.factories.stories import Story
from tests.journeys.conftest import Window
from tests.journeys.test_whole_journey import act

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]

type Opener = Callable[[Player | None, str], Window]


def test_a_merge_is_appealed_against_and_undone(window: Opener) -> None:
    with translation.override("kk"):
        cast, now = make_cast(), timezone.now()
        kept = Story(cast, now - timedelta(2)).raised(
            ["Гранттарды төлеу.", "Тізімді жариялау."],
            cast.other_manager,
            title="Гранттар үш ай кешігуде",
            language="kk",
        )
        story = Story(cast, now - timedelta(1)).raised(
            ["Гранттарды төлеу.", "Кешігу себебін түсіндіру."], title="Әлеуметтік гранттар кешігіп жатыр", language="kk"
        )
        number, older = story.issue.number, kept.issue.number
        moderator, ngo = window(cast.moderator, "kk"), window(cast.manager, "kk")
        other, visitor = window(cast.other_moderator, "kk"), window(None, "kk")

        page = moderator.open(f"/issues/{number}/merge/")
        page.locator(f'[name="candidate"][value="{older}"]').check()
        moderator.press(gettext("Continue"))
        expect(page.locator('[name="matches.1.to"]')).to_have_value("1")
        expect(page.locator('[name="matches.2.to"]')).to_have_value("carry")
        moderator.press(gettext("Continue"))
        expect(page.locator("h1")).to_have_text(gettext("Check before you publish"))
        moderator.press(gettext("Publish"))
        expect(page.locator(".notice-success")).to_contain_text(older)
        assert Issue.objects.get(number=number).status == Status.DUPLICATE

        shown = visitor.open(f"/issues/{number}/")
        expect(shown.locator("#issue-head")).to_contain_text(older)
        expect(visitor.open(f"/issues/{older}/").locator("main")).to_contain_text(
            gettext("Issues merged into this one")
        )
        mine = ngo.open("/me/")
        expect(mine.locator(f'a[href="/kk/issues/{number}/appeal/"]')).to_be_visible()
        act(ngo, number, "appeal", reason="Мұндағы гранттар басқа бағдарламадан.")

        appeals = other.open("/me/")
        expect(appeals.locator("main")).to_contain_text(gettext("Appeals that wait for you"))
        appeals.get_by_role("link", name=pgettext("move", "Restore the issue")).click()
        appeals.locator('[name="reason"]').fill("Иә, бағдарлама басқа.")
        other.press(gettext("Continue"))
        other.press(gettext("Publish"))
        expect(appeals.locator("main")).to_contain_text("Иә, бағдарлама басқа.")
        assert Issue.objects.get(number=number).status == Status.RAISED
        assert broken_chains(Issue.objects.all()) == {}


def test_a_co_signer_takes_over_what_is_being_withdrawn(window: Opener) -> None:
    cast = make_cast()
    story = Story(cast, timezone.now() - timedelta(hours=1)).accepted()
    number = story.issue.number
    ngo, other = window(cast.manager, "en"), window(cast.other_manager, "en")
    page = other.open(f"/issues/{number}/cosign/")
    page.locator("main form button").click()
    expect(page.locator(".notice-success")).to_be_visible()
    page = ngo.open(f"/issues/{number}/")
    page.locator("#turn-panel summary").click()  # it stands folded, as an NGO is never waited for with it
    page.locator(f'main a[href="/en/issues/{number}/withdraw/"]').first.click()
    page.locator('[name="reason"]').fill("We cannot go on.")
    ngo.press("Continue")
    ngo.press("Publish")
    expect(ngo.page.locator("#issue-head")).to_contain_text("A co-signing NGO may take it over until:")
    mine = other.open("/me/")
    expect(mine.locator(f'a[href="/en/issues/{number}/take-over/"]')).to_be_visible()
    act(other, number, "take-over")
    expect(other.page.locator("#issue-head")).to_contain_text("Taken over by: Zhasyl (en)")
    issue = Issue.objects.get(number=number)
    assert (issue.status, issue.held_by) == (Status.UNDER_CONSIDERATION, cast.other_manager.organisation)
