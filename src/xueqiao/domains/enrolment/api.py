"""The door of enrolment. Amounts in fen, times aware."""

from xueqiao.domains.enrolment.actions.bill_seat import bill_seat
from xueqiao.domains.enrolment.actions.confirm_paid_seat import confirm_paid_seat
from xueqiao.domains.enrolment.actions.confirm_seat import confirm_seat
from xueqiao.domains.enrolment.actions.enrol_at_counter import enrol_at_counter
from xueqiao.domains.enrolment.actions.expire_holds import expire_holds
from xueqiao.domains.enrolment.actions.extend_hold import extend_hold
from xueqiao.domains.enrolment.actions.hold_seat import hold_seat
from xueqiao.domains.enrolment.actions.hold_seats import hold_seats
from xueqiao.domains.enrolment.actions.keep_for_counter import keep_for_counter
from xueqiao.domains.enrolment.actions.release_hold import release_hold
from xueqiao.domains.enrolment.actions.take_back_place import take_back_place
from xueqiao.domains.enrolment.actions.withdraw import withdraw
from xueqiao.domains.enrolment.events import (
    LatePaymentReturned,
    PlaceConfirmed,
    PlaceWithdrawn,
    SeatFreed,
    SeatHeld,
)
from xueqiao.domains.enrolment.queries.seats import (
    access_place,
    access_place_by_code,
    access_place_of_bill,
    calls_to_make,
    confirmed_persons,
    is_enrolled,
    places_held_by,
    refund_now,
    refund_rule_of,
    roster_of,
    seats_of,
)
from xueqiao.domains.enrolment.values.seats import (
    CallToMake,
    HoldAnswer,
    HoldRequest,
    PlaceView,
    RefundRule,
    RosterRow,
    SeatCount,
    WithdrawalView,
)

__all__ = [
    "CallToMake",
    "HoldAnswer",
    "HoldRequest",
    "LatePaymentReturned",  # fact: money came too late, all of it goes back
    "PlaceConfirmed",  # fact: somebody is enrolled
    "PlaceView",
    "PlaceWithdrawn",  # fact: somebody left a class
    "RefundRule",
    "RosterRow",
    "SeatCount",
    "SeatFreed",  # fact: a seat came back
    "SeatHeld",  # fact: a seat is kept for somebody
    "WithdrawalView",
    "access_place",  # one place, for those who may see it
    "access_place_by_code",  # by the number on the slip, for the desk
    "access_place_of_bill",  # the place a bill pays for
    "bill_seat",  # the bill of a held seat, after the person confirmed the price
    "calls_to_make",  # held seats that wait for the desk, with phones
    "confirm_paid_seat",  # after the money came: enrol, or give all of it back
    "confirm_seat",  # enrol in a free class
    "confirmed_persons",  # who is enrolled, for attendance and completion
    "enrol_at_counter",  # a clerk enrols somebody: the same rules and locks
    "expire_holds",  # the sweep of holds past their time
    "extend_hold",  # as long again, once
    "hold_seat",  # keep a seat until a stated time; idempotent by request key
    "hold_seats",  # the same for many residents in one transaction
    "is_enrolled",  # has this person a confirmed place in this class
    "keep_for_counter",  # keep it 48 hours for paying at the centre
    "places_held_by",  # places of persons the actor may see
    "refund_now",  # what a withdrawal would give back, with the rule
    "refund_rule_of",  # the refund rule of a place in one sentence
    "release_hold",  # give a held seat back
    "roster_of",  # who is in a class, for its teacher and desk
    "seats_of",  # capacity, held, taken
    "take_back_place",  # the reversal of a confirmation within its ten minutes, for undo_step
    "withdraw",  # leave a class; money back by the dated rule
]
