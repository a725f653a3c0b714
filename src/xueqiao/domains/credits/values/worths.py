"""What learning is worth, and the next classes: kept apart from the simulator's values, which know no other domain."""

from __future__ import annotations

from dataclasses import dataclass

from xueqiao.domains.credits.values.simulations import Simulated, Way
from xueqiao.domains.enrolment.api import OpenClass


@dataclass(frozen=True)
class ProgrammeWorth:
    """What a person's learning is worth in a programme, and the classes near home that bring her on.

    way: None where nothing is missing, and for programmes far down the list. classes: those of the way, in its order.
    """

    answer: Simulated
    rules_version: int
    way: Way | None = None
    classes: tuple[OpenClass, ...] = ()
