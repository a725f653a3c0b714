"""Expiry and revocation of recognised credit as they cross the door. Hundredths of a credit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from xueqiao.domains.credits.values.amounts import credits_text

ANNOUNCED, EXPIRED, RESTORED = "announced", "expired", "restored"
ASKED, DONE, REFUSED = "asked", "done", "refused"


@dataclass(frozen=True)
class ExpiryView:
    """Credit that ends by its rule. amount_hundredths: what went, or would go. due_on: the first day it may be gone."""

    uuid: UUID
    claim_uuid: UUID
    person_id: int
    title: str
    unit: str
    amount_hundredths: int
    due_on: date
    state: str
    announced_at: datetime
    restore_words: str

    @property
    def amount_text(self) -> str:
        return credits_text(self.amount_hundredths)


@dataclass(frozen=True)
class RecognitionView:
    """What was credited once, by a claim or a deposit. revocation_state: "", asked or done."""

    uuid: UUID
    title: str
    unit: str
    amount_hundredths: int
    revocation_state: str

    @property
    def amount_text(self) -> str:
        return credits_text(self.amount_hundredths)


@dataclass(frozen=True)
class RevocationView:
    """A recognition that was asked to be revoked, and where its credit came from once it was.

    recognition_uuid: of the claim or the credit proposal. The three parts are the recognised amount, once done.
    """

    uuid: UUID
    recognition_uuid: UUID
    person_id: int
    person_name: str
    title: str
    unit: str
    amount_hundredths: int
    reason: str
    words: str
    state: str
    asked_by_id: int | None
    asked_at: datetime
    decided_at: datetime | None
    available_hundredths: int
    expired_hundredths: int
    deficit_hundredths: int

    @property
    def amount_text(self) -> str:
        return credits_text(self.amount_hundredths)

    @property
    def deficit_text(self) -> str:
        return credits_text(self.deficit_hundredths)
