"""Schedules of enrolment."""

from contextlib import suppress
from datetime import datetime

from xueqiao.domains.enrolment.actions.call_next import call_next
from xueqiao.domains.enrolment.actions.end_cancelled_runs import end_cancelled_runs
from xueqiao.domains.enrolment.actions.expire_holds import expire_holds
from xueqiao.domains.enrolment.actions.finish_mergers import finish_mergers
from xueqiao.domains.enrolment.actions.freeze_round import freeze_round
from xueqiao.domains.enrolment.actions.leave_lines_enrolled import leave_lines_enrolled
from xueqiao.domains.enrolment.actions.offer_drawn_places import offer_drawn_places
from xueqiao.domains.enrolment.actions.offer_freed_seats import offer_freed_seats
from xueqiao.domains.enrolment.actions.open_leftovers import open_leftovers
from xueqiao.domains.enrolment.actions.remind_of_small_classes import remind_of_small_classes
from xueqiao.domains.enrolment.actions.return_missed_sessions import return_missed_sessions
from xueqiao.domains.enrolment.actions.roll_into_waiting_list import roll_into_waiting_list
from xueqiao.domains.enrolment.actions.tell_returning import tell_returning
from xueqiao.domains.enrolment.errors.seats import SeatsBusy
from xueqiao.domains.enrolment.queries.draws import rounds_to_freeze
from xueqiao.domains.enrolment.queries.waiting import lines_due
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.outbox.api import job


@job("enrolment.expire_holds", every="* * * * *")
def sweep_expired_holds(*, now: datetime) -> None:
    """Every minute, give back the seats whose time has passed."""
    expire_holds(now=now)


@job("enrolment.end_cancelled_runs", every="* * * * *")
def sweep_cancelled_runs(*, now: datetime) -> None:
    """Every minute, end places that are left in cancelled classes, with their refunds and notices."""
    end_cancelled_runs(now=now)


@job("enrolment.call_next", every="* * * * *")
def call_waiting_rooms(*, now: datetime) -> None:
    """Every minute, call who is next in the waiting rooms, should no web process have done it."""
    call_next(now=now)


@job("enrolment.freeze_rounds", every="*/5 * * * *")
def freeze_closed_rounds(*, now: datetime) -> None:
    """Every five minutes, close the lists of rounds whose wishes have ended: nobody picks the moment."""
    for code in rounds_to_freeze(now=now):
        freeze_round(actor=Actor.system("enrolment.freeze_rounds"), code=code, now=now)


@job("enrolment.open_leftovers", every="*/5 * * * *")
def open_leftovers_of_rounds(*, now: datetime) -> None:
    """Every five minutes, open what drawn rounds left over once their published moment has come."""
    open_leftovers(now=now)


@job("enrolment.walk_lines", every="*/5 * * * *")
def walk_lines(*, now: datetime) -> None:
    """Every five minutes, look again where somebody waits beside a free seat: the safety net of the events."""
    leave_lines_enrolled(now=now)
    for run_id in lines_due():
        with suppress(SeatsBusy):  # its own event, or the next turn, walks it
            offer_freed_seats(run_id=run_id, now=now)


@job("enrolment.offer_round")
def offer_round(*, now: datetime, round_id: int) -> None:
    """After a draw is published: its winners are offered their seats, its losers stand in the lines."""
    offer_drawn_places(round_id=round_id, now=now)
    roll_into_waiting_list(round_id=round_id, now=now)


@job("enrolment.return_missed_sessions", every="20 18 * * *")
def pay_back_missed_sessions(*, now: datetime) -> None:
    """Every night (02:20 in the region), give back the money of meetings that fell out and were not made up."""
    return_missed_sessions(now=now)


@job("enrolment.finish_mergers", every="* * * * *")
def sweep_mergers(*, now: datetime) -> None:
    """Every minute, end mergers whose time is over or whose learners have all answered."""
    finish_mergers(now=now)


@job("enrolment.remind_of_small_classes", every="30 0 * * *")
def remind_centres(*, now: datetime) -> None:
    """Every morning at half past eight, remind centres of classes that are about to begin with too few learners."""
    remind_of_small_classes(now=now)


@job("enrolment.tell_returning", every="15 0 * * *")
def tell_returning_learners(*, now: datetime) -> None:
    """Every morning at a quarter past eight, tell learners whose seats are kept for them that they may go on."""
    tell_returning(now=now)
