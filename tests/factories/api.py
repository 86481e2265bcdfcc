"""A program that speaks for one person: a token, and JSON over HTTP in process."""

from typing import Any
from urllib.parse import urlencode

from django.test import Client

from backend.accounts.models import User
from backend.api.actions import make_token
from tests.factories.people import Player

ROOT = "/api/v1/"


class Program:
    """`Program()` is nobody; of a player it names their organisation with every write, unless `acts_for` says another."""

    def __init__(self, player: Player | None = None, person: User | None = None, **token: Any) -> None:
        self.player = player
        self.client = Client(headers={"Accept-Language": "en"})
        self.token = ""
        if person := person or (player.user if player else None):
            self.kept, self.token = make_token(person=person, **token)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(
            f"{ROOT}{path}" + (f"?{urlencode(query, True)}" if query else ""), headers=self._headers()
        )

    def post(self, path: str, /, **fields: Any) -> Any:
        return self.send("post", path, fields)

    def patch(self, path: str, /, **fields: Any) -> Any:
        return self.send("patch", path, fields)

    def delete(self, path: str, /, **fields: Any) -> Any:
        return self.send("delete", path, fields)

    def move(self, issue: Any, move: str, /, **fields: Any) -> Any:
        return self.post(f"issues/{issue.number or issue.uuid}/moves/", move=move, **fields)

    def send(self, method: str, path: str, fields: Any, headers: dict[str, str] | None = None) -> Any:
        if isinstance(fields, dict) and self.player is not None:
            fields = {"as": self.player.organisation.slug} | fields
        act = getattr(self.client, method)
        return act(f"{ROOT}{path}", fields, content_type="application/json", headers=self._headers() | (headers or {}))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.token}"} if self.token else {}
