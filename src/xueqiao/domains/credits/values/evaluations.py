"""What the evaluator answers: amounts in hundredths of a credit, and why. Minutes are whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xueqiao.domains.credits.values.rulesets import OutcomeFacts, Programme


@dataclass(frozen=True)
class Check:
    """One condition: the rule's number, what was asked, what was found, and what to do when it is not met."""

    number: str
    label: str
    wanted: str
    found: str
    is_met: bool
    cure: str = ""


@dataclass(frozen=True)
class Option:
    """One way an outcome may count. minutes_kept: what rounding left over and the next outcome takes along."""

    conversion: int  # its place in the rule set
    number: str
    category: str
    amount_hundredths: int
    minutes: int = 0
    minutes_carried: int = 0
    minutes_kept: int = 0


@dataclass(frozen=True)
class Judged:
    """An outcome and its options; without any, `why` says why. duplicate_groups: only for "choose"."""

    outcome: OutcomeFacts
    options: tuple[Option, ...]
    why: str = ""
    number: str = ""  # of the rule that took it out
    duplicate_of: str = ""
    duplicate_groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tried:
    """A conversion held against an outcome, every condition with the value found."""

    number: str
    title: str
    checks: tuple[Check, ...]
    option: Option | None

    @property
    def missing(self) -> tuple[Check, ...]:
        return tuple(each for each in self.checks if not each.is_met)


@dataclass(frozen=True)
class Use:
    """How one outcome is used: by which option, and how much of it counts."""

    key: str
    option: Option
    counted_hundredths: int
    cut_by: tuple[str, ...] = ()  # numbers of the caps that cut it


@dataclass(frozen=True)
class Settled:
    """An outcome that counts in the programme by an earlier conversion: it fills caps and is not judged again."""

    outcome: OutcomeFacts
    option: Option
    counted_hundredths: int


@dataclass(frozen=True)
class CapState:
    """A cap and how full it is, for one value of what it counts by. unit: credits or outcomes."""

    number: str
    title: str
    of: str  # "2026 学年"; empty for the whole programme
    limit: int
    counted: int
    offered: int
    counts_outcomes: bool

    @property
    def is_full(self) -> bool:
        return self.offered > self.limit


@dataclass(frozen=True)
class RequirementState:
    """A requirement and how far it is met, in hundredths."""

    number: str
    title: str
    needed: int
    counted: int

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.counted)


@dataclass(frozen=True)
class Evaluation:
    """What the outcomes are worth in one programme, and everything that led there."""

    programme: Programme
    amount_hundredths: int
    judged: tuple[Judged, ...]
    uses: tuple[Use, ...]
    caps: tuple[CapState, ...]
    requirements: tuple[RequirementState, ...]
    missing_hundredths: int
    minutes_kept: int
    tried: Mapping[str, tuple[Tried, ...]]  # by outcome key
    sentences: tuple[str, ...] = ()
