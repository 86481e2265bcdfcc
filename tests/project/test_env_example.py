"""Every variable that the settings read has its sentence in `.env.example`."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
VARIABLE = re.compile(r"# ([A-Z][A-Z0-9_]+)=")


def described() -> dict[str, str]:
    """Each variable with the line above it."""
    found = zip(["", *EXAMPLE], EXAMPLE, strict=False)
    return {match[1]: above for above, line in found if (match := VARIABLE.match(line))}


def test_each_variable_of_the_settings_is_there() -> None:
    settings = (ROOT / "backend" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', settings))
    assert {"SECRET_KEY", "DATABASE_URL", "HTTPS"} <= read
    assert read - described().keys() == set()


def test_each_has_a_sentence() -> None:
    lines = {name: above for name, above in described().items() if not name.startswith("S3_")}
    assert [name for name, above in lines.items() if not above.startswith("# ") or above[-1] not in ".:)"] == []


def test_copied_as_it_is_it_changes_nothing() -> None:
    assert [line for line in EXAMPLE if line and not line.startswith("#")] == []
