"""The numbers of who belongs to an organisation: all of them our own choice ([policy] in the domain's words)."""

from datetime import timedelta

INVITATION_LASTS = timedelta(days=14)
INVITATIONS_OPEN_AT_MOST = 50
"""Of one organisation, waiting at the same time."""
INVITATIONS_A_DAY_AT_MOST = 100
"""Of one organisation in any 24 hours, repeats included: nobody fills other people's mail boxes through Birge."""

DEPUTY_DAYS_AT_MOST = 90
