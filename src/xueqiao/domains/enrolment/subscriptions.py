"""What enrolment does when facts are reported: its own, and those of lower domains."""

from datetime import datetime

from xueqiao.domains.classes.api import (
    ClassRunCancelled,
    ClassRunPublished,
    SessionCancelled,
    SessionGivenBack,
    SessionHeld,
    SessionMadeUp,
    SessionMoved,
    SessionReopened,
)
from xueqiao.domains.enrolment.actions.close_line import close_line
from xueqiao.domains.enrolment.actions.confirm_paid_seat import confirm_paid_seat
from xueqiao.domains.enrolment.actions.end_cancelled_run import end_cancelled_run
from xueqiao.domains.enrolment.actions.give_back_meeting import give_back_meeting
from xueqiao.domains.enrolment.actions.offer_freed_seats import offer_freed_seats
from xueqiao.domains.enrolment.actions.owe_session import owe_session
from xueqiao.domains.enrolment.actions.plan_place import plan_place
from xueqiao.domains.enrolment.actions.return_cancelled_run import return_cancelled_run
from xueqiao.domains.enrolment.actions.settle_session import settle_session
from xueqiao.domains.enrolment.actions.tell_listed import tell_listed
from xueqiao.domains.enrolment.actions.tell_session_change import ADDED, CANCELLED, MOVED, tell_session_change
from xueqiao.domains.enrolment.actions.unsettle_session import unsettle_session
from xueqiao.domains.enrolment.actions.use_make_ups import use_make_ups
from xueqiao.domains.enrolment.events import DrawPublished, LineToWalk, PlaceConfirmed
from xueqiao.domains.enrolment.queries.seats import PURPOSE
from xueqiao.domains.payments.api import BillPaid
from xueqiao.foundation.outbox.api import enqueue, subscribe


@subscribe(BillPaid)
def keep_promise_of_paid_bill(event: BillPaid, *, now: datetime) -> None:
    """Money came for a place: enrol, or give it back."""
    if event.purpose == PURPOSE:
        confirm_paid_seat(place_id=event.purpose_id, now=now)


@subscribe(ClassRunPublished)
def tell_people_on_the_list(event: ClassRunPublished, *, now: datetime) -> None:
    """A class by list can be enrolled in: who stands on its list hears of it."""
    tell_listed(run_id=event.run_id, now=now)


@subscribe(ClassRunCancelled)
def end_places_of_cancelled_run(event: ClassRunCancelled, *, now: datetime) -> None:
    """A class is no more: the first batch of its places ends at once, the sweep takes the rest.

    Then the money of people who had left, or come over from another class.
    """
    end_cancelled_run(run_id=event.run_id, now=now)
    return_cancelled_run(run_id=event.run_id, reason=event.reason, now=now)


@subscribe(SessionCancelled)
def tell_of_cancelled_session(event: SessionCancelled, *, now: datetime) -> None:
    """A meeting will not take place."""
    tell_session_change(
        session_id=event.session_id, kind=CANCELLED, old_starts_at=event.starts_at, reason=event.reason, now=now
    )


@subscribe(SessionMoved)
def tell_of_moved_session(event: SessionMoved, *, now: datetime) -> None:
    """A meeting has another time, room or teacher."""
    tell_session_change(
        session_id=event.session_id, kind=MOVED, old_starts_at=event.old_starts_at, reason=event.reason, now=now
    )


@subscribe(SessionMadeUp)
def tell_of_made_up_session(event: SessionMadeUp, *, now: datetime) -> None:
    """A meeting was added to make up for a cancelled one."""
    tell_session_change(session_id=event.session_id, kind=ADDED, now=now)


@subscribe(SessionGivenBack)
def pay_back_missed_session(event: SessionGivenBack, *, now: datetime) -> None:
    """A cancelled meeting is not made up for."""
    give_back_meeting(session_id=event.session_id, sold=event.sold, now=now)


@subscribe(LineToWalk)
def walk_on(event: LineToWalk, *, now: datetime) -> None:
    """A seat came free or was added while somebody waits, or a long line is walked on: right after the commit."""
    offer_freed_seats(run_id=event.run_id, now=now, after_key=event.after_key)


@subscribe(ClassRunCancelled)
def close_line_of_cancelled_class(event: ClassRunCancelled, *, now: datetime) -> None:
    """Nobody waits for a class that will not be given."""
    close_line(run_id=event.run_id, reason="class_cancelled", now=now)


@subscribe(PlaceConfirmed)
def plan_what_money_pays_for(event: PlaceConfirmed, *, now: datetime) -> None:
    """Note which meetings the money pays for, as the timetable is now."""
    plan_place(place_id=event.place_id, now=now)


@subscribe(SessionHeld)
def earn_held_session(event: SessionHeld, *, now: datetime) -> None:
    """A meeting took place: its part of every bill is earned."""
    settle_session(session_id=event.session_id, run_id=event.run_id, now=now)


@subscribe(SessionReopened)
def hold_reopened_session(event: SessionReopened, *, now: datetime) -> None:
    """It did not take place after all: what it earned is held again."""
    unsettle_session(session_id=event.session_id, now=now)


@subscribe(SessionCancelled)
def owe_cancelled_session(event: SessionCancelled, *, now: datetime) -> None:
    """A meeting fell out: its money is owed until it is made up, or goes back."""
    owe_session(session_id=event.session_id, run_id=event.run_id, now=now)


@subscribe(SessionMadeUp)
def wait_for_make_up(event: SessionMadeUp, *, now: datetime) -> None:
    """A meeting was added: owed money waits for it."""
    use_make_ups(run_id=event.run_id, now=now)


@subscribe(DrawPublished)
def offer_what_was_drawn(event: DrawPublished, *, now: datetime) -> None:
    """A draw is public: its winners are offered their seats by a job, 200 at a time, and its losers wait in order."""
    enqueue("enrolment.offer_round", {"round_id": event.round_id}, once_key=f"enrolment.offer_round:{event.round_id}")
