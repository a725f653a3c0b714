"""What crosses the door about certificates in bulk and links that show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xueqiao.domains.credits.values.certificates import CertificateView


@dataclass(frozen=True)
class BatchView:
    """How far an order is. `total` completions had no certificate when it was given."""

    id: int
    uuid: UUID
    institution_name: str
    total: int
    issued: int
    failed: int
    first_failure: str
    asked_at: datetime
    done_at: datetime | None

    @property
    def percent(self) -> int:
        return 100 if self.total == 0 else min(100, (self.issued + self.failed) * 100 // self.total)


@dataclass(frozen=True)
class ShareView:
    """A link as its owner sees it."""

    uuid: UUID
    titles: tuple[str, ...]
    scope: str
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class SharedCertificates:
    """What whoever opens a link reads. With scope "summary" no name is in it."""

    scope: str
    person_name: str
    certificates: tuple[CertificateView, ...]
    expires_at: datetime
