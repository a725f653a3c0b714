"""The tree over the lines of the frozen list, so that a person can prove her line with a few hashes.

leaf = SHA-256(0x00 || line without its line feed); node = SHA-256(0x01 || left || right); a node without a partner
moves up unchanged. The same shape as the ledger's seals.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY = bytes(32)


def leaf(line: bytes) -> bytes:
    return sha256(b"\x00" + line).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def level_above(level: Sequence[bytes]) -> list[bytes]:
    """Return the nodes over `level`; the last one alone moves up as it is."""
    pairs = [sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
    if len(level) % 2:
        pairs.append(level[-1])
    return pairs


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the top of the tree; 32 zero bytes over nothing."""
    level = list(leaves)
    while len(level) > 1:
        level = level_above(level)
    return level[0] if level else EMPTY


def path(leaves: Sequence[bytes], position: int) -> list[bytes]:
    """Return the partners from leaf number `position` (from 0) to the top; where it has none, nothing."""
    partners, level = [], list(leaves)
    while len(level) > 1:
        partner = position ^ 1
        if partner < len(level):
            partners.append(level[partner])
        level, position = level_above(level), position // 2
    return partners


def climb(start: bytes, position: int, count: int, partners: Sequence[bytes]) -> bytes | None:
    """Return the top reached from one leaf of `count` with its partners; None when their number does not fit."""
    digest, left = start, list(partners)
    while count > 1:
        if position ^ 1 < count:
            if not left:
                return None
            partner = left.pop(0)
            digest = node(partner, digest) if position % 2 else node(digest, partner)
        position, count = position // 2, (count + 1) // 2
    return None if left else digest
