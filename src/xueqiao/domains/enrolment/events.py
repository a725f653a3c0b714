"""Facts about places."""

from dataclasses import dataclass

from xueqiao.foundation.outbox.api import Event


@dataclass(frozen=True)
class SeatHeld(Event):
    """A seat is kept for somebody until a stated time."""

    place_id: int
    person_id: int
    run_id: int
    region: int


@dataclass(frozen=True)
class PlaceConfirmed(Event):
    """Somebody is enrolled. `was_late`: by money that came after the hold had ended."""

    place_id: int
    person_id: int
    run_id: int
    region: int
    channel: str
    was_late: bool = False


@dataclass(frozen=True)
class SeatFreed(Event):
    """A seat came back: the hold expired or was released, or the learner withdrew. cause: the place's new state."""

    place_id: int
    person_id: int
    run_id: int
    region: int
    cause: str


@dataclass(frozen=True)
class PlaceWithdrawn(Event):
    """A confirmed learner left the class. refund_fen goes back to the payer. is_undo: within the ten minutes."""

    place_id: int
    person_id: int
    run_id: int
    region: int
    refund_fen: int
    is_undo: bool


@dataclass(frozen=True)
class LatePaymentReturned(Event):
    """Money came after the seat was gone (or for a place given up): all of it goes back."""

    place_id: int
    person_id: int
    run_id: int
    region: int
    refund_fen: int
