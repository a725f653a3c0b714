"""What crosses the door about certificates and their verification."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from xueqiao.domains.credits.values.amounts import credits_text, hours_text

VALID, REVOKED, SUSPENDED, SUPERSEDED, UNKNOWN = "valid", "revoked", "suspended", "superseded", "unknown"
INVALID, UNREADABLE = "invalid", "unreadable"
REVOKE_REASONS = ("record_error", "identity_error", "fraud", "key_stolen")


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
    suspended_at: datetime | None = None

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
class PublicVerdict:
    """The answer of the verify page: valid, suspended, superseded, revoked or unknown.

    Never more of a person than a masked name. new_code: of the certificate that replaced a superseded one.
    """

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
    suspended_on: date | None = None
    new_code: str = ""
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
    """The answer of an offline check: valid, revoked, suspended, invalid or unreadable, and why.

    is_issuer_trusted: None when no trusted keys were given to compare with. shown: the claims somebody chose to show.
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
    shown: tuple[tuple[str, str], ...] = ()
