"""Draws by the hundred thousand, on the very functions that hold them: odds by channel, order of entry and person,
groups, and how long anybody waits. Used by the tests (short) and by `make bench NAME=draw.odds` (100,000 draws).

Winners of one draw are drawn without putting back, so their counts vary less than those of a die. The statistic is
corrected by (N - 1) / (N - n), after which it follows chi-square (Cochran 1952).
"""

from __future__ import annotations

import math
import random
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from xueqiao.domains.enrolment.draws import lottery
from xueqiao.domains.enrolment.draws.lottery import NOTHING, Ballot, Desk
from xueqiao.domains.enrolment.rules.draws import turn_of

CHANNELS = ("web", "counter", "phone", "paper", "api")
Order = Callable[[Ballot, bytes], "array[int]"]
Turns = Callable[[Ballot, Sequence[Desk], "array[int]"], lottery.Outcome]


def p_value(statistic: float, freedom: int) -> float:
    """The probability that chi-square with `freedom` exceeds `statistic`: the regularised upper gamma function."""
    a, x = freedom / 2, statistic / 2
    if x <= 0:
        return 1.0
    if x < a + 1:  # series of the lower one
        term = total = 1 / a
        n = a
        while abs(term) > abs(total) * 1e-14:
            n += 1
            term *= x / n
            total += term
        return 1 - total * math.exp(-x + a * math.log(x) - math.lgamma(a))
    b, c = x + 1 - a, 1e300  # continued fraction of the upper one
    d = 1 / b
    h = d
    for n in range(1, 500):
        step = -n * (n - a)
        b += 2
        d = 1 / (step * d + b)
        c = b + step / c
        h *= d * c
        if abs(d * c - 1) < 1e-14:
            break
    return h * math.exp(-x + a * math.log(x) - math.lgamma(a))


@dataclass(frozen=True)
class Odds:
    """p of the hypothesis that winners do not depend on channel, on when they came, on who they are."""

    draws: int
    by_channel: float
    by_order: float
    by_person: float

    @property
    def worst(self) -> float:
        return min(self.by_channel, self.by_order, self.by_person)


def odds_of(
    draws: int,
    *,
    people: int = 40,
    seats: int = 10,
    order_of: Order = lottery.drawn_order,
    turns: Turns = lottery.take_turns,
    mark_of: Callable[[int, random.Random], bytes] = lambda _when, chance: chance.randbytes(32),
    salt: bytes = b"odds",
) -> Odds:
    """Hold `draws` draws of equal tickets, each with fresh pseudonyms and another order of entry."""
    chance = random.Random(salt)
    desks = [Desk("A", seats, (0, 0, 0, 0))]
    wins: list[Counter[int]] = [Counter(), Counter(), Counter()]  # by channel, by tenth of the order, by person
    for number in range(draws):
        came = list(range(people))
        chance.shuffle(came)  # came[k]: the person who entered k-th
        marks = {person: mark_of(at, chance) for at, person in enumerate(came)}
        listed = sorted(came, key=marks.__getitem__)
        ballot = Ballot(1)
        for person in listed:
            ballot.add(marks[person], 1, 1, 0, [0])
        outcome = turns(ballot, desks, order_of(ballot, sha256(salt + b"%d" % number).digest()))
        when = {person: at for at, person in enumerate(came)}
        for at, desk in enumerate(outcome.won):
            if desk != NOTHING:
                person = listed[at]
                wins[0][person % len(CHANNELS)] += 1
                wins[1][when[person] * 10 // people] += 1
                wins[2][person] += 1
    return Odds(
        draws, *(_p(each, groups, draws, people, seats) for each, groups in zip(wins, (5, 10, people), strict=True))
    )


def _p(wins: Counter[int], groups: int, draws: int, people: int, seats: int) -> float:
    expected = draws * seats / groups
    statistic = sum((wins[group] - expected) ** 2 / expected for group in range(groups))
    return p_value(statistic * (people - 1) / (people - seats), groups - 1)


def weighted_p(draws: int, *, order_of: Order = lottery.drawn_order, salt: bytes = b"weights") -> float:
    """p of the hypothesis that the first place falls to weights 1 to 6 in the ratio of the weights."""
    weights = (1, 2, 3, 4, 5, 6)
    ballot = Ballot(1)
    for at, weight in enumerate(weights):
        ballot.add(sha256(salt + bytes((at,))).digest(), 1, weight, 0, [0])
    first = Counter(order_of(ballot, sha256(salt + b"%d" % n).digest())[0] for n in range(draws))
    expected = [draws * weight / sum(weights) for weight in weights]
    return p_value(sum((first[at] - each) ** 2 / each for at, each in enumerate(expected)), len(weights) - 1)


@dataclass(frozen=True)
class GroupOdds:
    """Shares of draws won by a single, by a pair, by a four, all of one weight, and by a pair that came apart."""

    single: float
    pair: float
    four: float


def group_odds(draws: int, *, seats: int = 20, turns: Turns = lottery.take_turns, salt: bytes = b"groups") -> GroupOdds:
    """60 people for 20 seats of one class: 40 singles, 6 pairs, 2 fours."""
    sizes = [1] * 40 + [2] * 6 + [4] * 2
    won: Counter[int] = Counter()
    desks = [Desk("A", seats, (0,))]
    ballot = Ballot(1)
    for at, size in enumerate(sizes):
        ballot.add(at.to_bytes(32, "big"), size, 1, 0, [0])
    for number in range(draws):
        outcome = turns(ballot, desks, lottery.drawn_order(ballot, sha256(salt + b"%d" % number).digest()))
        for at, desk in enumerate(outcome.won):
            if desk != NOTHING:
                won[sizes[at]] += 1
    return GroupOdds(won[1] / draws / 40, won[2] / draws / 6, won[4] / draws / 2)


@dataclass(frozen=True)
class Waits:
    """How many terms those who won had waited (1: at once), the longest wait of anybody, and of anybody in a group."""

    longest: int
    longest_in_group: int
    still_waiting: int
    counts: Counter[int]


def waits_over_terms(
    *,
    terms: int = 6,
    seats: int = 30,
    classes: int = 4,
    demand: int = 3,
    first_after: int = 4,
    per_loss: int = 1,
    seed: bytes = b"terms",
) -> Waits:
    """Terms at `demand` tickets a seat: all begin together, losers come again, newcomers fill up; a tenth are groups.

    Everybody wishes three of the four classes. A wait is counted in terms entered.
    """
    chance = random.Random(seed)
    desks = [Desk(f"C{n}", seats, (0, 0, 0, 0)) for n in range(classes)]
    waiting: list[tuple[int, int, list[int]]] = []  # size, losses, wishes
    counts: Counter[int] = Counter()
    longest = longest_in_group = 0
    for term in range(terms):
        while sum(size for size, _losses, _wishes in waiting) < demand * seats * classes:
            size = chance.choice((2, 2, 3, 4)) if chance.random() < 0.1 else 1
            waiting.append((size, 0, chance.sample(range(classes), min(3, classes))))
        ballot = Ballot(3)
        marks = sorted(chance.randbytes(32) for _ in waiting)
        chance.shuffle(waiting)
        for mark, (size, losses, wishes) in zip(marks, waiting, strict=True):
            weight = 2 + per_loss * min(3, losses)
            ballot.add(mark, size, weight, 0, wishes, turn_of([losses] * size, first_after=first_after))
        outcome = lottery.take_turns(ballot, desks, lottery.drawn_order(ballot, sha256(seed + b"%d" % term).digest()))
        left = []
        for at, (size, losses, wishes) in enumerate(waiting):
            longest = max(longest, losses + 1)
            longest_in_group = max(longest_in_group, losses + 1 if size > 1 else 0)
            if outcome.won[at] == NOTHING:
                left.append((size, losses + 1, wishes))
            else:
                counts[losses + 1] += size
        waiting = left
    return Waits(longest, longest_in_group, len(waiting), counts)
