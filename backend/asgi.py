"""The ASGI application: server-neutral, run by daphne by default (D7). HTTP is Django's, sockets are the dialogue's."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

from backend.core.uploads.intake import limited

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")

http = limited(get_asgi_application())

from backend.core.uploads.default_server import limit_daphne  # noqa: E402  (daphne wants to be set up by Django first)
from dialogue.routing import sockets  # noqa: E402  (models want to be loaded first)

application = ProtocolTypeRouter({"http": http, "websocket": sockets})

limit_daphne()
