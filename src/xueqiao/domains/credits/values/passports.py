"""What crosses the door about a person's credit passport."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xueqiao.domains.credits.values.amounts import credits_text, hours_text
from xueqiao.domains.credits.values.certificates import CertificateView, OpenCompletion
from xueqiao.domains.credits.values.deposits import ProposalView


@dataclass(frozen=True)
class Stamp:
    """One deposit in the passport."""

    title: str
    institution_name: str
    amount_hundredths: int
    deposited_at: datetime
    undo_until: datetime | None
    proposal_uuid: UUID

    @property
    def amount_text(self) -> str:
        return credits_text(self.amount_hundredths)


@dataclass(frozen=True)
class StampYear:
    """The stamps of one calendar year, newest first."""

    year: int
    amount_hundredths: int
    stamps: tuple[Stamp, ...]

    @property
    def amount_text(self) -> str:
        return credits_text(self.amount_hundredths)


@dataclass(frozen=True)
class Passport:
    """A person's credit passport. The total is read from the ledger; kept minutes wait for the next half credit."""

    person_id: int
    person_name: str
    account_code: str
    total_hundredths: int
    kept_minutes: int
    proposals: tuple[ProposalView, ...]
    years: tuple[StampYear, ...]
    certificates: tuple[CertificateView, ...]
    completions_without_certificate: tuple[OpenCompletion, ...] = ()

    @property
    def total_text(self) -> str:
        return credits_text(self.total_hundredths)

    @property
    def kept_hours_text(self) -> str:
        return hours_text(self.kept_minutes)
