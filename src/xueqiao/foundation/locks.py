"""The permanent registry of advisory lock spaces, and the one way to take such a lock. Doctrine: docs/locking.md."""

from collections.abc import Iterable
from enum import IntEnum

from django.db import connection

from xueqiao.foundation.arrays import array
from xueqiao.foundation.prepared import prepared_rows


class LockSpace(IntEnum):
    """First key of every advisory lock. Numbers are never reused or renumbered."""

    LEDGER_SEAL = 1
    SIGN_IN_PHONE = 2
    CREDIT_ACCOUNT = 3
    OUTBOX_DELIVERY = 4
    BILL = 5
    CERTIFICATE = 6
    DEMO_LOAD = 7
    PERSON_TIMETABLE = 8
    # 9 was used before the first release and stays free
    LEDGER_UNIT = 10
    CLASS_ROLL = 11
    CLASS_COMPLETION = 12
    INDICATOR_RECOUNT = 13
    INDICATOR_PERSON = 14
    RECOGNITION_UNIT = 15
    ROOM_BOOKING_PERSON = 30
    TEACHER_PAY = 40
    CLASS_ABSENCES = 31
    ADMISSION_ROUND = 20
    INCENTIVES_PERSON = 50
    INCENTIVES_POT = 51


class NoTransaction(RuntimeError):
    """A lock outside a transaction protects nothing; open one first."""


def require_transaction() -> None:
    """Raise NoTransaction unless a transaction is open on the default connection."""
    if not connection.in_atomic_block:
        raise NoTransaction


def lock(space: LockSpace, keys: Iterable[int]) -> None:
    """Take transaction-scoped advisory locks on `keys` in sorted order. Needs an open transaction.

    Keys are folded into 32 bits: two keys may share a lock (slower, never wrong).
    """
    _take("pg_advisory_xact_lock", space, keys)


def lock_shared(space: LockSpace, keys: Iterable[int]) -> None:
    """Like `lock`, but many may hold it at once; only an exclusive holder shuts them out. Needs an open transaction."""
    _take("pg_advisory_xact_lock_shared", space, keys)


def try_lock(space: LockSpace, keys: Iterable[int]) -> set[int]:
    """Take the locks on `keys` that are free at this moment; return those keys. Needs an open transaction.

    For groups: one person busy elsewhere must not hold up five hundred others. Who never waits needs no order.
    """
    require_transaction()
    by_lock: dict[int, list[int]] = {}
    for key in keys:
        by_lock.setdefault(_fold(key), []).append(key)
    rows = prepared_rows(
        "SELECT key FROM unnest(%s::int[]) AS key WHERE pg_try_advisory_xact_lock(%s::int, key)",
        [array(sorted(by_lock)), int(space)],
    )
    return {key for (taken,) in rows for key in by_lock[taken]}


def set_lock_timeout(milliseconds: int = 3000, *, by_key: bool = False) -> None:
    """Give up waiting for locks in this transaction after `milliseconds` (SQLSTATE 55P03).

    by_key: every statement of the transaction finds its rows by an index. A prepared statement keeps its plan, and one
    made on the first evening, when a table was still empty, would read the whole table of the next thousand holds.
    """
    require_transaction()
    prepared_rows(
        "SELECT set_config('lock_timeout', %s, true), set_config('enable_seqscan', %s, true)",
        [f"{milliseconds}ms", "off" if by_key else "on"],
    )


def _take(function: str, space: LockSpace, keys: Iterable[int]) -> None:
    """One statement for all keys: the function is asked row by row, and unnest keeps the order of the array."""
    require_transaction()
    folded = sorted({_fold(key) for key in keys})
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count({function}(%s, key)) FROM unnest(%s::int[]) AS key",  # noqa: S608 - one of two names above
            [int(space), array(folded)],
        )


def _fold(key: int) -> int:
    return (key ^ (key >> 32)) % (1 << 31)
