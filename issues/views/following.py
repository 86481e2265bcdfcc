"""Following an issue, and no longer: one page for both, and what a page says of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from backend.accounts.models import User
from backend.core.http import see_other
from issues.actions.following import follow, unfollow
from issues.models import Follow, Issue
from issues.views.issue import issue_or_404


def is_followed(person: User | AnonymousUser, issue: Issue) -> bool:
    """One query; none for a visitor."""
    return isinstance(person, User) and Follow.objects.filter(issue=issue, person=person).exists()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def following(request: HttpRequest, number: str) -> HttpResponse:
    """For everybody who is signed in. GET asks; POST does it, with `end` no longer."""
    issue = issue_or_404(request, number)
    assert isinstance(request.user, User)  # @login_required
    if request.method != "POST":
        return render(request, "issues/follow.html", {"issue": issue, "follows": is_followed(request.user, issue)})
    if "end" in request.POST:
        unfollow(issue=issue, actor=request.user)
        messages.success(request, gettext("You no longer follow this issue."))
    else:
        follow(issue=issue, actor=request.user)
        messages.success(request, gettext("You follow this issue. You find it on your page."))
    return see_other(issue.get_absolute_url())
