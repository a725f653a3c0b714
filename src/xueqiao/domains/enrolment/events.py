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
class PlaceMoved(Event):
    """A learner agreed to move to a class of the same course; number and bill stay. refund_fen: the difference."""

    place_id: int
    person_id: int
    from_run_id: int
    to_run_id: int
    region: int
    refund_fen: int


@dataclass(frozen=True)
class PlaceRemoved(Event):
    """The organiser ended a live place. refund_fen of the learner's money goes back. cause: class_cancelled, merged."""

    place_id: int
    person_id: int
    run_id: int
    region: int
    refund_fen: int
    cause: str


@dataclass(frozen=True)
class LatePaymentReturned(Event):
    """Money came after the seat was gone (or for a place given up): all of it goes back."""

    place_id: int
    person_id: int
    run_id: int
    region: int
    refund_fen: int


@dataclass(frozen=True)
class RoundOpened(Event):
    """A round's rules and windows are public and no longer change."""

    round_id: int
    region: int


@dataclass(frozen=True)
class RoundCancelled(Event):
    """A round ended without a draw; every entry of it is over."""

    round_id: int
    region: int
    reason: str


@dataclass(frozen=True)
class RoundEntered(Event):
    """Somebody entered a round. channel: how it came in; every channel has the same odds."""

    entry_id: int
    round_id: int
    person_id: int
    region: int
    channel: str


@dataclass(frozen=True)
class WishesChanged(Event):
    """The ranked wishes of an entry were changed before the close."""

    entry_id: int
    round_id: int
    region: int


@dataclass(frozen=True)
class RoundLeft(Event):
    """Somebody took herself out of an entry. is_over: nobody is left in it."""

    entry_id: int
    round_id: int
    person_id: int
    region: int
    is_over: bool


@dataclass(frozen=True)
class CompanionInvited(Event):
    """Somebody was asked to share an entry: all get the same class or none."""

    entry_id: int
    round_id: int
    person_id: int
    region: int


@dataclass(frozen=True)
class InvitationAnswered(Event):
    """Who was asked has answered."""

    entry_id: int
    round_id: int
    person_id: int
    region: int
    agrees: bool


@dataclass(frozen=True)
class RoundFrozen(Event):
    """The list of a round is closed and public, before the value that decides is known. Hashes as hexadecimal text."""

    round_id: int
    region: int
    list_hash: str
    list_root: str
    entry_count: int


@dataclass(frozen=True)
class DrawPublished(Event):
    """The result of a draw is public: entries are won or lost, with their place in the drawn order."""

    round_id: int
    region: int


@dataclass(frozen=True)
class SeatOffered(Event):
    """A seat is held for somebody from the waiting list or the draw, and she is told."""

    offer_id: int
    place_id: int
    person_id: int
    run_id: int
    region: int


@dataclass(frozen=True)
class LineToWalk(Event):
    """A line is to be looked at again from a place on (0: from its head): somebody joined, or a walk was cut in two."""

    run_id: int
    region: int
    after_key: int = 0
