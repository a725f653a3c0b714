"""A book that keeps the ledger's walls in plain Python: floors, keys, holds that end once, entries that never change.

Underneath is the model that `ledger_machine.py` holds against the real ledger; which lines may be written, what a key
stands for and how seals are chained are the ledger's own functions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from tests.properties.ledger_model import ModelLedger
from xueqiao.foundation.ledger.canonical import input_hash
from xueqiao.foundation.ledger.errors import AlreadyResolved, HoldExpired, InsufficientBalance, KeyReused
from xueqiao.foundation.ledger.merkle import FIRST_ROOT, record, seal_root
from xueqiao.foundation.ledger.rules import require_lines
from xueqiao.foundation.ledger.values import Posting

Line = tuple[str, str, int]
SOURCES = ("issuer:", "claims:", "gateway:", "payer:")
REFUSALS = {
    "key_reused": lambda key: KeyReused(key=key),
    "insufficient_balance": lambda key: InsufficientBalance(account=key),
    "already_resolved": lambda key: AlreadyResolved(state="-"),
    "hold_expired": lambda key: HoldExpired(),
}


class UnitBook(ModelLedger):
    """One unit. A deficit may go below zero too: its account is opened for that."""

    def _short(self, after: dict[str, list[int]]) -> tuple[str, str] | None:
        return super()._short({name: each for name, each in after.items() if not name.endswith(":revoked_deficit")})


class Book:
    """All units. A transfer is named by its unit and its number there."""

    def __init__(self) -> None:
        self.units: dict[str, UnitBook] = defaultdict(lambda: UnitBook(sources=SOURCES))
        self.memos: dict[tuple[str, int], dict[str, Any]] = {}
        self.hashes: dict[tuple[str, str], bytes] = {}
        self.entries: list[tuple[str, int]] = []  # in the order they were written
        self.seals: list[tuple[int, bytes]] = []  # entries covered, root
        self.is_replay = False

    def post(self, unit: str, lines: Sequence[Line], key: str, memo: dict[str, Any]) -> int:
        return self._write(unit, "direct", lines, key, memo, None, None)

    def hold(
        self, unit: str, lines: Sequence[Line], key: str, memo: dict[str, Any], expires_at: datetime, now: datetime
    ) -> int:
        return self._write(unit, "held", lines, key, memo, expires_at, now)

    def _write(self, unit: str, kind: str, lines: Any, key: str, memo: Any, expires_at: Any, now: Any) -> int:
        checked = require_lines(unit, [Posting(*line) for line in lines])
        hashed = input_hash(unit=unit, kind=kind, lines=checked, memo=memo, expires_at=expires_at)
        known = self.hashes.setdefault((unit, key), hashed)
        if known != hashed:
            raise KeyReused(key=key)
        book = self.units[unit]
        if kind == "held":
            answer, number = book.hold(key, checked, hashed, expires_at, now)  # type: ignore[arg-type]
        else:
            answer, number = book.post(key, checked, hashed, 0)  # type: ignore[arg-type]
        return self._answered(unit, key, memo, answer, number)

    def end(self, unit: str, number: int, kind: str, key: str, now: datetime) -> int:
        """post or void a hold."""
        answer, found = self.units[unit].end(kind, number, key, now)  # type: ignore[arg-type]
        return self._answered(unit, key, {"of": number}, answer, found)

    def _answered(self, unit: str, key: str, memo: dict[str, Any], answer: str, number: Any) -> int:
        if answer not in {"written", "replay"}:
            if key not in self.units[unit].keys:
                self.hashes.pop((unit, key), None)  # nothing was written: the key is free
            raise REFUSALS[answer](str(number or key))
        self.is_replay = answer == "replay"
        if not self.is_replay:
            self.memos[unit, number] = memo
            self.entries.append((unit, number))
        return int(number)

    def sweep(self, unit: str, now: datetime) -> int:
        """End the holds whose time is over."""
        numbers = self.units[unit].sweep(now)  # type: ignore[arg-type]
        for number in numbers:
            self.memos[unit, number] = {}
            self.entries.append((unit, number))
        return len(numbers)

    def balance(self, unit: str, name: str) -> tuple[int, int]:
        posted, held_out, _ = self.units[unit].balances.get(name, (0, 0, 0))
        return posted, held_out

    def posted(self, unit: str) -> dict[str, int]:
        return {name: each[0] for name, each in self.units[unit].balances.items()}

    def lines_of(self, unit: str, number: int) -> list[Line]:
        return self.units[unit].deeds[number].lines

    def memo_of(self, unit: str, number: int) -> dict[str, Any]:
        return self.memos[unit, number]

    def lopsided(self) -> list[str]:
        """Units whose balances do not add up to zero."""
        return [unit for unit, book in self.units.items() if sum(each[0] for each in book.balances.values())]

    def back_twice(self, unit: str) -> list[int]:
        """Transfers of which more was moved back than they moved."""
        back: dict[int, int] = defaultdict(int)
        for (of_unit, number), memo in self.memos.items():
            if of_unit == unit and "of_transfer" in memo:
                back[memo["of_transfer"]] += sum(amount for _, _, amount in self.lines_of(unit, number))
        return [n for n, amount in back.items() if amount > sum(each[2] for each in self.lines_of(unit, n))]

    def moved(self, unit: str) -> Iterator[Line]:
        """Every line that counts: of direct transfers, and of holds that were made final."""
        deeds = self.units[unit].deeds
        for deed in deeds:
            if deed.kind == "direct":
                yield from deed.lines
            elif deed.kind == "post" and deed.resolves is not None:
                yield from deeds[deed.resolves].lines

    def is_sum_of_entries(self) -> bool:
        """Every balance is what its entries make of it (I3)."""
        for unit in self.units:
            again: dict[str, int] = defaultdict(int)
            for source, destination, amount in self.moved(unit):
                again[source] -= amount
                again[destination] += amount
            if any(again[name] != posted for name, posted in self.posted(unit).items()):
                return False
        return True

    def seal(self) -> None:
        """Chain a seal over what is new (I10)."""
        if self.entries:
            self.seals.append((len(self.entries), self._root(len(self.seals), len(self.entries))))

    def is_as_sealed(self) -> bool:
        """No entry under a seal was changed, taken out or put between (I2, I10)."""
        return all(root == self._root(number, through) for number, (through, root) in enumerate(self.seals))

    def _root(self, number: int, through: int) -> bytes:
        before, previous = self.seals[number - 1] if number else (0, FIRST_ROOT)
        texts = (self._text(*entry) for entry in self.entries[before:through])
        records = b"".join(record(b"T", before + at, text) for at, text in enumerate(texts, 1))
        return seal_root(
            number=number + 1, previous_root=previous, through=(through,), sealed_at_microseconds=0, records=records
        )

    def _text(self, unit: str, number: int) -> str:
        deed = self.units[unit].deeds[number]
        return repr((unit, number, deed.kind, deed.lines, deed.resolves, self.memos[unit, number]))
