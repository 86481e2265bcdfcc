"""Atom feeds (RFC 4287), by Django's writer: complete where it leaves things to chance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed

from backend.core.feeds.printable import printable

ENTRIES_AT_MOST = 50
CONTENT_TYPE = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Entry:
    """`id` never changes, whatever the language; `url` is for people; `html` is safe. Texts may hold anything."""

    id: str
    url: str
    title: object
    html: str
    author: object
    published: datetime
    updated: datetime
    categories: Sequence[object] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """`updated` is for a feed without entries. `url` is its own address, `alternate` the page that says the same."""

    id: str
    url: str
    alternate: str
    title: object
    subtitle: object
    language: str
    updated: datetime


class _Dated(Atom1Feed):
    """Django says "now" of a feed without entries: it would be new at each reading."""

    def latest_post_date(self) -> datetime:
        dates: list[datetime] = [each["updateddate"] for each in self.items]
        return max(dates, default=self.feed["updated"])


def written(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """The document, UTF-8."""
    made = _Dated(
        title=printable(feed.title), link=feed.alternate, description="", language=feed.language,
        subtitle=printable(feed.subtitle), author_name=str(settings.SITE_NAME), feed_url=feed.url, feed_guid=feed.id,
        updated=feed.updated,
    )  # fmt: skip
    for each in entries:
        made.add_item(
            title=printable(each.title), link=each.url, description=printable(each.html), unique_id=each.id,
            author_name=printable(each.author), pubdate=each.published, updateddate=each.updated,
            categories=[printable(category) for category in each.categories],
        )  # fmt: skip
    return made.writeString("utf-8").encode()
