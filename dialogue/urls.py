"""An issue with its discussion: the page, a message's permanent address, posting, and catching up."""

from django.urls import path

from dialogue.views import dossier, editing, head, hiding, noting, page, people, posting, reporting, thread
from issues import converters  # noqa: F401  (registers `number`)

urlpatterns = [
    path("council/<number:number>/<int:pk>/", dossier.dossier, name="dossier"),
    path("issues/<number:number>/", page.issue, name="issue"),
    path("issues/<number:number>/head/", head.head, name="issue_head"),
    path("issues/<number:number>/thread/", thread.changes, name="issue_thread"),
    path("issues/<number:number>/m/<int:seq>/", thread.message, name="message"),
    path("issues/<number:number>/m/<int:seq>/edit/", editing.edit, name="edit_message"),
    path("issues/<number:number>/m/<int:seq>/history/", editing.history, name="message_history"),
    path("issues/<number:number>/notes/", noting.notes, name="issue_notes"),
    path("issues/<number:number>/people/", people.people, name="issue_people"),
    path("issues/<number:number>/seen/", editing.seen, name="issue_seen"),
    path("issues/<number:number>/m/<int:seq>/hide/", hiding.hide, name="hide_message"),
    path("issues/<number:number>/m/<int:seq>/show/", hiding.show, name="show_message"),
    path("issues/<number:number>/m/<int:seq>/report/", reporting.report, name="report_message"),
    path("moderation/", reporting.moderation, name="moderation"),
    path("issues/<number:number>/messages/", posting.post, name="post_message"),
]
