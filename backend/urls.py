"""The site map, outermost. Pages live under /kk/, /ru/, /en/; what has no language stands before them.

`/` and any page's address without its language redirect to one: `LocaleMiddleware` chooses by the cookie, then by
Accept-Language, then Kazakh.
"""

from allauth.account import views as account
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from backend.api.views import mine
from backend.core import installing, views

# Signing in, out and a new password; nobody signs up alone, so the name that allauth's mails link to explains that.
accounts = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", RedirectView.as_view(pattern_name="about"), name="account_signup"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(  # as django-allauth has it: the key holds hyphens too, the person's part none
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("sw.js", installing.service_worker, name="service_worker"),
    path("feeds/", include("issues.urls_feeds")),
    path("api/v1/", include("backend.api.urls")),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("accounts/", include(accounts)),
        path("offline/", installing.offline, name="offline"),
        path("me/kept/", views.kept_text, name="kept_text"),
        path("me/tokens/", mine.tokens, name="tokens"),
        path("me/tokens/<slug:key>/revoke/", mine.revoke, name="token_revoke"),
        path("", include("backend.organisations.urls")),
        path("", include("issues.urls_acting")),
        path("", include("issues.urls")),
        path("", include("dialogue.urls")),
    ),
]

handler400 = "backend.core.views.bad_request"
handler500 = "backend.core.views.server_error"
