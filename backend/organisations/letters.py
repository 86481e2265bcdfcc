"""The mail that invites. Sent after the commit, never inside an action's transaction (habit 3)."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from backend.accounts.models import User
from backend.organisations.models import Invitation


def send_invitation(invitation: Invitation, token: str, site: str) -> None:
    """Write to the invited address, in the language of its account, else of whoever invites; so is the page it opens.

    Two queries at most. Raises what the mailer raises.
    """
    account = User.objects.filter(email__iexact=invitation.email).first()
    with translation.override((account or invitation.invited_by).language):
        context = {
            "invitation": invitation,
            "organisation": str(invitation.organisation),
            "link": site + reverse("invitation", args=[token]),
        }
        subject = render_to_string("organisations/email/invitation_subject.txt", context).strip()
        text = render_to_string("organisations/email/invitation_message.txt", context)
    EmailMessage(subject, text, to=[invitation.email], headers={"Auto-Submitted": "auto-generated"}).send()
