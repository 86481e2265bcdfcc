"""What static/js/live.js says, in the language of the page. Counted words come in three forms: for 1, 2 and 5."""

import json

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from backend.accounts.models import User
from backend.organisations.acting import acting
from dialogue.mentions import who_in
from issues.models import Issue


def live_words(request: HttpRequest, issue: Issue) -> str:
    """As JSON; `{n}` stands for a number, `me` is how this person's messages are signed, `who` what stands for them where one
    names them. No query of its own.
    """
    seat = acting(request)
    return json.dumps(
        {
            "me": f"{request.user} · {seat.organisation}" if seat else "",
            "who": who_in(issue, request.user) if isinstance(request.user, User) else "",
            "lost": gettext("Reconnecting… You can keep writing."),
            "restored": gettext("Connected."),
            "refused": gettext("Live updates are off."),
            "signIn": gettext("Sign in again"),
            "signInUrl": f"{reverse('account_login')}?next={request.path}",
            "offline": gettext("You are offline. Your draft is saved on this device."),
            "posted": gettext("Message posted"),
            "notPosted": gettext("Not posted. Your text is saved. Try again"),
            "replyTo": gettext("Reply to #%(n)s") % {"n": "{n}"},
            "replies": gettext("Replies to #%(n)s") % {"n": "{n}"},
            "notAReply": gettext("Not a reply"),
            "unread": gettext("New messages"),
            "unreadFrom": gettext("Marked as unread from #%(n)s on") % {"n": "{n}"},
            "statusChanged": gettext("Status changed:"),
            "here": gettext("Who is here:"),
            "sides": {"state": gettext("State body"), "ngo": gettext("NGO"), "council": gettext("Public council")},
            "typing": {
                "state": gettext("Somebody of a state body is writing…"),
                "ngo": gettext("Somebody of an NGO is writing…"),
                "council": gettext("Somebody of a public council is writing…"),
            },
            "show": [ngettext("Show %(n)s new message", "Show %(n)s new messages", n) % {"n": "{n}"} for n in (1, 2, 5)],
            "news": [
                ngettext("%(n)s new message in this discussion", "%(n)s new messages in this discussion", n) % {"n": "{n}"}
                for n in (1, 2, 5)
            ],
        },
        ensure_ascii=False,
    )  # fmt: skip
