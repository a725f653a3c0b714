"""Claims as they cross the door: for the claimant and for reviewers. Hundredths of a credit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from xueqiao.domains.credits.values.amounts import credits_text

CLAIMED, ACCEPTED, RECOGNISED, REFUSED, APPEALED = "claimed", "accepted", "recognised", "refused", "appealed"
STRENGTHS: Mapping[str, int] = {"self_declared": 1, "original_seen": 2, "issuer_query": 3, "issuer_feed": 4}


@dataclass(frozen=True)
class ClaimedOutcome:
    """What a person says she learned. facts: as in a rule file's vectors, hours as minutes, ratios as Fraction."""

    type: str
    title: str
    issuer_name: str
    ends_on: date
    facts: Mapping[str, Any]
    issuer_institution_id: int | None = None
    valid_until: date | None = None


@dataclass(frozen=True)
class Paper:
    """A file that is handed in: its name, its bytes. The kind is read from the bytes."""

    name: str
    body: bytes


@dataclass(frozen=True)
class EvidenceLine:
    uuid: UUID
    name: str
    content_type: str
    method: str
    strength: int


@dataclass(frozen=True)
class ClaimView:
    """A claim and where it stands. due: by when the next step of the office is due; None when nothing is."""

    uuid: UUID
    person_id: int
    person_name: str
    type: str
    title: str
    issuer_name: str
    ends_on: date
    state: str
    claimed_at: datetime
    due: date | None
    appeal_until: date | None
    amount_hundredths: int
    rules_because: str
    unrecorded: tuple[str, ...]  # facts reviewers must write down, without which it is worth nothing
    sentences: tuple[str, ...]
    decision_words: str
    rule_title: str
    reviewers_needed: int
    opinions_for: int
    opinions_against: int
    evidence: tuple[EvidenceLine, ...]
    region: int
    issuer_institution_id: int | None

    @property
    def amount_text(self) -> str:
        return credits_text(self.amount_hundredths)

    @property
    def needs_completion(self) -> bool:
        """Somebody must still see on the paper that the class was completed."""
        return self.is_open and bool({"attendance", "passed"} & set(self.unrecorded))

    @property
    def needs_interview(self) -> bool:
        return self.is_open and "interviewed" in self.unrecorded

    @property
    def is_open(self) -> bool:
        return self.state in {CLAIMED, ACCEPTED, APPEALED}
