"""What crosses the door of credits. Amounts are hundredths of a credit; `credits_text` writes them for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

COMMUNITY_UNIT = "CREDIT.community"

VALID, REVOKED, UNKNOWN = "valid", "revoked", "unknown"
INVALID, UNREADABLE = "invalid", "unreadable"

REVOKE_REASONS = ("record_error", "identity_error", "fraud", "key_stolen")


def credits_text(amount_hundredths: int) -> str:
    """Return credits for people: 250 -> "2.5", 100 -> "1"."""
    whole, rest = divmod(amount_hundredths, 100)
    return f"{whole}" if rest == 0 else f"{whole}.{rest:02d}".rstrip("0")


def hours_text(minutes: int) -> str:
    """Return minutes as hours for people: 720 -> "12", 270 -> "4.5", 100 -> "1.7"."""
    return f"{minutes / 60:.1f}".removesuffix(".0")


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
class CertificateView:
    """A certificate as its holder, her family or staff see it."""

    id: int
    uuid: UUID
    code: str
    person_id: int
    person_name: str
    title: str
    institution_name: str
    issued_at: datetime
    minutes: int
    amount_hundredths: int
    revoked_at: datetime | None
    revoke_reason: str
    issuer_key: str

    @property
    def hours_text(self) -> str:
        return hours_text(self.minutes)

    @property
    def amount_text(self) -> str:
        return credits_text(self.amount_hundredths)


@dataclass(frozen=True)
class OpenCompletion:
    """A completion without a certificate yet."""

    completion_id: int
    run_title: str
    completed_at: datetime


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


@dataclass(frozen=True)
class PublicVerdict:
    """The answer of the verify page: valid, revoked or unknown. Never more of a person than a masked name."""

    state: str
    code: str
    masked_name: str = ""
    title: str = ""
    institution_name: str = ""
    issued_on: date | None = None
    minutes: int = 0
    amount_hundredths: int = 0
    revoked_on: date | None = None
    revoke_reason: str = ""
    name_matches: bool | None = None  # None: no name was given
    issuer_key: str = ""
    is_demo: bool = False
    checked_at: datetime | None = None

    @property
    def hours_text(self) -> str:
        return hours_text(self.minutes)

    @property
    def amount_text(self) -> str:
        return credits_text(self.amount_hundredths)


@dataclass(frozen=True)
class FileVerdict:
    """The answer of an offline check of a file: valid, invalid or unreadable, and why.

    is_issuer_trusted: None when no trusted keys were given to compare with.
    """

    state: str
    why: str
    issuer_key: str = ""
    is_issuer_trusted: bool | None = None
    masked_name: str = ""
    title: str = ""
    institution_name: str = ""
    issued_on: date | None = None
    code: str = ""
    notes: tuple[str, ...] = field(default_factory=tuple)
