"""The deployed form, as far as it can be read: no engine runs here."""

import re
from typing import Any

import pytest
import yaml

from tests.project.translations import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
NGINX = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "EMAIL_URL", "ALLOWED_HOSTS")


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_each_service_says_whether_it_is_well_or_why_it_cannot(name: str) -> None:
    health: dict[str, Any] = COMPOSE["services"][name]["healthcheck"]
    assert health.get("test") or health == {"disable": True}
    if health.get("disable"):
        part = TEXT.partition(f"\n  {name}:\n")[2]
        assert re.search(r"healthcheck: \{disable: true\} # \w+", part)


def test_no_secret_has_a_default() -> None:
    used = re.findall(r"\$\{(\w+)(:\?|:-|\})", TEXT)
    assert {name for name, _ in used} >= set(SECRETS)
    assert [name for name, how in used if name in SECRETS and how != ":?"] == []


def test_each_variable_is_told_of() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert [name for name in re.findall(r"\$\{(\w+)", TEXT) if f"# {name}=" not in example] == []


def test_what_is_kept_lies_in_named_volumes() -> None:
    mounted = {each.split(":")[0] for service in COMPOSE["services"].values() for each in service.get("volumes", ())}
    assert mounted - set(COMPOSE["volumes"]) == {"./deploy/nginx.conf"}


def test_sockets_and_pages_have_their_own_processes_and_the_proxy_both_routes() -> None:
    services = COMPOSE["services"]
    assert services["live"]["command"][0] == "daphne"
    assert "gunicorn" in DOCKERFILE[-1]
    routes = dict(re.findall(r"location (\S+) \{\s+proxy_pass http://(\w+);", NGINX))
    assert routes == {"/ws/": "live", "/": "web"}
    assert re.search(r"server live:8001;", NGINX)
    assert "8001" in services["live"]["command"]


def test_the_image_ends_as_somebody_without_rights() -> None:
    users = [line.split()[1] for line in DOCKERFILE if line.startswith("USER ")]
    assert users == ["birge"]
    assert DOCKERFILE.index("USER birge") > max(n for n, line in enumerate(DOCKERFILE) if line.startswith("RUN "))
