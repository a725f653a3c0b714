"""Whether a schedule equals some serial order: its answers and its whole end state.

A deed is usually one transaction, and then at most six orders are to be compared with. Some are several by design:
the money is booked first, and the seat follows in a transaction of its own, which the outbox keeps until it is done.
What no order of whole deeds explains is therefore compared with orders of whole transactions, and counted apart.
A plain read outside a transaction is no boundary: an order in which another transaction comes between such a read and
what is decided by it is never counted as serial.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations, permutations
from random import Random
from typing import Any

from tests.interleavings.grounds import Ground, outcome_words, picture
from tests.interleavings.scheduler import Played, Stage, by_transactions, drawn, in_order, interrupted
from tests.interleavings.snapshot import Snapshot, rows

ORDERS_TRIED = 12
End = tuple[tuple[Any, ...], dict[str, list[str]]]


class NotSerial(AssertionError):
    """A schedule that no serial order explains."""


@dataclass
class Checker:
    """Plays schedules on one ground and compares their ends with those of the serial orders, which it keeps."""

    ground: Ground
    stage: Stage
    snapshot: Snapshot
    serial: dict[tuple[str, ...], list[End]] = field(default_factory=dict)
    schedules: int = 0
    by_transactions: int = 0
    waits: int = 0
    steps: int = 0
    deadlocks: int = 0

    def check(self, names: Sequence[str], seed: int) -> Played:
        """Play one schedule of the deeds. Raises NotSerial, with the trace and what differs from each serial order."""
        ends = self._serial_ends(tuple(names))
        played, end = self._play(names, drawn(seed))
        self.schedules += 1
        self.waits += played.waits
        self.steps += len(played.trace)
        self.deadlocks += played.deadlocks
        if played.deadlocks:
            raise NotSerial(f"{self.ground.name}, seed {seed}: a deadlock\n{played.story}")
        if end not in ends and not (
            self._is_explained_by_transactions(names, seed, played, end)
            or self._is_explained_by_early_reading(names, played, end)
        ):
            raise NotSerial(self._difference(names, seed, played, end, ends))
        return played

    def report(self) -> str:
        """One line of figures."""
        return (
            f"{self.schedules} schedules of {len(self.serial)} choices, {self.steps} steps, {self.waits} waits,"
            f" {self.by_transactions} explained by orders of transactions only, {self.deadlocks} deadlocks"
        )

    def _serial_ends(self, names: tuple[str, ...]) -> list[End]:
        if names not in self.serial:
            ends: list[End] = []
            for order in permutations(range(len(names))):
                _, end = self._play(names, in_order(order))
                if end not in ends:
                    ends.append(end)
            self.serial[names] = ends
        return self.serial[names]

    def _is_explained_by_transactions(self, names: Sequence[str], seed: int, played: Played, end: End) -> bool:
        """First the order in which this schedule committed, then others drawn from the seed."""
        known = self.serial[tuple(names)]
        dice, order = Random(seed), played.transactions
        for _ in range(ORDERS_TRIED):
            _, other = self._play(names, by_transactions(order))
            if other not in known:
                known.append(other)
            if other == end or self._differ_in_reasons_only(end, other, known):
                self.by_transactions += 1
                return True
            order = dice.sample(played.transactions, len(played.transactions))
        return False

    def _is_explained_by_early_reading(self, names: Sequence[str], played: Played, end: End) -> bool:
        """Whether a deed that may read early was overtaken at one point of its way by whole transactions."""
        for number, name in enumerate(names):
            if name not in self.ground.reads_early:
                continue
            for steps in range(1, sum(line.startswith(f"{number}:") for line in played.trace)):
                _, other = self._play(names, interrupted(number, steps, played.transactions))
                if other == end or self._differ_in_reasons_only(end, other, self.serial[tuple(names)]):
                    self.by_transactions += 1
                    return True
        return False

    @staticmethod
    def _differ_in_reasons_only(end: End, other: End, known: Sequence[End]) -> bool:
        """True when the tables agree and a deed that was refused named another reason, one it has in some serial order.

        A refusal writes nothing and reads by several statements: of two reasons that are both true it may name either.
        """
        if end[1] != other[1]:
            return False
        for place, (ours, theirs) in enumerate(zip(end[0], other[0], strict=True)):
            refused_both = isinstance(ours, str) and isinstance(theirs, str)
            if ours != theirs and not (refused_both and any(each[0][place] == ours for each in known)):
                return False
        return True

    def _play(self, names: Sequence[str], choose: Any) -> tuple[Played, End]:
        played = self.stage.play([self.ground.deeds[name] for name in names], choose)
        try:
            self.ground.settle()
            if self.ground.never:
                assert not rows(self.ground.never), f"{self.ground.name}: what must never be\n{played.story}"
            return played, (tuple(outcome_words(each) for each in played.outcomes), picture(self.ground.pictures))
        finally:
            self.snapshot.restore()

    def _difference(self, names: Sequence[str], seed: int, played: Played, end: End, ends: list[End]) -> str:
        said = [f"{self.ground.name}, seed {seed}: {', '.join(names)} equal no serial order", played.story]
        said.append(f"answers {end[0]}")
        for number, other in enumerate(ends):
            said.append(f"--- serial order {number}: answers {other[0]}")
            for part in end[1]:
                ours, theirs = set(end[1][part]), set(other[1][part])
                said.extend(f"  only here, {part}: {line}" for line in sorted(ours - theirs))
                said.extend(f"  only there, {part}: {line}" for line in sorted(theirs - ours))
        return "\n".join(said)


def casts(ground: Ground, *, seed: int, number: int) -> list[tuple[str, ...]]:
    """`number` choices of two or three deeds of a ground: all pairs first, then threes drawn from the seed."""
    pairs = list(combinations(sorted(ground.deeds), 2))
    threes = list(combinations(sorted(ground.deeds), 3))
    dice = Random(seed)
    dice.shuffle(pairs)
    dice.shuffle(threes)
    return (
        (pairs + threes)[:number] if number > len(pairs) else [*pairs[: number // 2], *threes[: number - number // 2]]
    )
