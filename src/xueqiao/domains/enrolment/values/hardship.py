"""Requests for money in hardship as they cross the door of enrolment. Whole fen."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

ASKED, SIGNED, GRANTED, REFUSED = "asked", "signed", "granted", "refused"
CAUSES = ("illness", "death", "moving")


@dataclass(frozen=True)
class Proof:
    """A file somebody hands in: its name, its bytes. The kind is read from the bytes."""

    name: str
    body: bytes


@dataclass(frozen=True)
class EvidenceView:
    """A paper of a request, by number."""

    id: int
    name: str
    content_type: str


@dataclass(frozen=True)
class HardshipView:
    """A request for its person and for who decides. refund_fen: what would go back now, or what did."""

    uuid: UUID
    place_uuid: UUID
    person_name: str
    title: str
    cause: str
    words: str
    state: str
    asked_at: datetime
    answer_due: datetime
    refund_fen: int
    rule: str
    decision_words: str
    needs_second: bool
    first_by_id: int | None
    evidence: tuple[EvidenceView, ...]

    @property
    def is_open(self) -> bool:
        return self.state in {ASKED, SIGNED}
