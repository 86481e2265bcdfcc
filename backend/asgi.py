"""The ASGI application: server-neutral, run by daphne by default (D7). Sockets join it in part D."""

import os

from django.core.asgi import get_asgi_application

from backend.core.uploads.intake import limited

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")

application = limited(get_asgi_application())

from backend.core.uploads.default_server import limit_daphne  # noqa: E402  (daphne wants to be set up by Django first)

limit_daphne()
