"""Inputs as bytes: what an idempotency key stands for. Pure; no database, no clock."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, overload


def input_hash(
    *,
    unit: str,
    kind: str,
    lines: Sequence[tuple[str, str, int]],
    memo: dict[str, Any],
    expires_at: datetime | None = None,
    resolves_id: int | None = None,
) -> bytes:
    """SHA-256 over everything the caller decided. `now` is left out: a retry comes later and means the same."""
    text = json.dumps(
        ["xueqiao.ledger.1", unit, kind, lines, memo, microseconds(expires_at), resolves_id],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).digest()


@overload
def microseconds(moment: datetime) -> int: ...
@overload
def microseconds(moment: None) -> None: ...
def microseconds(moment: datetime | None) -> int | None:
    """Whole microseconds since 1970 in UTC, without passing through a float."""
    if moment is None:
        return None
    since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
