"""What crosses the door when an organiser changes a class. Amounts are whole fen."""

from dataclasses import dataclass

CLASS_CANCELLED = "class_cancelled"


@dataclass(frozen=True)
class CancellationPreview:
    """What cancelling a class would do now: who loses a place, and what goes back to the learners in all.

    confirmed and held are people; refund_fen is the learners' own money, other payers get the same fraction of theirs.
    """

    confirmed: int
    held: int
    refund_fen: int
    refunds: int
    sessions_sold: int
    sessions_delivered: int
