"""What answering and cancelling a booking share."""

from datetime import datetime
from uuid import UUID

from xueqiao.domains.classes.actions.open_class_run import when_words
from xueqiao.domains.classes.errors.rooms import BookingAnswered, UnknownBooking
from xueqiao.domains.classes.models import RoomBooking
from xueqiao.domains.classes.values.rooms import BOOKING_WORDS
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.scope import Scope


def lock_booking(*, actor: Actor, uuid: UUID, states: tuple[str, ...]) -> RoomBooking:
    """Lock a booking the actor may see, in one of the states. Needs an open transaction.

    Raises UnknownBooking, BookingAnswered.
    """
    seen = RoomBooking.objects.within(actor.scope).filter(uuid=uuid).first()
    if seen is None:
        raise UnknownBooking
    everything = Scope.everything("seen above, read again under the lock")
    booking: RoomBooking = (
        RoomBooking.objects.within(everything).select_for_update(of=("self",)).select_related("room").get(pk=seen.pk)
    )
    if booking.state not in states:
        raise BookingAnswered(state=BOOKING_WORDS[booking.state])
    return booking


def settle(booking: RoomBooking, *, actor: Actor, state: str, reason: str, verb: str, now: datetime) -> None:
    """Write the new state with its deed, and tell the club when somebody else decided. Needs the row locked."""
    booking.state, booking.reason = state, reason
    if actor.person_id != booking.person_id:
        booking.answered_by_id, booking.answered_at = actor.person_id, now
    booking.save(update_fields=["state", "reason", "answered_by", "answered_at"])
    record_deed(
        actor=actor,
        verb=verb,
        object_kind="room_booking",
        object_id=booking.pk,
        region=booking.region,
        now=now,
        detail={"state": state, "reason": reason},
    )
    if actor.person_id == booking.person_id:
        return
    word, when = BOOKING_WORDS[state], when_words(booking.starts_at, booking.ends_at)
    because = f"，原因：{reason}" if reason else ""
    people.notify(
        [
            people.NoticeWanted(
                person_id=booking.person_id,
                text=f"您借的{booking.room.name}（{when}）{word}{because}。",
                values={"room": booking.room.name, "when": when, "state": word},
                path="/mine/rooms/",
            )
        ],
        template="room_booking",
        key=f"room_booking:{booking.pk}:{state}",
        now=now,
    )
