"""The arithmetic of a seal. Pure; the README says how to recompute it in another language.

record: table letter (1 byte), row id (8 bytes, big-endian), SHA-256 of the row's canonical text (32 bytes).
leaf = SHA-256(0x00 || record); node = SHA-256(0x01 || left || right); a node without a partner moves up unchanged.
root = SHA-256(0x02 || head || top), where head names the seal, the root before it and what it covers.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence

RECORD_BYTES = 41
FIRST_ROOT = bytes(32)  # what the first seal names as the root before it


def record(letter: bytes, row_id: int, row_text: str) -> bytes:
    """The 41 bytes that stand for one row."""
    return letter + row_id.to_bytes(8, "big") + hashlib.sha256(row_text.encode()).digest()


def merkle_top(records: bytes) -> bytes:
    """The top of the tree over records put end to end. 32 zero bytes when there is none."""
    level = [
        hashlib.sha256(b"\x00" + records[start : start + RECORD_BYTES]).digest()
        for start in range(0, len(records), RECORD_BYTES)
    ]
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0] if level else bytes(32)


def seal_root(
    *, number: int, previous_root: bytes, through: Sequence[int], sealed_at_microseconds: int, records: bytes
) -> bytes:
    """The root of a seal: binds its number, the root before it, what it covers, its time and every row."""
    head = struct.pack(
        f">q32s{len(through)}qqq", number, previous_root, *through, len(records) // RECORD_BYTES, sealed_at_microseconds
    )
    return hashlib.sha256(b"\x02" + head + merkle_top(records)).digest()
