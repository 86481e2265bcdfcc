"""`/api/v1/`: the site map for programs, nested by resource as the pages are."""

from django.urls import path, re_path, register_converter
from django.urls.converters import UUIDConverter

from backend.api.views import around, docs, issues, messages, metrics, moves, people, tokens
from issues import converters


class Called:
    """An issue's number, or its id."""

    regex = rf"(?:{converters.NumberConverter.regex}|{UUIDConverter.regex})"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        return str(value)


register_converter(Called, "called")

urlpatterns = [
    path("schema/", docs.schema, name="api_schema"),
    path("docs/", docs.docs, name="api_docs"),
    path("auth/token/", tokens.AuthToken.as_view(), name="api_token"),
    path("issues/", issues.IssueList.as_view(), name="api_issues"),
    path("issues/<called:issue>/", issues.IssueDetail.as_view(), name="api_issue"),
    path("issues/<called:issue>/moves/", moves.Moves.as_view(), name="api_moves"),
    path("issues/<called:issue>/events/", around.Events.as_view(), name="api_events"),
    path("issues/<called:issue>/clock/", around.Clock.as_view(), name="api_clock"),
    path("issues/<called:issue>/messages/", messages.Messages.as_view(), name="api_messages"),
    path("issues/<called:issue>/messages/<int:seq>/", messages.OneMessage.as_view(), name="api_message"),
    path("issues/<called:issue>/messages/<int:seq>/hide/", messages.Hiding.as_view(), name="api_hide"),
    path("issues/<called:issue>/cosign/", around.Cosign.as_view(), name="api_cosign"),
    path("issues/<called:issue>/follow/", around.Follow.as_view(), name="api_follow"),
    path("issues/<called:issue>/attachments/", around.Attachments.as_view(), name="api_attachments"),
    path("issues/<called:issue>/attachments/<uuid:file>/", around.AttachmentDetail.as_view(), name="api_attachment"),
    path("organisations/", people.Organisations.as_view(), name="api_organisations"),
    path("organisations/<slug:slug>/", people.OneOrganisation.as_view(), name="api_organisation"),
    path("topics/", people.Topics.as_view(), name="api_topics"),
    path("regions/", people.Regions.as_view(), name="api_regions"),
    path("commitments/", people.Commitments.as_view(), name="api_commitments"),
    path("metrics/", metrics.Metrics.as_view(), name="api_metrics"),
    path("me/", people.Me.as_view(), name="api_me"),
    re_path(r"^[\s\S]*$", docs.Nowhere.as_view(), name="api_nowhere"),
]
