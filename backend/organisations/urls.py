"""The people of an organisation, a signatory's deputies, and the page that an invitation's link opens."""

from django.urls import path

from backend.organisations.views import deputies, invitation, inviting, people

urlpatterns = [
    path("me/organisation/", people.people, name="people"),
    path("me/organisation/invite/", inviting.invite, name="invite"),
    path("me/organisation/invitations/<int:pk>/again/", inviting.again, name="invitation_again"),
    path("me/organisation/invitations/<int:pk>/revoke/", inviting.revoke, name="invitation_revoke"),
    path("me/organisation/people/<int:pk>/", people.change, name="person_change"),
    path("me/organisation/people/<int:pk>/end/", people.end, name="person_end"),
    path("me/organisation/people/<int:pk>/deputy/", deputies.name, name="deputy_name"),
    path("me/organisation/deputies/<int:pk>/end/", deputies.end, name="deputy_end"),
    path("invitations/<slug:token>/", invitation.invitation, name="invitation"),
]
