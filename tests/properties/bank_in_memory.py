"""The bank's machine in memory: the deeds of `bank_of_rules.py`, and its book asked what the tables are asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, ClassVar
from uuid import UUID

from tests.properties.bank_machine import CLAIMS, UNIT, BankMachine
from tests.properties.bank_of_rules import CENTRE, COLLEGE, OTHER_CENTRE, Bank
from tests.properties.bank_world import HOURS, last_day
from xueqiao.domains.credits.rules import postings
from xueqiao.domains.credits.rules.clearing import is_antisymmetric, nets_of, positions_of
from xueqiao.domains.credits.rules.conversions import used_account
from xueqiao.domains.payments.rules.bills import (
    clearing_account,
    held_account,
    shares_returned,
    state_after_refund,
)
from xueqiao.domains.payments.rules.quotes import shares_quoted
from xueqiao.domains.payments.values.bills import LEARNER

PRICE, SUBSIDY, WEIGHTS = 36_001, 12_000, {"government": 3, "market": 2, "institution": 1}


class MemoryGround:
    """The same people, claims and schools as on PostgreSQL, without a row."""

    officer = other = desk = clerk = None
    now = datetime(2026, 4, 22, 12, 31, tzinfo=UTC)

    def __init__(self, bank: Bank, people: int, claims_each: int) -> None:
        self.bank = bank
        self.people = [SimpleNamespace(pk=number) for number in range(people)]
        self.actors = list(range(people))
        self.completions = list(range(people))
        self.proposals = list(bank.classes)
        self.world = SimpleNamespace(
            college=SimpleNamespace(pk=COLLEGE),
            centre=SimpleNamespace(pk=CENTRE),
            other_centre=SimpleNamespace(pk=OTHER_CENTRE),
        )
        self.claims = [
            (person, hours * 60, last_day(number), self.claim(person, number, hours, self.now))
            for number in range(claims_each)
            for person, hours in ((each, HOURS[(each + number) % 3]) for each in range(people))
        ]

    def claim(self, person: int, number: int, hours: int, now: datetime) -> Any:
        return self.bank.claim(person, number, hours, OTHER_CENTRE if (person + number) % 2 else None, now)


class BankInMemory(BankMachine):
    """The machine over plain rows. As many people and claims as the small ground on PostgreSQL has: what is found here
    by chance is the same walk there."""

    people, claims_each = 2, 3

    bank: Bank
    counted: ClassVar[Counter[tuple[str, str]]] = Counter()

    def __init__(self, *, every: int = 25) -> None:
        self.bank = Bank(self.people)
        self.ground = MemoryGround(self.bank, self.people, self.claims_each)  # type: ignore[misc]
        self.orders: list[dict[str, Any]] = []
        super().__init__(every=every)

    @classmethod
    def forgotten(cls) -> Any:
        return nullcontext()

    def all_or_nothing(self) -> Any:
        return nullcontext()  # a refusal comes before the first line is written

    def balances(self, unit: str, names: Sequence[str]) -> dict[str, tuple[int, int]]:
        return {name: self.bank.book.balance(unit, name) for name in names}

    def expiry_of(self, claim: Any) -> UUID:
        uuid: UUID = claim.expiry.uuid
        return uuid

    def expire_held(self) -> int:
        return self.bank.book.sweep(UNIT, self.now)

    def deliver(self) -> None:
        self.bank.deliver()

    def paid_order(self, person: int, *, told: int, leaves: bool) -> str:
        shares = shares_quoted(
            price_fen=PRICE,
            subsidy_fen=SUBSIDY,
            subsidy_weights=WEIGHTS,
            concession=0,
            concession_weights={},
            vouchers=(),
        )
        number, to_pay = len(self.orders), PRICE - SUBSIDY
        row: dict[str, Any] = {"shares": shares, "paid": 0, "refunded": 0, "returned": 0, "state": "due"}
        self.orders.append(row)
        held = held_account(number)
        origins = {
            each.payer_kind: clearing_account("rehearsal") if each.payer_kind == LEARNER else f"payer:{each.payer_kind}"
            for each in shares
        }
        for _ in range(told):
            lines = [(origins[each.payer_kind], held, each.amount_fen) for each in shares]
            self.bank.book.post("CNY", lines, f"pay:{number}", {})
            row["paid"] += 0 if self.bank.book.is_replay else to_pay
            row["state"] = "paid"
        self.captured += to_pay * (told > 0)
        if not (leaves and told):
            return "done"
        for part in (to_pay // 3, to_pay - to_pay // 3):
            back = shares_returned(shares, to_pay_fen=to_pay, refunded_before_fen=row["refunded"], refund_fen=part)
            gone = {each.payer_kind: each.amount_fen for each in back}
            shares = tuple(replace(s, returned_fen=s.returned_fen + gone.get(s.payer_kind, 0)) for s in shares)
            lines = [(held, origins[each.payer_kind], each.amount_fen) for each in back]
            self.bank.book.post("CNY", lines, f"refund:{number}:{part}", {})
            row["refunded"] += part
            row["returned"] += postings.amount_of(lines)
            row["state"] = state_after_refund(
                amount_fen=PRICE, paid_fen=row["paid"], refunded_fen=row["refunded"], returned_fen=row["returned"]
            )
        return "left"

    def orders_add_up(self) -> None:
        captured = refunded = 0
        for number, row in enumerate(self.orders[-3:], max(0, len(self.orders) - 3)):
            assert sum(each.amount_fen for each in row["shares"]) == PRICE, "I9: the shares are not the price"
            held = self.bank.book.balance("CNY", held_account(number))[0]
            assert held == (PRICE - row["returned"] if row["paid"] else 0), "I9: the bill holds something else"
            assert (row["state"] == "refunded") == (row["paid"] == row["refunded"] > 0 and held == 0), "I9: the state"
        for row in self.orders:
            captured += row["paid"]
            refunded += row["refunded"]
        kept = -self.bank.book.balance("CNY", clearing_account("rehearsal"))[0]
        assert captured == self.captured and kept == captured - refunded, "I9: the gateway's account"

    def tables_agree(self) -> None:
        book = self.bank.book
        assert not book.lopsided(), "I1: a unit's balances do not add up to zero"
        assert not book.back_twice(UNIT), "I6: more came back than was moved"
        book.seal()
        for each in self.bank.conversions.values():
            taken = sum(row.amount for row, _ in each.uses)
            held = sum(postings.amount_of(book.lines_of(unit, hold)) for unit, hold in each.holds.items())
            counted = sum(use.counted_hundredths for _, use in each.uses)
            assert (taken, counted) == (held, each.amount), "I7: what a conversion took is not what it gave"
            for unit, hold in each.holds.items():
                assert book.memo_of(unit, hold)["rule_sha256"] == each.rules.sha256, "I7: under another rule"

    def history_agrees(self) -> None:
        book = self.bank.book
        nets = nets_of(book.moved(CLAIMS))
        assert is_antisymmetric(book.posted(CLAIMS)), "I8: the matrix does not close"
        assert sum(receives - pays for receives, pays in positions_of(nets).values()) == 0
        expected = {
            (giver, COLLEGE): self.claimed_from(giver) for giver in (CENTRE, OTHER_CENTRE) if self.claimed_from(giver)
        }
        assert nets == expected, "I8: what is settled is not what was converted"
        assert book.is_sum_of_entries(), "I3: a balance is not the sum of its entries"
        assert book.is_as_sealed(), "I2, I10: what was sealed was changed"
        used = {used_account(each.uuid) for each in self.bank.conversions.values() if each.state == "converted"}
        assert used == {n for n, posted in book.posted(UNIT).items() if n.startswith("conversion:") and posted}


class FourInMemory(BankInMemory):
    """Four people, so that a walk of hundreds of steps finds something to do."""

    people = 4
