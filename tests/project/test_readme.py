"""The README says what is."""

import re

from issues import diagram


def test_the_lifecycle_in_the_readme_is_the_table() -> None:
    readme = diagram.README.read_text(encoding="utf-8")
    assert diagram.written(readme) == readme, "run `python -m issues.diagram --write`"


def test_every_path_the_readme_names_exists() -> None:
    root = diagram.README.parent
    named = re.findall(r"\]\((?!http)([^)#]+)\)", diagram.README.read_text(encoding="utf-8"))
    assert named
    assert [path for path in named if not (root / path).exists()] == []
