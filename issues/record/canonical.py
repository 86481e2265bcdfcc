"""The exact bytes of an event, and its hash. Standard library alone: an offline verifier reads the same rules.

Canonical form: UTF-8 JSON of one object, keys sorted, no spaces, no NaN, strings as they are (not \\u-escaped), times
in UTC as `YYYY-MM-DDTHH:MM:SS.ffffffZ`. Free texts stand in it only as sha256(salt + text in UTF-8), in hex.
hash(n) = sha256(hash(n-1) + canonical(n)), with hash(0) empty.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

FORMAT = 1
SALT_BYTES = 16


def text_digest(salt: bytes, text: str) -> str:
    """The hex digest that stands for a text; without the salt a short text cannot be guessed from it."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def timestamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical_bytes(
    *, issue: str, seq: int, at: datetime, move: str, from_status: str, to_status: str, actor: str | None,
    organisation: str | None, facts: Mapping[str, Any], texts: Mapping[str, str],
) -> bytes:  # fmt: skip
    """The bytes hashed for one event. `issue`, `actor`: UUIDs; `organisation`: a slug; `texts`: keys to digests."""
    return json.dumps(
        {
            "v": FORMAT, "issue": issue, "seq": seq, "at": timestamp(at), "move": move, "from": from_status,
            "to": to_status, "actor": actor, "organisation": organisation, "facts": facts, "texts": texts,
        },
        ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False,
    ).encode()  # fmt: skip


def chain(previous: bytes, canonical: bytes) -> bytes:
    return hashlib.sha256(previous + canonical).digest()


def first_break(events: Iterable[tuple[int, bytes, bytes]]) -> int | None:
    """The `seq` of the first of (seq, canonical, hash) that does not follow from those before it; None if all do."""
    previous, expected = b"", 1
    for seq, canonical, digest in events:
        if seq != expected or json.loads(canonical)["seq"] != seq or chain(previous, canonical) != digest:
            return seq
        previous, expected = digest, expected + 1
    return None
