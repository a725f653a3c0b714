"""Identifiers that leave the house: UUID version 7 (RFC 9562), ordered by time of making like the database's own."""

import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """Return a new UUID version 7: 48 bits of milliseconds, 74 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 0b10 << 62
    return UUID(int=value)
