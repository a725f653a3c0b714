"""What the simulator answers. Amounts in hundredths of a credit, time in minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xueqiao.domains.credits.values.rulesets import OutcomeFacts, Programme


@dataclass(frozen=True)
class Offer:
    """A class one could take next: the outcome it would give, and the learner's time it costs.

    clashes: keys of the offers that meet at the same time.
    """

    outcome: OutcomeFacts
    minutes: int
    clashes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Simulated:
    """The best legal use of outcomes in one programme.

    plan: outcome key to (conversion number, hundredths that count); only what is free. amount_hundredths: all that
    counts, already_hundredths of it by conversions in force. bound_missing and bound_amount: what no legal use
    can beat; equal to the figures when `is_proven`. by: how it was found: "all" (nothing has to be left out), "order"
    (a greedy use that meets the bound) or "solver".
    """

    rules_code: str
    rules_title: str
    programme: Programme
    plan: Mapping[str, tuple[str, int]]
    amount_hundredths: int
    missing_hundredths: int
    is_proven: bool
    bound_missing: int
    bound_amount: int
    by: str
    already_hundredths: int = 0
    unit: str = ""
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Way:
    """The shortest way to complete a programme: the offers to take, their time, and what would still be missing."""

    offers: tuple[Offer, ...]
    minutes: int
    missing_hundredths: int
    is_proven: bool
    sentences: tuple[str, ...] = ()
