"""The ticket of a waiting room: who stands where, signed, good in one browser's session only.

`arrival.run.person.expires.signature`. The signature covers the session's key too, so a copied ticket is worth nothing
in another browser; whoever signs in elsewhere finds her number again by her person. A ticket only says which row to
look at: whether that row is called, and that it serves once, is decided by the row.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import blake2b, sha256
from typing import NamedTuple

COOKIE = "xueqiao_number"
LIFE_SECONDS = 24 * 3600
LENGTH_MAX = 120


class Ticket(NamedTuple):
    """arrival_id: the row; expires: whole seconds since 1970."""

    arrival_id: int
    run_id: int
    person_id: int
    expires: int


class Seal:
    """Signs and reads tickets with a key made from the site's secret for this purpose alone."""

    def __init__(self, secret: str) -> None:
        self._key = sha256(b"xueqiao.rush.ticket\0" + secret.encode()).digest()

    def write(self, ticket: Ticket, *, session_key: str) -> str:
        """Return the ticket's text for one session."""
        said = f"{ticket.arrival_id}.{ticket.run_id}.{ticket.person_id}.{ticket.expires}"
        return f"{said}.{self._signature(said, session_key)}"

    def read(self, text: str, *, session_key: str, now_seconds: float) -> Ticket | None:
        """Return the ticket, or None when it was not written by us for this session or is too old."""
        said, _, signature = text.rpartition(".")
        if not session_key or len(text) > LENGTH_MAX or not text.isascii():
            return None
        if not hmac.compare_digest(signature, self._signature(said, session_key)):
            return None
        arrival_id, run_id, person_id, expires = map(int, said.split("."))
        return Ticket(arrival_id, run_id, person_id, expires) if now_seconds < expires else None

    def _signature(self, said: str, session_key: str) -> str:
        # Keyed BLAKE2: a message authentication code in one call, and one that does not let go of the interpreter.
        mark = blake2b(f"{said}|{session_key}".encode(), key=self._key, digest_size=18).digest()
        return urlsafe_b64encode(mark).decode()
