"""Is the process alive, is it ready: what whoever runs Birge asks."""

from typing import Any

import pytest
from django.test import Client


def test_alive_asks_nothing_of_the_database_and_ready_does(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Client().get("/healthz").content == b"ok\n"
    response = Client().get("/readyz")
    assert (response.status_code, response.json()) == (200, {"ready": True})


def test_not_ready_while_a_migration_is_missing(db: None) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="dialogue").delete()
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["ready"] is False


def test_not_ready_while_the_database_does_not_answer(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from backend.core import views

    def unanswered(*args: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(views, "MigrationExecutor", unanswered)
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["ready"]) == (503, False)
