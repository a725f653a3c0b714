"""Write transfers: at once, on hold, and the end of a hold. One round trip each (migrations/sql/post_transfer.sql).

All functions may be called inside the caller's transaction or alone; alone, the single statement is its own
transaction. A refusal leaves the caller's transaction usable and has written nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from xueqiao.foundation.ledger import models, queries
from xueqiao.foundation.ledger.canonical import input_hash
from xueqiao.foundation.ledger.errors import (
    AlreadyResolved,
    BalanceTooLarge,
    HoldExpired,
    HoldNotDue,
    InsufficientBalance,
    KeyReused,
    LedgerRefused,
    NotAHold,
    TimeNotAllowed,
    TooManyTransfers,
    TransferNotFound,
    UnknownUnit,
)
from xueqiao.foundation.ledger.rules import (
    UNIT_LENGTH_MAX,
    Line,
    require_lines,
    require_memo,
    require_moment,
    require_name,
)
from xueqiao.foundation.ledger.values import (
    DIRECT,
    EXPIRE,
    HELD,
    POST,
    TRANSFERS_AT_ONCE_MAX,
    VOID,
    Posting,
    TransferDraft,
    TransferView,
)

POST_TRANSFER = (
    "SELECT outcome, transfer_id, transfer_uuid, account_name FROM ledger_post_transfer("
    "%s, %s, %s, %s, %s, %s, %s, %s::text[], %s::text[], %s::bigint[])"
)
RESOLVE_HOLD = (
    "SELECT outcome, transfer_id, transfer_uuid, account_name FROM ledger_resolve_hold(%s, %s, %s, %s, %s, %s)"
)
PREPARE_BALANCES = "SELECT ledger_prepare_balances(%s::text[], %s::text[], %s)"
STATE_AFTER = {DIRECT: "posted", HELD: "held", POST: "posted", VOID: "voided", EXPIRE: "expired"}

Answer = tuple[str, int | None, UUID | None, str | None]


def post_transfer(
    *, unit: str, postings: Sequence[Posting], key: str, now: datetime, memo: dict[str, Any] | None = None
) -> TransferView:
    """Move the amounts of `postings` at once, all or none, and return the transfer.

    key: names the deed, once per unit; the same key with the same inputs returns the transfer of the first call
    (`is_replay`), with other inputs raises KeyReused. Raises InsufficientBalance when an account without permission to
    go negative would have less available than zero after all postings; UnknownUnit, AmountNotAllowed, SameAccount,
    NoPostings, MixedUnits, NameNotAllowed, MemoNotAllowed, TimeNotAllowed or BalanceTooLarge for bad input.
    """
    return _write(TransferDraft(unit, tuple(postings), key, memo or {}), now)


def hold_transfer(
    *,
    unit: str,
    postings: Sequence[Posting],
    key: str,
    now: datetime,
    expires_at: datetime | None,
    memo: dict[str, Any] | None = None,
) -> TransferView:
    """Set the amounts aside until `post_held`, `void_held` or the sweep after `expires_at` (None: never).

    What is held out is no longer available; what is held in is not yet. Each source must have the whole amount
    available now. Same key rule and refusals as post_transfer; `expires_at` belongs to the inputs.
    """
    return _write(TransferDraft(unit, tuple(postings), key, memo or {}, is_held=True, expires_at=expires_at), now)


def post_held(transfer_id: int, *, key: str, now: datetime, memo: dict[str, Any] | None = None) -> TransferView:
    """Make a hold final and return the new row. Raises HoldExpired from `expires_at` on, AlreadyResolved, NotAHold,
    TransferNotFound or KeyReused."""
    return _resolve(transfer_id, POST, key, now, memo or {})


def void_held(transfer_id: int, *, key: str, now: datetime, memo: dict[str, Any] | None = None) -> TransferView:
    """Give a hold back and return the new row. Allowed after `expires_at` too. Raises AlreadyResolved, NotAHold,
    TransferNotFound or KeyReused."""
    return _resolve(transfer_id, VOID, key, now, memo or {})


def expire_held(*, now: datetime, limit: int = 1_000) -> list[TransferView]:
    """Give back at most `limit` holds whose `expires_at` has passed, the oldest first, and return the new rows.

    A hold that somebody ends at the same moment is left to them.
    """
    require_moment(now)
    due = models.OpenHold.objects.filter(expires_at__lte=now).order_by("expires_at", "transfer_id")
    expired = []
    for transfer_id in list(due.values_list("transfer_id", flat=True)[:limit]):
        try:
            expired.append(_resolve(transfer_id, EXPIRE, f"expire:{transfer_id}", now, {}))
        except AlreadyResolved:
            continue
    return expired


def post_transfers(drafts: Sequence[TransferDraft], *, now: datetime) -> list[TransferView]:
    """Write up to 10,000 transfers, in order, in one transaction: all or none. Units may differ between transfers.

    Every balance row is locked before the first check, so that two bulks never wait for each other in a circle.
    Raises what post_transfer raises, for the first draft that cannot be written.
    """
    if len(drafts) > TRANSFERS_AT_ONCE_MAX:
        raise TooManyTransfers(count_max=TRANSFERS_AT_ONCE_MAX)
    require_moment(now)
    checked = [(draft, _require_writable(draft)) for draft in drafts]
    wanted = sorted({(d.unit, name) for d, lines in checked for line in lines for name in line[:2]})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PREPARE_BALANCES, [[unit for unit, _ in wanted], [name for _, name in wanted], now])
        return [_write_checked(draft, lines, now) for draft, lines in checked]


def _write(draft: TransferDraft, now: datetime) -> TransferView:
    require_moment(now)
    return _write_checked(draft, _require_writable(draft), now)


def _require_writable(draft: TransferDraft) -> list[Line]:
    require_name(draft.unit, UNIT_LENGTH_MAX)
    require_name(draft.key)
    require_memo(draft.memo)
    if draft.expires_at is not None:
        require_moment(draft.expires_at)
    return require_lines(draft.unit, draft.postings)


def _write_checked(draft: TransferDraft, lines: list[Line], now: datetime) -> TransferView:
    kind = HELD if draft.is_held else DIRECT
    expires_at = draft.expires_at if draft.is_held else None
    sources, destinations, amounts = zip(*lines, strict=True)
    hashed = input_hash(unit=draft.unit, kind=kind, lines=lines, memo=draft.memo, expires_at=expires_at)
    answer = _ask(
        POST_TRANSFER,
        [
            draft.unit,
            kind,
            draft.key,
            hashed,
            _json(draft.memo),
            now,
            expires_at,
            _text_array(sources),
            _text_array(destinations),
            "{" + ",".join(map(str, amounts)) + "}",
        ],
    )
    outcome, transfer_id, uuid, account = answer
    if outcome == "written":
        assert transfer_id is not None and uuid is not None
        postings = tuple(Posting(*line) for line in lines)
        return TransferView(
            transfer_id, uuid, draft.unit, kind, STATE_AFTER[kind], draft.key, postings, draft.memo, now, expires_at
        )
    if outcome == "replay":
        assert transfer_id is not None
        return queries.get_transfer(transfer_id, is_replay=True)
    raise _refusal(outcome, unit=draft.unit, key=draft.key, account=account)


def _resolve(hold_id: int, kind: str, key: str, now: datetime, memo: dict[str, Any]) -> TransferView:
    require_moment(now)
    require_name(key)
    require_memo(memo)
    if type(hold_id) is not int or not 0 < hold_id < 2**63:
        raise TransferNotFound
    hashed = input_hash(unit="", kind=kind, lines=[], memo=memo, resolves_id=hold_id)
    outcome, transfer_id, _, detail = _ask(RESOLVE_HOLD, [hold_id, kind, key, hashed, _json(memo), now])
    if outcome in ("written", "replay"):
        assert transfer_id is not None
        return queries.get_transfer(transfer_id, is_replay=outcome == "replay")
    raise _refusal(outcome, unit="", key=key, account=detail)


def _ask(statement: str, values: list[Any]) -> Answer:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        answer: Answer = cursor.fetchone()
    return answer


def _text_array(texts: Sequence[str]) -> str:
    """A PostgreSQL array literal: a third of the driver's time went into finding out what a list holds."""
    return "{" + ",".join('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts) + "}"


def _json(memo: dict[str, Any]) -> str:
    return json.dumps(memo, ensure_ascii=False)


def _refusal(outcome: str, *, unit: str, key: str, account: str | None) -> Exception:
    refusals: dict[str, Any] = {
        "expiry_past": TimeNotAllowed,
        "unknown_unit": lambda: UnknownUnit(unit=unit),
        "key_reused": lambda: KeyReused(key=key),
        "insufficient": lambda: InsufficientBalance(account=account),
        "too_large": lambda: BalanceTooLarge(account=account),
        "not_found": TransferNotFound,
        "not_a_hold": NotAHold,
        "resolved": lambda: AlreadyResolved(state=queries.STATE_NAMES[STATE_AFTER[account or ""]]),
        "expired": HoldExpired,
        "not_due": HoldNotDue,
    }
    refusal: LedgerRefused = refusals[outcome]()
    return refusal
