"""What crosses the door about proposals and deposits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xueqiao.domains.credits.values.amounts import credits_text


@dataclass(frozen=True)
class RuleSource:
    """One parameter a proposal was computed with."""

    name: str
    label: str
    value: str
    source: str
    is_confirmed: bool


@dataclass(frozen=True)
class ProposalView:
    """Credit the rules offer. state: proposed, deposited. `undo_until` is set while a deposit can be taken back."""

    id: int
    uuid: UUID
    person_id: int
    completion_id: int
    run_code: str
    run_title: str
    institution_name: str
    amount_hundredths: int
    remainder_minutes: int
    rule_text: str
    rule_sources: tuple[RuleSource, ...]
    state: str
    proposed_at: datetime
    decided_at: datetime | None = None
    undo_until: datetime | None = None
    transfer_id: int | None = None

    @property
    def amount_text(self) -> str:
        return credits_text(self.amount_hundredths)
