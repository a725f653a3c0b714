"""The whole ledger as a Beancount file: plain text that a program nobody here wrote can add up again.

Every account, every transfer with its key and seal, and what each account should hold at the end as a `balance`
assertion without tolerance. Beancount derives the balances from the transfers by its own arithmetic; the assertions
come from the balances as stored. Memos and people's names are not in the file.

A hold moves nothing yet. It is written between two side accounts, `Liabilities:Out:...` of the source and
`Liabilities:In:...` of the destination, and taken out of them by the row that ends it; so holds are added up as well.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TextIO
from uuid import UUID

from xueqiao.foundation.ledger import models
from xueqiao.foundation.ledger.streams import stream
from xueqiao.foundation.ledger.values import DIRECT, HELD, POST
from xueqiao.foundation.ledger.verification import one_snapshot

BEFORE_ALL = date(1970, 1, 1)  # every account is open from here on; when it was really opened stands beside it
ACCOUNTS = """
    SELECT a.id, a.unit_id, a.name, a.may_go_negative, a.opened_at, b.posted, b.held_out, b.held_in
      FROM ledger_account a LEFT JOIN ledger_balance b ON b.account_id = a.id ORDER BY a.id
"""
TRANSFERS = """
    SELECT t.id, t.uuid, t.unit_id, t.kind, t.key, t.at, t.resolves_id,
           (SELECT array_agg(ROW(p.source_id, p.destination_id, p.amount)::text ORDER BY p.id)
              FROM ledger_postingrow p WHERE p.transfer_id = coalesce(t.resolves_id, t.id))
      FROM ledger_transfer t ORDER BY t.id
"""


@dataclass(frozen=True)
class BeancountExport:
    """How much was written, and the last transfer and seal in it."""

    units: int
    accounts: int
    transfers: int
    transfer_through: int
    last_root: str


def export_beancount(file: TextIO) -> BeancountExport:
    """Write the ledger to `file` as one moment saw it, by streaming; memory grows with accounts, not with transfers."""
    with one_snapshot():
        return _export(file)


def commodity(unit_id: int, code: str) -> str:
    """A legal Beancount currency for a unit: "CREDIT.community" -> "CREDITCOMMUNITY-3". The id makes it one to one."""
    letters = re.sub("[^A-Z0-9]", "", code.upper())[:16]
    return f"{letters}-{unit_id}" if letters[:1].isalpha() else f"U{letters}-{unit_id}"


def account_part(name: str) -> str:
    """A name as one legal Beancount component, reversible: "person:12:available" -> "Xperson--12--available".

    A colon becomes two hyphens, any other character but ASCII letters and digits its code point in hexadecimal between
    hyphens; what does not begin with a digit or a capital (or begins with X) gets an X. One component, because an
    assertion about an account counts its sub-accounts too, and "person:12" has nothing to do with "person:12:held".
    """
    legal = re.sub("[^A-Za-z0-9]", lambda found: "--" if found[0] == ":" else f"-{ord(found[0]):x}-", name)
    return legal if re.match("[A-WYZ0-9]", legal) else f"X{legal}"


def account_name(part: str) -> str:
    """The inverse of `account_part`."""
    return re.sub("-([0-9a-f]*)-", lambda found: chr(int(found[1], 16)) if found[1] else ":", part.removeprefix("X"))


@dataclass(frozen=True)
class _Unit:
    commodity: str
    code: str
    scale: int

    def amount(self, whole: int) -> str:
        return f"{Decimal(whole).scaleb(-self.scale):.{self.scale}f} {self.commodity}"


@dataclass(frozen=True)
class _Account:
    path: str  # without its root
    root: str

    @property
    def own(self) -> str:
        return f"{self.root}:{self.path}"

    @property
    def out(self) -> str:
        return f"Liabilities:Out:{self.path}"

    @property
    def into(self) -> str:
        return f"Liabilities:In:{self.path}"


def _export(file: TextIO) -> BeancountExport:
    units = {
        unit.id: _Unit(commodity(unit.id, unit.code), unit.code, unit.scale)
        for unit in models.Unit.objects.order_by("id")
    }
    seals = list(models.Seal.objects.order_by("number").values_list("number", "transfer_through", "root"))
    file.write('option "title" "Xueqiao ledger"\n')
    if seals:
        file.write(f"; seal {seals[-1][0]}, root {bytes(seals[-1][2]).hex()}\n")
    for unit in units.values():
        file.write(f"\n{BEFORE_ALL} commodity {unit.commodity}\n  unit: {_text(unit.code)}\n  scale: {unit.scale}\n")
    accounts: dict[int, _Account] = {}
    expected: list[tuple[str, str]] = []
    for account_id, unit_id, name, may_go_negative, opened_at, posted, held_out, held_in in stream(ACCOUNTS, []):
        unit = units[unit_id]
        account = _Account(f"{account_part(unit.code)}:{account_part(name)}", "Equity" if may_go_negative else "Assets")
        accounts[account_id] = account
        for path in (account.own, account.out, account.into):
            file.write(f"{BEFORE_ALL} open {path} {unit.commodity}\n")
        file.write(f"  account: {_text(name)}\n  opened: {_text(_moment(opened_at))}\n")
        expected += [
            (account.own, unit.amount(posted)),
            (account.out, unit.amount(-held_out)),
            (account.into, unit.amount(held_in)),
        ]
    count, transfer_through, last_day = _write_transfers(file, units, accounts, seals)
    for path, amount in expected:
        number, currency = amount.split(" ")
        file.write(f"{last_day + timedelta(days=1)} balance {path} {number} ~ 0 {currency}\n")
    root = bytes(seals[-1][2]).hex() if seals else ""
    return BeancountExport(len(units), len(accounts), count, transfer_through, root)


def _write_transfers(
    file: TextIO, units: dict[int, _Unit], accounts: dict[int, _Account], seals: list[tuple[int, int, Any]]
) -> tuple[int, int, date]:
    through = [end for _, end, _ in seals]
    count, last_id, last_day = 0, 0, BEFORE_ALL
    for transfer_id, uuid, unit_id, kind, key, at, resolves_id, postings in stream(TRANSFERS, []):
        unit, day = units[unit_id], at.astimezone(UTC).date()
        place = bisect.bisect_left(through, transfer_id)
        seal = seals[place][0] if place < len(seals) else 0  # 0: not sealed yet
        file.write(f"\n{day} * {_text(kind)} {_text(key)}\n")
        file.writelines(_marks(transfer_id, uuid, at, seal, resolves_id))
        lines = [tuple(map(int, line[1:-1].split(","))) for line in postings or []]
        for path, amount in _legs(kind, [(accounts[s], accounts[d], n) for s, d, n in lines]):
            file.write(f"  {path} {unit.amount(amount)}\n")
        count, last_id, last_day = count + 1, transfer_id, max(last_day, day)
    return count, last_id, last_day


def _marks(transfer_id: int, uuid: UUID, at: datetime, seal: int, resolves_id: int | None) -> Iterator[str]:
    yield f'  id: {transfer_id}\n  uuid: "{uuid}"\n  at: {_text(_moment(at))}\n  seal: {seal}\n'
    if resolves_id is not None:
        yield f"  ends: {resolves_id}\n"


def _legs(kind: str, lines: Iterable[tuple[_Account, _Account, int]]) -> Iterator[tuple[str, int]]:
    """What a transfer moves, as (account, amount): a hold between the side accounts, its end out of them again."""
    for source, destination, amount in lines:
        if kind in (DIRECT, POST):
            yield source.own, -amount
            yield destination.own, amount
        if kind == HELD:
            yield source.out, -amount
            yield destination.into, amount
        elif kind != DIRECT:
            yield source.out, amount
            yield destination.into, -amount


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _text(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'
