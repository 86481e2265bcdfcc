"""The public reading of issues, bodies and NGOs."""

from django.urls import path

from issues import converters  # noqa: F401  (registers `number`)
from issues.views import (
    about,
    attachments,
    board,
    components,
    directory,
    home,
    listing,
    metric_tables,
    metrics,
    moderating,
    open_data,
    parties,
    reading,
    weeks,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("about/", about.about, name="about"),
    path("about/components/", components.components, name="components"),
    path("about/rules/", about.rules, name="about_rules"),
    path("about/accessibility/", about.accessibility, name="about_accessibility"),
    path("about/privacy/", about.privacy, name="about_privacy"),
    path("about/help/", about.contact, name="about_help"),
    path("commitments/", board.commitment_board, name="commitment_board"),
    path("issues/", listing.issue_list, name="issues"),
    path("issues/changed/", listing.list_changed, name="issues_changed"),
    path("issues/<number:number>/history/", reading.history, name="issue_history"),
    path("issues/<number:number>/history/<int:event>/<str:key>/blank/", moderating.blank, name="blank_text"),
    path("issues/<number:number>/clock/", reading.clock_explained, name="issue_clock"),
    path("issues/<number:number>/attachments/", attachments.attachments, name="attachments"),
    path("issues/<number:number>/attachments/<uuid:uuid>/", attachments.attachment, name="attachment"),
    path("metrics/", metrics.metrics, name="metrics"),
    path("metrics/figures.csv", open_data.figures_csv, name="metrics_csv"),
    path("metrics/changed/", weeks.changed, name="metrics_changed"),
    path("metrics/changed/<slug:name>.csv", weeks.table, name="metrics_changed_table"),
    path("metrics/<slug:key>/", metrics.metric, name="metric"),
    path("metrics/<slug:key>/<slug:name>.csv", metric_tables.metric_table, name="metric_table"),
    path("open-data/", open_data.open_data, name="open_data"),
    path("open-data/<slug:name>.<slug:form>", open_data.table, name="open_data_table"),
    path("bodies/", directory.bodies, name="bodies"),
    path("bodies/<slug:slug>/", parties.body, name="body"),
    path("ngos/", directory.ngos, name="ngos"),
    path("ngos/<slug:slug>/", parties.ngo, name="ngo"),
]
