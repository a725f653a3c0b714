"""When was this signed? Heads of a Merkle log answer, not the date in the paper: a thief of a key can write any date.

Certificates are entered in the log within minutes, in groups; a group's head covers its hashes, its number, its moment
and the head before it, and is published. After a theft, a certificate counts when a head that was published before the
theft covers it. Hashing follows RFC 9162, section 2.1: leaves and nodes are told apart by their first byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

FIRST_HEAD = bytes(32)
_LABEL = b"xueqiao.credits.time-seal.v1"
PATH_LENGTH_MAX = 64


def leaf_of(text: str) -> bytes:
    """Return the leaf of a credential text as handed out."""
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over one or more leaves; an odd one at the end of a level moves up as it is."""
    level = list(leaves)
    if not level:
        raise ValueError("no leaves")
    while len(level) > 1:
        pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def path_of(leaves: Sequence[bytes], place: int) -> list[str]:
    """Return the hashes beside the way from leaf `place` to the root: "L" or "R" (where it stands), then hex."""
    level, path = list(leaves), []
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            path.append(("L" if beside < place else "R") + level[beside].hex())
        pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
        place //= 2
    return path


def root_along(leaf: bytes, path: Sequence[str]) -> bytes:
    """Return the root that a leaf and its path lead to. Raises ValueError for what is no path."""
    if len(path) > PATH_LENGTH_MAX:
        raise ValueError("a path too long")
    for step in path:
        beside = bytes.fromhex(step[1:])
        if len(beside) != 32 or step[0] not in "LR":
            raise ValueError("no step of a path")
        leaf = _node(beside, leaf) if step[0] == "L" else _node(leaf, beside)
    return leaf


def microseconds(moment: datetime) -> int:
    """Return whole microseconds since 1970 in UTC."""
    elapsed = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds


def head_of(*, number: int, previous: bytes, root: bytes, count: int, sealed_at: datetime) -> bytes:
    """Return the head of a group: its number, count, moment and tree under the head before it."""
    words = _LABEL + number.to_bytes(8, "big") + count.to_bytes(8, "big")
    words += microseconds(sealed_at).to_bytes(8, "big", signed=True)
    return hashlib.sha256(words + previous + root).digest()


@dataclass(frozen=True)
class Receipt:
    """That a credential text stood in group `number` when it was sealed, for whoever knows that group's head."""

    number: int
    count: int
    sealed_at: datetime
    previous: str
    path: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return what a receipt file holds."""
        return {
            "type": "xueqiao-time-receipt-v1",
            "number": self.number,
            "count": self.count,
            "sealed_at": self.sealed_at.astimezone(UTC).isoformat(),
            "previous": self.previous,
            "path": list(self.path),
        }


def receipt_from(value: Mapping[str, Any]) -> Receipt:
    """Read a receipt. Raises KeyError, TypeError, ValueError for another shape."""
    if value["type"] != "xueqiao-time-receipt-v1":
        raise ValueError("another kind of receipt")
    sealed_at = datetime.fromisoformat(value["sealed_at"])
    if sealed_at.tzinfo is None or not all(isinstance(step, str) for step in value["path"]):
        raise ValueError("another kind of receipt")
    return Receipt(int(value["number"]), int(value["count"]), sealed_at, str(value["previous"]), tuple(value["path"]))


def head_along(text: str, receipt: Receipt) -> str:
    """Return the head (hex) under which the receipt places a credential text. Raises ValueError."""
    return head_of(
        number=receipt.number,
        previous=bytes.fromhex(receipt.previous),
        root=root_along(leaf_of(text), receipt.path),
        count=receipt.count,
        sealed_at=receipt.sealed_at,
    ).hex()
