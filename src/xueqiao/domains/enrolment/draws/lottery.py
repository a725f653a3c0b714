"""The draw itself: who comes when, and what everybody gets. Integers and hashes only, the same on every machine.

Order. A ticket of weight w has w balls in the drum: SHA-256(seed || pseudonym || k) for k = 0 .. w-1. Its place is
decided by its smallest ball; balls are compared as 32 bytes. The smallest of w even numbers is the weighted draw one
after another without putting back, exactly: of those still in the drum, each comes next with probability weight / sum
of weights (the smallest of w uniforms survives x with (1 - x)^w, which is an exponential race with rate w). No
logarithm, no division, no floating point, so no two languages can differ. It does not matter in which order tickets
were entered.

First turns. Tickets that lost as often as the published rule says come before all others, in the order of their balls.

Turns. In that order each ticket takes its dearest wish that still has seats for all its people: first seats kept for
the buckets it belongs to, in the published order of buckets, then open ones. Nobody comes twice, nobody is asked to
trade, so naming other wishes than the true ones never helps. Kept seats that nobody took become open to everybody,
and the turns are taken again from the start in the same order, until no kept seat is left over.

Waiting. Who got nothing waits for each class she wished, in the same order.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

NOTHING = 0xFFFF  # in place of a class: no such wish, or no class won
FIRST, LATER = 1, 2  # turns
WEIGHT_MAX = 255  # the ball's number is one byte
SEED_TAG = b"xueqiao-draw/1 seed\n"


@dataclass(frozen=True)
class Desk:
    """One class as the draw sees it. kept: seats per bucket, in the published order; the rest of `seats` is open."""

    code: str
    seats: int
    kept: tuple[int, ...]

    @property
    def open(self) -> int:
        return self.seats - sum(self.kept)


@dataclass
class Ballot:
    """The frozen list in columns, line 1 at index 0. Ten million tickets fit into 600 MB.

    pseudonyms: 32 bytes each, ascending. turns: 1 for first turns, 2 for all others. buckets: bit b for bucket b.
    wishes: `stride` class indexes per ticket, filled up with NOTHING.
    """

    stride: int
    pseudonyms: bytearray = field(default_factory=bytearray)
    sizes: bytearray = field(default_factory=bytearray)
    weights: bytearray = field(default_factory=bytearray)
    turns: bytearray = field(default_factory=bytearray)
    buckets: bytearray = field(default_factory=bytearray)
    wishes: array[int] = field(default_factory=lambda: array("H"))

    def __len__(self) -> int:
        return len(self.sizes)

    def add(
        self, pseudonym: bytes, size: int, weight: int, buckets: int, wishes: Sequence[int], turn: int = LATER
    ) -> None:
        self.pseudonyms += pseudonym
        self.sizes.append(size)
        self.weights.append(weight)
        self.turns.append(turn)
        self.buckets.append(buckets)
        self.wishes.extend(wishes)
        for _ in range(self.stride - len(wishes)):
            self.wishes.append(NOTHING)

    def widen(self, stride: int) -> None:
        """Make room for `stride` wishes a ticket, if there is less."""
        if stride <= self.stride:
            return
        narrow, padding = self.wishes, [NOTHING] * (stride - self.stride)
        self.wishes = array("H")
        for start in range(0, len(narrow), self.stride):
            self.wishes.extend(narrow[start : start + self.stride])
            self.wishes.extend(padding)
        self.stride = stride


@dataclass(frozen=True)
class Outcome:
    """order: indexes of tickets as drawn. won: class index per ticket or NOTHING. ranks: the wish it was, from 1, or 0.
    passes: how often the turns were taken. seats_given: people, not tickets."""

    order: array[int]
    won: array[int]
    ranks: bytearray
    passes: int
    seats_given: int


def seed_of(*, list_root: bytes, freeze_hash: bytes, source_value: str, secret: bytes) -> bytes:
    """Return the seed. Every part has a fixed length, so that no two inputs make the same bytes. secret: 32 bytes, or
    none when it was withheld."""
    return sha256(SEED_TAG + list_root + freeze_hash + sha256(source_value.encode()).digest() + secret).digest()


def ball(seed: bytes, pseudonym: bytes, weight: int) -> bytes:
    """Return the smallest of a ticket's balls."""
    head = seed + pseudonym
    return min(sha256(head + bytes((k,))).digest() for k in range(weight))


def drawn_order(ballot: Ballot, seed: bytes) -> array[int]:
    """Return the indexes of all tickets in drawn order. Equal balls (never seen) are told apart by pseudonym: the list
    is sorted by it, and sorting keeps the order of equals."""
    keys = drawn_keys(bytes(ballot.pseudonyms), ballot.weights, ballot.turns, seed)
    return array("I", sorted(range(len(keys)), key=keys.__getitem__))


def drawn_keys(pseudonyms: bytes, weights: Sequence[int], turns: Sequence[int], seed: bytes) -> list[bytes]:
    """Return what decides each ticket's place: its turn as one byte, then its smallest ball."""
    keys, digits = [], [bytes((k,)) for k in range(WEIGHT_MAX + 1)]
    zero = digits[0]
    for start, weight, turn in zip(range(0, len(pseudonyms), 32), weights, turns, strict=True):
        head = seed + pseudonyms[start : start + 32]
        if weight == 1:
            keys.append(digits[turn] + sha256(head + zero).digest())
        else:
            keys.append(digits[turn] + min([sha256(head + k).digest() for k in digits[:weight]]))
    return keys


def take_turns(ballot: Ballot, desks: Sequence[Desk], order: array[int]) -> Outcome:
    """Return what every ticket gets when all take turns in `order`, kept seats without takers given to everybody."""
    opened = [desk.open for desk in desks]
    kept = [list(desk.kept) for desk in desks]
    passes = 0
    while True:
        passes += 1
        won, ranks, over = _one_pass(ballot, order, opened, kept)
        if not any(any(row) for row in over):
            given = sum(desk.seats for desk in desks) - _left(won, ballot, desks)
            return Outcome(order, won, ranks, passes, given)
        for desk, row in enumerate(over):
            for bucket, count in enumerate(row):
                kept[desk][bucket] -= count
                opened[desk] += count


def _left(won: array[int], ballot: Ballot, desks: Sequence[Desk]) -> int:
    return sum(desk.seats for desk in desks) - sum(
        size for desk, size in zip(won, ballot.sizes, strict=True) if desk != NOTHING
    )


def _one_pass(
    ballot: Ballot, order: array[int], opened: Sequence[int], kept: Sequence[Sequence[int]]
) -> tuple[array[int], bytearray, list[list[int]]]:
    """Everybody's turn once. Returns the classes won, the ranks of the wishes, and the kept seats left over."""
    free, reserved = list(opened), [list(row) for row in kept]
    left = [count + sum(row) for count, row in zip(free, reserved, strict=True)]  # of any kind: the quick first look
    total = sum(left)
    sizes, wishes, buckets, stride = ballot.sizes, ballot.wishes, ballot.buckets, ballot.stride
    won, ranks = array("H", [NOTHING]) * len(ballot), bytearray(len(ballot))
    for index in order:
        if not total:
            break
        size = sizes[index]
        for rank in range(stride):
            desk = wishes[index * stride + rank]
            if desk == NOTHING:
                break
            if left[desk] < size or not _take(free, reserved[desk], desk, size, buckets[index]):
                continue
            left[desk] -= size
            total -= size
            won[index], ranks[index] = desk, rank + 1
            break
    return won, ranks, reserved


def _take(free: list[int], reserved: list[int], desk: int, size: int, mask: int) -> bool:
    """Take `size` seats: those kept for the ticket's buckets in order, then open ones. False if there are too few."""
    mine = [bucket for bucket in range(len(reserved)) if mask >> bucket & 1] if mask else ()
    if free[desk] + sum(reserved[bucket] for bucket in mine) < size:
        return False
    for bucket in mine:
        taken = min(size, reserved[bucket])
        reserved[bucket] -= taken
        size -= taken
    free[desk] -= size
    return True
