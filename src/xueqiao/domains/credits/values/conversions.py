"""Conversions as they cross the door. Hundredths of a credit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from xueqiao.domains.credits.values.amounts import credits_text, unit_name
from xueqiao.domains.credits.values.rulesets import OutcomeFacts

RESERVED, CONVERTED = "reserved", "converted"
REFUSED, WITHDRAWN, EXPIRED, REVERSED = "refused", "withdrawn", "expired", "reversed"
CONVERSION_STATES: Mapping[str, str] = {
    RESERVED: "等学校确认",
    CONVERTED: "已转换",
    REFUSED: "学校没有接收",
    WITHDRAWN: "已撤回",
    EXPIRED: "过期退回",
    REVERSED: "已冲回",
}

Plan = Mapping[str, tuple[str, int]]  # outcome key -> (number of the rule it counts by, hundredths that count)


@dataclass(frozen=True)
class Usable:
    """A recognised outcome whose credit stands on the account and is not used up by conversions in force.

    Of proposal_id and claim_id one is set. giver_id: the institution that certified it, None for one outside.
    left_hundredths of `unit` is what no conversion uses yet of all the outcome once gave; its share says the same.
    """

    outcome: OutcomeFacts
    unit: str
    left_hundredths: int
    giver_id: int | None
    proposal_id: int | None = None
    claim_id: int | None = None


@dataclass(frozen=True)
class UseView:
    """One outcome in a conversion: what leaves the account, and what counts in the programme by which rule.

    left_hundredths: of a plan, what stays on the account for another programme.
    """

    title: str
    ends_on: date
    number: str
    unit: str
    taken_hundredths: int
    counted_hundredths: int
    giver_id: int | None
    key: str = ""
    left_hundredths: int = 0

    @property
    def taken_text(self) -> str:
        return credits_text(self.taken_hundredths)

    @property
    def left_text(self) -> str:
        return credits_text(self.left_hundredths)

    @property
    def counted_text(self) -> str:
        return credits_text(self.counted_hundredths)

    @property
    def unit_name(self) -> str:
        return unit_name(self.unit)


@dataclass(frozen=True)
class Receiver:
    """A school that may take credit into a programme."""

    id: int
    name: str


@dataclass(frozen=True)
class ConversionPlan:
    """What a conversion would use now, before anything is reserved. `uses` with their keys make the plan to hand in."""

    rules_code: str
    rules_title: str
    rules_version: int
    programme: str
    programme_title: str
    unit: str
    amount_hundredths: int
    missing_hundredths: int
    already_hundredths: int
    uses: tuple[UseView, ...]
    sentences: tuple[str, ...]
    receivers: tuple[Receiver, ...]
    hold_days: int

    @property
    def amount_text(self) -> str:
        return credits_text(self.amount_hundredths)

    @property
    def taken_text(self) -> str:
        """What leaves the account, unit by unit: "2.5 社区教育学分"."""
        return taken_words(self.uses)


@dataclass(frozen=True)
class ConversionView:
    """A conversion and where it stands. sentences: the evaluator's, word for word."""

    uuid: UUID
    person_id: int
    person_name: str
    rules_code: str
    rules_title: str
    rules_version: int
    rules_sha256: str
    programme: str
    programme_title: str
    institution_id: int
    institution_name: str
    agreement_code: str
    agreement_title: str
    unit: str
    amount_hundredths: int
    uses: tuple[UseView, ...]
    sentences: tuple[str, ...]
    explanation_sha256: str
    state: str
    reserved_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    decision_words: str
    reversed_at: datetime | None
    reversal_words: str

    @property
    def state_name(self) -> str:
        return CONVERSION_STATES[self.state]

    @property
    def amount_text(self) -> str:
        return credits_text(self.amount_hundredths)

    @property
    def taken_text(self) -> str:
        return taken_words(self.uses)

    @property
    def is_waiting(self) -> bool:
        return self.state == RESERVED


@dataclass(frozen=True)
class UnitBalance:
    """What a person has in one kind of credit. held: waits for a school. deficit: later credit fills it first."""

    unit: str
    available_hundredths: int
    held_hundredths: int
    deficit_hundredths: int

    @property
    def unit_name(self) -> str:
        return unit_name(self.unit)

    @property
    def available_text(self) -> str:
        return credits_text(self.available_hundredths)

    @property
    def held_text(self) -> str:
        return credits_text(self.held_hundredths)

    @property
    def deficit_text(self) -> str:
        return credits_text(self.deficit_hundredths)


def taken_words(uses: tuple[UseView, ...]) -> str:
    """Return what leaves the account, unit by unit: "2.5 社区教育学分、1 职业教育学分"."""
    sums: dict[str, int] = {}
    for use in uses:
        sums[use.unit] = sums.get(use.unit, 0) + use.taken_hundredths
    return "、".join(f"{credits_text(amount)} {unit_name(unit)}" for unit, amount in sorted(sums.items()))
