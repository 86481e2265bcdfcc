"""Files of an addendum: the same limits, intake, downloads and taking down as all others."""

import re
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import Error, IntegrityError, transaction

from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.uploads import limits
from backend.organisations.models import Organisation, Standing
from issues.actions import add_addendum, attach, blank_text, remove, upload
from issues.actions.keeping import remove_abandoned
from issues.models import Attachment, Issue, IssueEvent, Place, Stage
from issues.record.chain import broken_chains
from tests.factories.at_once import at_once
from tests.factories.files import PDF, TEXT, picture, sent
from tests.factories.people import Player, make_cast
from tests.factories.stories import Story
from tests.issues.folding import differences
from tests.issues.matrix.roles import ROLES, acts
from tests.issues.uploads.hostile import SVG
from tests.issues.visiting import Visitor, story_time, text_of  # noqa: F401

ADDED = Place.ADDENDUM


def add(story: Story, files: Any, who: Player | None = None, text: str = "New figures.") -> IssueEvent:
    acting = (who or story.cast.manager).acts
    return add_addendum(issue=Issue(pk=story.pk), text=text, files=files, at=story.now, **acting)


def uploaded(story: Story, name: str = "letter.txt", data: bytes = TEXT, who: Player | None = None) -> Attachment:
    return story.uploaded(who or story.cast.manager, name, data, ADDED)


def test_its_files_are_published_with_it_in_one_event(story: Story) -> None:
    story.raised()
    files = [uploaded(story, "a.txt"), uploaded(story, "b.pdf", PDF)]
    assert (files[0].stage, Attachment.objects.published().count()) == (Stage.PENDING, 0)
    event = add(story, [str(each.uuid) for each in files])
    assert event.facts == {
        "addendum": 1,
        "files": [{"uuid": str(each.uuid), "sha256": each.sha256, "size": each.size, "type": each.mime} for each in files],
    }  # fmt: skip
    assert {text.key: text.text for text in event.texts.all()} == {
        "text": "New figures.", f"file.{files[0].uuid}": "a.txt", f"file.{files[1].uuid}": "b.pdf",
    }  # fmt: skip
    assert list(story.issue.addenda.get().attachments.values_list("name", "stage", "published_rev")) == [
        ("a.txt", "published", event.seq), ("b.pdf", "published", event.seq),
    ]  # fmt: skip
    assert (broken_chains([story.issue]), differences(story.issue)) == ({}, {})


def test_without_files_the_record_says_nothing_of_files(story: Story) -> None:
    for files in (None, [], ()):
        assert "files" not in add(story if story.pk else story.raised(), files, text=f"News {files}.").facts


@pytest.mark.parametrize("role", [role for role in ROLES if role != "system"])
def test_only_who_may_add_uploads_for_it(story: Story, role: str) -> None:
    story.raised()
    act = partial(upload, issue=story.issue, file=ContentFile(TEXT), name="a.txt", place=ADDED, at=story.now)
    if role in ("manager", "representative"):
        assert act(**acts(story.cast, role)).place == ADDED
        return
    with pytest.raises(Forbidden):
        act(**acts(story.cast, role))
    assert not Attachment.objects.exists()


def test_none_are_taken_for_a_draft_a_closed_issue_or_a_suspended_ngo(story: Story) -> None:
    with pytest.raises(Conflict):
        uploaded(story.draft())
    story.move("submit", story.cast.manager)
    waiting = uploaded(story)
    Organisation.objects.filter(slug="qamqor").update(standing=Standing.SUSPENDED)
    story.cast.ngo.refresh_from_db()
    for act in (lambda: uploaded(story, "b.txt", b"b"), lambda: add(story, [waiting.uuid])):
        with pytest.raises(Forbidden, match="suspended"):
            act()
    story.move("withdraw", story.cast.manager, reason="Solved.")
    Organisation.objects.filter(slug="qamqor").update(standing=Standing.VERIFIED)
    story.cast.ngo.refresh_from_db()
    for act in (lambda: uploaded(story, "b.txt", b"b"), lambda: add(story, [waiting.uuid])):
        with pytest.raises(Conflict, match="closed"):
            act()
    assert not Attachment.objects.published().exists()


def test_only_ones_own_files_that_wait_for_an_addendum_are_named(story: Story) -> None:
    story.raised()
    colleagues = uploaded(story, "a.txt", b"a", story.cast.representative)
    of_the_issue = story.uploaded(story.cast.manager, "b.txt", b"b")
    mine = uploaded(story, "c.txt", b"c")
    used = uploaded(story, "d.txt", b"d")
    add(story, [used.uuid], text="First.")
    for wrong in ([colleagues.uuid], [of_the_issue.uuid], [used.uuid], [mine.uuid] * 2, [uuid4()], ["x"], [None], "text", 7,
                  [uuid4()] * 11):  # fmt: skip
        with pytest.raises(Invalid) as caught:
            add(story, wrong)
        assert list(caught.value.errors) == ["files"]
    with pytest.raises(Invalid):
        attach(issue=story.issue, **story.cast.manager.acts, files=[mine.uuid], at=story.now)
    assert (story.issue.addenda.count(), story.issue.rev) == (1, 2)
    assert Attachment.objects.get(pk=mine.pk).stage == Stage.PENDING


def test_ten_for_each_addendum_and_what_one_party_has_in_an_issue(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.raised()
    files = [uploaded(story, f"{n}.txt", str(n).encode()) for n in range(limits.FILES)]
    with pytest.raises(Invalid, match="as many files here as there may be: 10"):
        uploaded(story, "more.txt", b"more")
    assert uploaded(story, "hers.txt", b"hers", story.cast.representative).stage == Stage.PENDING
    add(story, [each.uuid for each in files])
    assert uploaded(story, "next.txt", b"next").stage == Stage.PENDING
    assert story.uploaded(story.cast.manager).stage == Stage.PENDING, "the issue's own ten are others"
    monkeypatch.setattr(limits, "OF_ONE_PARTY", 100)
    with pytest.raises(Invalid, match=r"At most, all together: 100"):
        uploaded(story, "large.txt", b"x" * 100)


def test_the_same_file_sent_twice_into_the_form_is_one(story: Story) -> None:
    first = uploaded(story.raised(), "a.png", picture())
    assert uploaded(story, "b.png", picture()) == first
    assert story.uploaded(story.cast.manager, "c.png", picture()) != first
    assert uploaded(story, "d.png", picture(), story.cast.representative) != first


def test_what_nobody_published_goes_and_what_is_published_stays(story: Story) -> None:
    story.raised()
    used, left = uploaded(story), uploaded(story, "b.txt", b"b")
    add(story, [used.uuid])
    story.later(hours=limits.PENDING_HOURS, seconds=1)
    remove_abandoned(story.now)
    assert Attachment.objects.get() == used
    with pytest.raises(Invalid, match="waited for more than a day"):
        add(story, [left.uuid], text="More.")
    with pytest.raises(Conflict, match="part of the public record"):
        remove(issue=story.issue, **story.cast.manager.acts, uuid=used.uuid)
    for change in (lambda: Attachment.objects.update(addendum=None), lambda: Attachment.objects.all().delete()):
        with pytest.raises(Error, match=r"Cannot (update|delete)"), transaction.atomic():
            change()


def test_the_database_knows_where_a_file_belongs(story: Story) -> None:
    file = uploaded(story.raised())
    with pytest.raises(IntegrityError, match="attachment_of_an_addendum_names_it"), transaction.atomic():
        Attachment.objects.filter(pk=file.pk).update(stage="published", published_rev=2)
    add(story, [])
    addendum = story.issue.addenda.get()
    other = story.uploaded(story.cast.manager, "b.txt", b"b")
    with pytest.raises(IntegrityError, match="attachment_is_in_one_place"), transaction.atomic():
        Attachment.objects.filter(pk=other.pk).update(stage="published", published_rev=2, addendum=addendum)


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("races")
def test_a_file_named_by_two_addenda_at_once_belongs_to_one(transactional_db: None) -> None:
    story = Story(make_cast()).raised()
    file = uploaded(story)
    found = at_once([partial(add, story, [file.uuid], text=f"News {n}.") for n in (1, 2)])
    assert sorted(type(each).__name__ for each in found) == ["Invalid", "IssueEvent"]
    assert (story.issue.addenda.count(), story.issue.rev) == (1, 2)
    assert differences(story.issue) == {}


@pytest.mark.usefixtures("story_time")
class TestPages:
    def test_files_are_taken_shown_removed_and_published(self, story: Story) -> None:
        visitor = Visitor(story.raised(), story.cast.representative)
        page = visitor.page("addenda")
        more = {"as": "qamqor", "text": "Not finished", "files.new": [sent("Хат.pdf", PDF), sent("b.txt")]}
        form = visitor.post(page, more, more="files")
        html = text_of(form)
        assert form.status_code == 200
        assert ("<bdi>Хат.pdf</bdi>" in html, "<bdi>b.txt</bdi>" in html, "Not finished</textarea>" in html) == (
            True, True, True,
        )  # fmt: skip
        assert "error-summary" not in html
        assert "<bdi>b.txt</bdi>" in text_of(visitor.get(page)), "what waits is still there"
        letter, other = Attachment.objects.order_by("pk")
        both = [str(letter.uuid), str(other.uuid)]
        html = text_of(
            visitor.post(page, {"as": "qamqor", "text": "Still not", "files": both}, remove_file=str(other.uuid))
        )
        assert ("Still not</textarea>" in html, "b.txt" in html, "Хат.pdf" in html) == (True, False, True)
        assert not story.issue.addenda.exists()
        now = {"as": "qamqor", "text": "Now."}
        check = text_of(visitor.post(page, now | {"files": both[:1], "files.new": [sent("c.txt", b"c")]}))
        assert ("<bdi>Хат.pdf</bdi>" in check, "<bdi>c.txt</bdi>" in check) == (True, True)
        named = re.findall(r'<input type="hidden" name="files" value="([^"]+)"', check)
        done = visitor.post(page, now | {"files": named}, confirmed="1")
        home = f"/issues/{story.issue.number}/"
        assert (done.status_code, done["Location"]) == (303, f"/en{home}#addendum-1")
        html = text_of(Visitor(story, None).get(home)).partition('id="addendum-1"')[2].partition("</article>")[0]
        assert ("<bdi>Хат.pdf</bdi>" in html, "<bdi>c.txt</bdi>" in html) == (True, True)
        files = text_of(Visitor(story, None).get(f"{home}attachments/"))
        assert files.count("Addition number: 1") == 2

    def test_a_refused_file_stops_the_publication_and_keeps_text_and_good_files(self, story: Story) -> None:
        visitor = Visitor(story.raised(), story.cast.manager)
        for more in ({}, {"more": "files"}):
            files = [sent("<b>logo.svg", SVG), sent("good.txt")]
            answer = visitor.post(
                visitor.page("addenda"), {"as": "qamqor", "text": "Kept text", "files.new": files} | more
            )
            html = text_of(answer)
            assert answer.status_code == 422
            assert "_b_logo.svg: This is a web page or a drawing" in html
            assert ("<bdi>good.txt</bdi>" in html, "Kept text</textarea>" in html) == (True, True)
        assert not story.issue.addenda.exists()
        assert Attachment.objects.get().stage == Stage.PENDING

    def test_a_file_that_waits_and_is_chosen_once_more_is_one(self, story: Story) -> None:
        visitor, waiting = Visitor(story.raised(), story.cast.manager), uploaded(story, "a.txt")
        fields = {"as": "qamqor", "text": "New figures.", "files": [str(waiting.uuid)], "files.new": [sent("b.txt")]}
        check = visitor.post(visitor.page("addenda"), fields)
        assert check.status_code == 200
        assert text_of(check).count(f'name="files" value="{waiting.uuid}"') == 1

    def test_a_missing_text_keeps_the_files(self, story: Story) -> None:
        visitor = Visitor(story.raised(), story.cast.manager)
        answer = visitor.post(visitor.page("addenda"), {"as": "qamqor", "text": "", "files.new": [sent("a.txt")]})
        assert answer.status_code == 422
        assert "<bdi>a.txt</bdi>" in text_of(answer)
        assert visitor.post(visitor.page("addenda")).status_code == 422, "nothing at all"

    def test_it_is_a_download_for_everybody_until_a_moderator_takes_it_down(self, story: Story) -> None:
        file = uploaded(story.raised(), "Passport of Aigul.pdf", PDF)
        address = f"/issues/{story.issue.number}/attachments/{file.uuid}/"
        assert Visitor(story, None).get(address).status_code == 404, "it waits in a form"
        event = add(story, [file.uuid])
        given = Visitor(story, None).get(address)
        assert b"".join(given) == PDF
        assert given["Content-Disposition"].startswith("attachment;")
        blank_text(
            issue=story.issue, event=event.seq, key=f"file.{file.uuid}", code="personal_data", at=story.now,
            **story.cast.moderator.acts,
        )  # fmt: skip
        assert Visitor(story, None).get(address).status_code == 404
        for page in ("", "attachments/", "history/", "addenda/"):
            assert "Aigul" not in text_of(
                Visitor(story, story.cast.manager).get(f"/issues/{story.issue.number}/{page}")
            )
        page = text_of(Visitor(story, None).get(f"/issues/{story.issue.number}/")).partition('id="addendum-1"')[2]
        assert "[Personal data removed]" in page
        assert "New figures." in page, "only the file went"
        assert broken_chains([story.issue]) == {}

    def test_the_page_costs_the_same_with_one_file_and_with_three(
        self, story: Story, django_assert_num_queries: Any
    ) -> None:
        one, three = story.raised(), Story(story.cast).raised()
        add(one, [uploaded(one).uuid])
        for n in range(3):
            add(three, [uploaded(three, f"{n}{k}.txt", f"{n}{k}".encode()).uuid for k in range(3)], text=f"News {n}.")
        for address in [f"/issues/{each.issue.number}/" for each in (one, three)]:
            with django_assert_num_queries(11):
                Visitor(story, None).get(address)
