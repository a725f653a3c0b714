"""Recompute everything that is stored twice and name the rows that do not agree."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from django.db import connection, transaction

from xueqiao.foundation.ledger.canonical import microseconds
from xueqiao.foundation.ledger.merkle import FIRST_ROOT, RECORD_BYTES, record, seal_root
from xueqiao.foundation.ledger.streams import TABLES, ImmutableTable, rows_of, stream, wrong_inputs
from xueqiao.foundation.ledger.values import LedgerVerdict, WrongRow

EVER = 2**63 - 1

SEALS = """
    SELECT number, unit_through, account_through, transfer_through, posting_through, leaves, previous_root, root,
           sealed_at
      FROM ledger_seal ORDER BY number
"""
# A posting counts as final when its transfer is direct or ended by 'post', as held while nothing has ended it.
BALANCES = """
    WITH line AS (
        SELECT p.source_id, p.destination_id, p.amount,
               CASE WHEN t.kind = 'direct' OR ended.kind = 'post' THEN 'posted'
                    WHEN ended.kind IS NULL THEN 'held' ELSE 'given back' END AS state
          FROM ledger_postingrow p
          JOIN ledger_transfer t ON t.id = p.transfer_id
          LEFT JOIN ledger_transfer ended ON ended.resolves_id = t.id
    ), moved AS (
        SELECT source_id AS account_id, state, amount AS leaving, 0::bigint AS arriving FROM line
         UNION ALL SELECT destination_id, state, 0, amount FROM line
    ), derived AS (
        SELECT account_id,
               coalesce(sum(arriving - leaving) FILTER (WHERE state = 'posted'), 0) AS posted,
               coalesce(sum(leaving) FILTER (WHERE state = 'held'), 0) AS held_out,
               coalesce(sum(arriving) FILTER (WHERE state = 'held'), 0) AS held_in
          FROM moved GROUP BY account_id
    )
    SELECT a.id, d.account_id, b.account_id,
           ROW(a.may_go_negative, coalesce(d.posted, 0), coalesce(d.held_out, 0), coalesce(d.held_in, 0))::text,
           ROW(b.may_go_negative, b.posted, b.held_out, b.held_in)::text
      FROM ledger_account a
      FULL JOIN derived d ON d.account_id = a.id
      FULL JOIN ledger_balance b ON b.account_id = coalesce(a.id, d.account_id)
     ORDER BY coalesce(a.id, d.account_id, b.account_id)
"""
ENDINGS = """
    SELECT t.id, coalesce(held.kind, 'nothing') FROM ledger_transfer t
      LEFT JOIN ledger_transfer held ON held.id = t.resolves_id
     WHERE t.resolves_id IS NOT NULL AND held.kind IS DISTINCT FROM 'held' ORDER BY t.id
"""
LINES = """
    SELECT p.id FROM ledger_postingrow p LEFT JOIN ledger_transfer t ON t.id = p.transfer_id AND t.unit_id = p.unit_id
     WHERE t.kind IS NULL OR t.kind NOT IN ('direct', 'held') ORDER BY p.id
"""
OPEN_HOLDS = """
    WITH open AS (
        SELECT t.id, t.expires_at FROM ledger_transfer t
         WHERE t.kind = 'held' AND NOT EXISTS (SELECT FROM ledger_transfer e WHERE e.resolves_id = t.id)
    )
    SELECT coalesce(open.id, h.transfer_id), open.id IS NOT NULL, open.expires_at::text,
           h.transfer_id IS NOT NULL, h.expires_at::text
      FROM open FULL JOIN ledger_openhold h ON h.transfer_id = open.id
     WHERE open.id IS NULL OR h.transfer_id IS NULL OR open.expires_at IS DISTINCT FROM h.expires_at
     ORDER BY 1
"""


def verify_ledger(*, published_roots: Iterable[str] = (), rows_max: int = 1) -> LedgerVerdict:
    """Recompute every seal and every balance from the rows, by streaming, on one snapshot; nothing is written.

    published_roots: roots (hexadecimal) noted outside, each of which must still be in the chain: without one, somebody
    who can rewrite rows *and* all later seals could hide it. The verdict names up to `rows_max` wrong rows in this
    order: seals and the rows they cover, rows not yet sealed (by the hash of their inputs), endings of holds, balances.
    It stops reading when it has them, so the counts of an unsound ledger may be short.
    """
    tally = _Tally()
    with one_snapshot():
        found = _each_once(_wrong_rows(tally, {root.lower() for root in published_roots}))
        wrong = tuple(islice(found, max(1, rows_max)))
    return LedgerVerdict(wrong_rows=wrong, **vars(tally))


def _each_once(rows: Iterable[WrongRow]) -> Iterator[WrongRow]:
    """A changed row may disagree with its seal and with the balances: it is named for the first of these."""
    named: set[tuple[str, int | None, str | None]] = set()
    for row in rows:
        name = (row.table, row.id, row.expected if row.id is None else None)
        if name not in named:
            named.add(name)
            yield row


class _Tally:
    """How much was read; the fields of LedgerVerdict."""

    def __init__(self) -> None:
        self.units = self.accounts = self.transfers = self.postings = 0
        self.balances = self.seals = self.unsealed_transfers = 0
        self.last_root = ""

    def add(self, table: ImmutableTable, rows: int) -> None:
        name = {b"U": "units", b"A": "accounts", b"T": "transfers", b"P": "postings"}[table.letter]
        setattr(self, name, getattr(self, name) + rows)


@contextmanager
def one_snapshot() -> Iterator[None]:
    """One transaction that sees one moment. Inside somebody else's transaction: that one."""
    is_own = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_own:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL work_mem = '64MB'")
        yield


def _wrong_rows(tally: _Tally, published: set[str]) -> Iterator[WrongRow]:
    through = yield from _wrong_seals(tally, published)
    for table, start in zip(TABLES, through, strict=True):
        rows = sum(1 for _ in rows_of(table, after=start, through=EVER))
        tally.add(table, rows)
        if table.letter == b"T":
            tally.unsealed_transfers = rows
    yield from wrong_inputs(after=through[2], through=EVER)
    yield from _wrong_endings()
    yield from _wrong_balances(tally)


def _wrong_seals(tally: _Tally, published: set[str]) -> Generator[WrongRow, None, list[int]]:
    """Yield what is wrong with the chain and the sealed rows; return the last id covered, per table."""
    streams = [_Ahead(rows_of(table, after=-EVER, through=EVER)) for table in TABLES]
    before = [0, 0, 0, 0]
    last_root, last_number = FIRST_ROOT, 0
    missing = set(published)
    for number, *through, leaves, root_before, stored_root, sealed_at in stream(SEALS, []):
        records, previous_root, root = bytes(leaves), bytes(root_before), bytes(stored_root)
        if number != last_number + 1:
            yield WrongRow("ledger_seal", number, f"seal {last_number + 1} next", f"seal {number}")
        if previous_root != last_root:
            yield WrongRow("ledger_seal", number, f"previous root {last_root.hex()}", previous_root.hex())
        computed = seal_root(
            number=number,
            previous_root=previous_root,
            through=through,
            sealed_at_microseconds=microseconds(sealed_at),
            records=records,
        )
        if len(records) % RECORD_BYTES or computed != root:
            yield WrongRow("ledger_seal", number, f"root {root.hex()} over its leaves", computed.hex())
        for position, table in enumerate(TABLES):
            mine = [
                records[i : i + RECORD_BYTES]
                for i in range(0, len(records), RECORD_BYTES)
                if records[i : i + 1] == table.letter
            ]
            yield from _wrong_sealed_rows(table, mine, streams[position], through[position], tally)
        before, last_root, last_number = list(through), root, number
        missing.discard(root.hex())
        tally.seals += 1
        tally.last_root = root.hex()
    for root_wanted in sorted(missing):
        yield WrongRow("ledger_seal", None, f"published root {root_wanted}", "not in the chain")
    return before


class _Ahead:
    """A stream of rows one can look at without taking."""

    def __init__(self, rows: Iterator[tuple[int, str]]) -> None:
        self._rows = rows
        self.row = next(rows, None)

    def take(self) -> None:
        self.row = next(self._rows, None)


def _wrong_sealed_rows(
    table: ImmutableTable, records: list[bytes], rows: _Ahead, through: int, tally: _Tally
) -> Iterator[WrongRow]:
    for leaf in records:
        sealed_id = int.from_bytes(leaf[1:9], "big")
        while rows.row is not None and rows.row[0] < sealed_id:
            yield WrongRow(table.name, rows.row[0], "no such row in the seal", rows.row[1])
            rows.take()
        if rows.row is None or rows.row[0] != sealed_id:
            yield WrongRow(table.name, sealed_id, f"a row with SHA-256 {leaf[9:].hex()}", "no row")
            continue
        if record(table.letter, sealed_id, rows.row[1]) != leaf:
            yield WrongRow(table.name, sealed_id, f"a row with SHA-256 {leaf[9:].hex()}", rows.row[1])
        rows.take()
        tally.add(table, 1)
    while rows.row is not None and rows.row[0] <= through:
        yield WrongRow(table.name, rows.row[0], "no such row in the seal", rows.row[1])
        rows.take()


def _wrong_endings() -> Iterator[WrongRow]:
    for transfer_id, kind in stream(ENDINGS, []):
        yield WrongRow("ledger_transfer", transfer_id, "ends a transfer of kind held", f"ends {kind}")
    for (posting_id,) in stream(LINES, []):
        yield WrongRow("ledger_postingrow", posting_id, "belongs to a direct or held transfer", "does not")
    for transfer_id, is_open, expires_at, is_listed, listed_expiry in stream(OPEN_HOLDS, []):
        yield WrongRow(
            "ledger_openhold",
            transfer_id,
            f"open until {expires_at}" if is_open else "not listed",
            f"open until {listed_expiry}" if is_listed else "not listed",
        )


def _wrong_balances(tally: _Tally) -> Iterator[WrongRow]:
    for account_id, derived_id, balance_id, derived, stored in stream(BALANCES, []):
        if account_id is None:
            yield WrongRow("ledger_account", derived_id or balance_id, "an account", "no row")
        elif balance_id is None:
            yield WrongRow("ledger_balance", account_id, derived, "no row")
        elif derived != stored:
            yield WrongRow("ledger_balance", account_id, derived, stored)
        tally.balances += balance_id is not None
