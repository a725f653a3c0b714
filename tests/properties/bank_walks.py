"""Walks of the bank's machine: which steps by chance, how they are taken and forgotten, how a failing walk shrinks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from django.db import DatabaseError

from tests.properties.bank_machine import BankMachine
from tests.properties.bank_on_postgres import BankOnPostgres
from xueqiao.foundation.ledger.api import LedgerRefused

Step = tuple[str, int]
NUMBERS = 1000
WEIGHTS = {
    "decide": 16,
    "learn": 1,
    "learn_before_the_rules_change": 1,
    "deposit": 6,
    "take_back": 8,
    "reserve": 24,
    "ask_again": 20,
    "answer": 64,
    "convert": 4,
    "fill_a_programme": 1,
    "lose_what_was_spent_and_learn_again": 1,
    "ask_to_revoke": 6,
    "revoke": 10,
    "announce": 4,
    "let_end": 6,
    "restore": 6,
    "an_end_and_after": 1,
    "order": 1,
    "tell_the_schools": 3,
    "wait": 8,
    "sweep": 20,
    "sweep_ledger": 14,
    "change_the_rules": 1,
}


@dataclass
class Failed(Exception):
    """A walk that went wrong. steps: those it had taken, the last one the failing."""

    steps: list[Step]
    reason: Exception

    def __str__(self) -> str:
        return f"{type(self.reason).__name__}: {self.reason}\nafter {' '.join(f'{n}:{k}' for n, k in self.steps)}"


def steps_told(text: str) -> list[Step]:
    """'decide:7 reserve:3' -> the steps."""
    return [(name, int(number)) for name, number in (each.split(":") for each in text.split())]


def steps_of(seed: int, count: int) -> list[Step]:
    """The steps of a walk: names by weight, each with a number its choices follow from."""
    dice = Random(seed)
    return [(name, dice.randrange(NUMBERS)) for name in dice.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count)]


def is_caught(failed: Failed | None) -> bool:
    """True when the machine, or a wall below it, said what is wrong; a mere error of the code proves nothing."""
    return failed is not None and isinstance(failed.reason, (AssertionError, DatabaseError, LedgerRefused))


def walk(steps: Sequence[Step], *, every: int = 25, kind: type[BankMachine] = BankOnPostgres) -> int:
    """Take the steps from the ground on, look at everything at the end, and forget it all. Returns how many deeds were
    compared. Raises Failed."""
    machine, taken = kind(every=every), 0
    try:
        with machine.forgotten():
            for taken, (name, number) in enumerate(steps, 1):  # noqa: B007
                machine.step(name, number)
            machine.end()
    except Exception as reason:
        raise Failed(list(steps[:taken]), reason) from reason
    return machine.steps


def shortest(failed: Failed, *, tries: int = 200, kind: type[BankMachine] = BankOnPostgres) -> Failed:
    """Leave out what the failure does not need: halves, quarters, and at last single steps."""
    size = max(1, len(failed.steps) // 2)
    while size:
        at = 0
        while at < len(failed.steps) and tries:
            tries -= 1
            try:
                walk([*failed.steps[:at], *failed.steps[at + size :]], every=1, kind=kind)
            except Failed as shorter:
                failed = shorter
            else:
                at += size
        size //= 2
    return failed


def told(kind: type[BankMachine] = BankOnPostgres) -> str:
    """How often each deed was done, and how often refused and why."""
    deeds: dict[str, dict[str, int]] = {}
    for (deed, answer), count in sorted(kind.counted.items()):
        deeds.setdefault(deed, {})[answer] = count
    return "; ".join(
        f"{deed} {sum(counts.values())} (" + ", ".join(f"{answer} {count}" for answer, count in counts.items()) + ")"
        for deed, counts in deeds.items()
    )
