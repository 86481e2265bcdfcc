"""What programs subscribe to: `/feeds/`, without a language in the address."""

from django.urls import path

from issues import converters  # noqa: F401  (registers `number`)
from issues.views import feeds

urlpatterns = [
    path("issues.atom", feeds.issues_atom, name="feed_issues"),
    path("issues.ics", feeds.issues_ics, name="calendar_issues"),
    path("issues/<number:number>.atom", feeds.issue_atom, name="feed_issue"),
    path("issues/<number:number>.ics", feeds.issue_ics, name="calendar_issue"),
    path("weeks.atom", feeds.weeks_atom, name="feed_weeks"),
    path("bodies/<slug:slug>.atom", feeds.body_atom, name="feed_body"),
    path("bodies/<slug:slug>.ics", feeds.body_ics, name="calendar_body"),
]
