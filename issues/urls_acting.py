"""The acting side: drafts, moves, the desk, one's own page, the council. Needs a person signed in, save `/council/`."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from issues import converters  # noqa: F401  (registers <number:...>)
from issues.forms.registry import MOVE_FORMS, ON_A_COMMITMENT
from issues.views import (
    adding,
    assigning,
    attachments,
    cosigning,
    council,
    desk,
    desk_done,
    drafting,
    following,
    linking,
    me,
    moves,
    preparing,
    relating,
    signing,
    undoing,
)


class IssueActConverter(StringConverter):
    regex = "|".join(act for act in MOVE_FORMS if act not in ON_A_COMMITMENT)


class CommitmentActConverter(StringConverter):
    regex = "|".join(ON_A_COMMITMENT)


register_converter(IssueActConverter, "issue_act")
register_converter(CommitmentActConverter, "commitment_act")

urlpatterns = [
    path("issues/new/", drafting.new, name="draft_new"),
    path("issues/drafts/<uuid:uuid>/", drafting.check, name="draft"),
    path("issues/drafts/<uuid:uuid>/submit/", drafting.submit, name="draft_submit"),
    path("issues/drafts/<uuid:uuid>/discard/", drafting.discard, name="draft_discard"),
    path("issues/drafts/<uuid:uuid>/files/", drafting.files, name="draft_files"),
    path("issues/drafts/<uuid:uuid>/attachments/<uuid:file>/", attachments.draft_attachment, name="draft_attachment"),
    path("issues/drafts/<uuid:uuid>/<slug:step>/", drafting.step, name="draft_step"),
    path("issues/<number:number>/commitments/", moves.commitments, name="commitments"),
    path(
        "issues/<number:number>/commitments/<int:commitment>/<commitment_act:act>/", moves.move, name="commitment_move"
    ),
    path("issues/<number:number>/addenda/", adding.addenda, name="addenda"),
    path("issues/<number:number>/official-appeal/", linking.official_appeal, name="official_appeal"),
    path("issues/<number:number>/cosign/", cosigning.cosigning, name="cosign"),
    path("issues/<number:number>/follow/", following.following, name="follow"),
    path("issues/<number:number>/related/", relating.related, name="related"),
    path("issues/<number:number>/related/<number:other>/take-back/", relating.take_back, name="related_take_back"),
    path("issues/<number:number>/answer/prepare/", preparing.prepare, name="prepare_answer"),
    path("issues/<number:number>/<issue_act:act>/", moves.move, name="move"),
    path("desk/", desk.desk, name="desk"),
    path("desk/changed/", desk.desk_changed, name="desk_changed"),
    path("desk/done/", desk_done.done, name="desk_done"),
    path("desk/assign/", assigning.assign_rows, name="desk_assign"),
    path("desk/assign/undo/", undoing.undo, name="desk_assign_undo"),
    path("desk/substitutions/", assigning.substitutions, name="substitutions"),
    path("desk/substitutions/<int:pk>/end/", assigning.end, name="substitution_end"),
    path("desk/peek/<number:number>/", desk.peek, name="desk_peek"),
    path("desk/signing/", signing.first, name="signing"),
    path("desk/signing/<number:number>/", signing.one, name="signing_one"),
    path("desk/signing/<number:number>/return/", signing.give_back, name="signing_return"),
    path("me/", me.me, name="me"),
    path("me/acting/", me.act_as, name="act_as"),
    path("me/settings/", me.save_settings, name="me_settings"),
    path("council/", council.council, name="council"),
]
