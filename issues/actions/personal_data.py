"""The check for personal data before a text is published: each hit was masked, or is kept knowingly (domain.md section 2)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.core.errors import Invalid
from issues.personal_data import Hit, find


class PersonalDataFound(Invalid):
    """Hits that the writer has not decided on. `found`: the name of the text, and the hit in it."""

    def __init__(self, found: Sequence[tuple[str, Hit]]) -> None:
        words = _("%(kind)s in %(text)s: mask it, or keep it knowingly by its token %(token)s.")
        told = [words % {"kind": hit.kind.label, "text": name, "token": hit.token} for name, hit in found]
        super().__init__({"personal_data": told})
        self.found = found


def kept_knowingly(texts: Mapping[str, str], keep: Any) -> dict[str, dict[str, int]]:
    """What the event says of it: `{"kept": {"phone": 2}}`, how many hits of each kind stay, never which; {} if none.

    `keep`: tokens of hits (`Hit.token`); one that is not found says nothing. Raises Invalid, PersonalDataFound.
    """
    if keep is not None and (not isinstance(keep, list | tuple) or not all(isinstance(each, str) for each in keep)):
        raise Invalid({"keep": _("This must be a list.")})
    found = [(name, hit) for name, text in texts.items() for hit in find(text)]
    undecided = [(name, hit) for name, hit in found if hit.token not in (keep or ())]
    if undecided:
        raise PersonalDataFound(undecided)
    kept = Counter(str(hit.kind) for __, hit in found)
    return {"kept": dict(kept)} if kept else {}
