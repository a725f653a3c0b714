"""Close what was written since the last seal under a Merkle root, chained to the root before.

Ids are handed out before a transaction commits, so "all ids up to the highest I can see" may skip a row that commits a
moment later with a lower id; that row would never be sealed. Therefore every writing function of the ledger takes the
barrier LockSpace.LEDGER_SEAL (key 0) shared before it takes an id, and keeps it until it commits. The sealer takes it
alone for as long as it needs to read four maxima: at that moment no writer is between its id and its commit, so every
id up to the maximum is settled for ever, committed or given up. Then it lets go and hashes at leisure.

While the sealer waits for open transactions, new ones queue behind it; it gives up after half a second (SealPostponed)
rather than make people wait, and the job comes back in a minute. Two sealers: key 1 of the same space.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import OperationalError, connection, transaction

from xueqiao.foundation.ledger import models
from xueqiao.foundation.ledger.canonical import microseconds
from xueqiao.foundation.ledger.errors import SealPostponed, SealRefused
from xueqiao.foundation.ledger.merkle import FIRST_ROOT, RECORD_BYTES, record, seal_root
from xueqiao.foundation.ledger.rules import require_moment
from xueqiao.foundation.ledger.streams import TABLES, ImmutableTable, first_wrong_input, rows_of
from xueqiao.foundation.ledger.values import SealView
from xueqiao.foundation.locks import LockSpace, lock, set_lock_timeout

BARRIER, CHAIN = 0, 1
BARRIER_WAIT_MILLISECONDS = 500
ROWS_PER_TABLE_MAX = 50_000  # of one seal: keeps its leaves under 9 MB

Through = tuple[int, int, int, int]  # the last id per table, in the order of TABLES


def seal_new_transfers(*, now: datetime) -> SealView | None:
    """Seal the rows written since the last seal, up to 50,000 per table, and return the seal; None when there are none.

    Raises SealPostponed when writers kept the barrier for half a second, and SealRefused (with the row) when a row to
    be sealed no longer fits the hash of its inputs: a seal must not bless a forgery.
    """
    require_moment(now)
    settled = _settled_ids()
    with transaction.atomic():
        lock(LockSpace.LEDGER_SEAL, [CHAIN])
        last = models.Seal.objects.order_by("-number").first()
        before: Through = (
            (last.unit_through, last.account_through, last.transfer_through, last.posting_through)
            if last
            else (0, 0, 0, 0)
        )
        through = tuple(
            _last_of_the_next_rows(table, start, end) for table, start, end in zip(TABLES, before, settled, strict=True)
        )
        wrong = first_wrong_input(after=before[2], through=through[2])
        if wrong is not None:
            raise SealRefused(table=wrong.table, id=wrong.id)
        records = b"".join(_records(before, through))
        if not records:
            return None
        number = last.number + 1 if last else 1
        previous_root = bytes(last.root) if last else FIRST_ROOT
        root = seal_root(
            number=number,
            previous_root=previous_root,
            through=through,
            sealed_at_microseconds=microseconds(now),
            records=records,
        )
        models.Seal.objects.create(
            number=number,
            unit_through=through[0],
            account_through=through[1],
            transfer_through=through[2],
            posting_through=through[3],
            leaves=records,
            previous_root=previous_root,
            root=root,
            sealed_at=now,
        )
    transfers = sum(records[i : i + 1] == b"T" for i in range(0, len(records), RECORD_BYTES))
    return SealView(number, root.hex(), previous_root.hex(), len(records) // RECORD_BYTES, transfers, now)


def _settled_ids() -> Through:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            set_lock_timeout(BARRIER_WAIT_MILLISECONDS)
            lock(LockSpace.LEDGER_SEAL, [BARRIER])
            cursor.execute(
                "SELECT " + ", ".join(f"(SELECT coalesce(max(id), 0) FROM {table.name})" for table in TABLES)  # noqa: S608
            )
            settled: Through = cursor.fetchone()
            return settled
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == "55P03":
            raise SealPostponed from error
        raise


def _last_of_the_next_rows(table: ImmutableTable, after: int, settled: int) -> int:
    """The id up to which at most ROWS_PER_TABLE_MAX rows are new. Counted in rows: ids have gaps of any length."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {table.name} WHERE id > %s AND id <= %s ORDER BY id OFFSET %s LIMIT 1",  # noqa: S608
            [after, settled, ROWS_PER_TABLE_MAX - 1],
        )
        row = cursor.fetchone()
    return row[0] if row else max(after, settled)


def _records(before: Through, through: tuple[int, ...]) -> Iterator[bytes]:
    for table, start, end in zip(TABLES, before, through, strict=True):
        for row_id, text in rows_of(table, after=start, through=end):
            yield record(table.letter, row_id, text)
