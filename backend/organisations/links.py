"""The secret part of an invitation's link. The link goes out by mail once; the database knows its hash alone."""

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """256 random bits, as they stand in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What is stored. Nobody guesses 256 bits, so a plain hash keeps them: it needs neither salt nor slowness."""
    return hashlib.sha256(token.encode()).hexdigest()
