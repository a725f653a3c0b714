"""What crosses the door about a certificate's standing and the keys behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xueqiao.domains.credits.values.certificates import CertificateView


@dataclass(frozen=True)
class StatusChangeView:
    """What was asked or done. kind: revoke, suspend, lift. state: asked, done, refused."""

    uuid: UUID
    certificate: CertificateView
    kind: str
    reason: str
    words: str
    state: str
    asked_by_id: int | None
    asked_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True)
class KeyView:
    """A signing key as anybody may see it. state: active, retired, stolen."""

    id: int
    did: str
    algorithm: str
    state: str
    made_at: datetime
    valid_until: datetime
    retired_at: datetime | None
    stolen_at: datetime | None
    certificate_count: int


@dataclass(frozen=True)
class HeadView:
    """A published head of the time log."""

    number: int
    head: str
    previous: str
    count: int
    sealed_at: datetime


@dataclass(frozen=True)
class LogVerdict:
    """The answer of recomputing the time log: how much was read, and what is wrong first ("" when nothing is)."""

    heads: int
    certificates: int
    unsealed: int
    wrong: str = ""
