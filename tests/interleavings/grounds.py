"""Where schedules begin, what may happen there at once, and the picture of where they end.

A ground is a small world in one situation; its deeds are real actions with every argument fixed beforehand. The picture
names people instead of numbers, so that two orders which hand out other ids can be compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.domains.payments.paying import PRICE, SUBSIDY, TO_PAY, begin, owed, pay, send, signed
from tests.interleavings.snapshot import rows
from tests.worlds.small_county import HEDE, TODAY, acting, add_run, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.payments import api as payments
from xueqiao.foundation.outbox.api import deliver_due
from xueqiao.foundation.scope import Scope
from xueqiao.foundation.undo.api import access_undoable_steps, undo_step

ALL = Scope.everything("test")
Deed = Callable[[], Any]


@dataclass
class Ground:
    """A situation: its deeds by name, and the moment at which whatever is left waiting is delivered. pictures:
    statements whose rows belong to the picture of its end besides those of every ground. reads_early: deeds that may
    have read something they do not lock, on purpose, before the others began. never: a statement that must find
    nothing at any end."""

    name: str
    ends_at: datetime
    deeds: dict[str, Deed] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    reads_early: frozenset[str] = frozenset()
    never: str = ""

    def settle(self) -> None:
        """Bring what the deeds left in the outbox to its subscribers, as the worker does."""
        for _ in range(20):
            count = deliver_due(self.ends_at + timedelta(days=1))
            if not (count.done or count.failed):
                return


def hold(world: Any, run: Any, person: Any, key: str, now: datetime) -> Deed:
    return lambda: enrolment.hold_seat(
        actor=acting(person), run_id=run.pk, person_id=person.pk, request_key=key, channel="web", now=now
    )


def paid_seat(*, is_late: bool, capacity: int = 1) -> Ground:
    """One seat, held by the rider, its bill and two attempts to pay; somebody else wants it. Late: past the hold."""
    case = owed(small_county(), capacity=capacity)
    wechat, alipay = begin(case), begin(case, method="alipay")
    now = case.place.hold_until + timedelta(seconds=1) if is_late else case.now + timedelta(minutes=1)
    actor, uuid = case.actor, case.place.uuid
    clerk = on_duty(case.world.clerk, "centre_clerk", HEDE, channel="counter")
    first, again, second = signed(wechat, now), signed(wechat, now), signed(alipay, now)
    short = signed(wechat, now, amount={"total": 1})
    closed = signed(alipay, now, trade_state="CLOSED")
    deeds: dict[str, Deed] = {
        "money by wechat": lambda: send(first, now),
        "the same money told again": lambda: send(again, now),
        "the same message again": lambda: send(first, now),
        "money by alipay": lambda: send(second, now),
        "one fen by wechat": lambda: send(short, now),
        "alipay closes": lambda: send(closed, now),
        "the sweep": lambda: enrolment.expire_holds(now=now),
        "the next person": hold(case.world, case.run, case.world.elder, "next", now),
        "gives the seat back": lambda: enrolment.release_hold(actor=actor, place_uuid=uuid, now=now),
        "withdraws": lambda: enrolment.withdraw(actor=actor, place_uuid=uuid, now=now),
        "holds again": hold(case.world, case.run, case.world.rider, "again", now),
        "asks for longer": lambda: enrolment.extend_hold(actor=actor, place_uuid=uuid, now=now),
        "will pay at the counter": lambda: enrolment.keep_for_counter(actor=actor, place_uuid=uuid, now=now),
        "pays in cash": lambda: payments.pay_at_counter(
            actor=clerk, bill_uuid=case.bill.uuid, cash_fen=TO_PAY, now=now
        ),
        "opens the till again": lambda: (
            payments.start_payment(actor=actor, bill_uuid=case.bill.uuid, gateway="rehearsal", method="wechat", now=now)
            and "started"
        ),
    }
    if is_late:  # on the way since before the end: it counts as in time, unless the sweep was first
        before = case.place.hold_until - timedelta(seconds=1)
        early = signed(wechat, before)
        deeds["money that was in time"] = lambda: send(early, before)
    return Ground(f"a held seat to pay, {'late' if is_late else 'in time'}, {capacity} seats", now, deeds)


def enrolled() -> Ground:
    """The one seat is paid and taken, one meeting is over, a second attempt to pay is still open."""
    case = owed(small_county())
    alipay = begin(case, method="alipay")
    pay(case)
    undoable = case.now + timedelta(minutes=5)
    actor, uuid = case.actor, case.place.uuid
    step = access_undoable_steps(actor=actor, now=undoable)[0]
    second = signed(alipay, undoable)
    deeds: dict[str, Deed] = {
        "withdraws": lambda: enrolment.withdraw(actor=actor, place_uuid=uuid, now=undoable),
        "withdraws twice": lambda: enrolment.withdraw(actor=actor, place_uuid=uuid, now=undoable),
        "takes it back": lambda: undo_step(actor=actor, uuid=step.uuid, now=undoable) and "undone",
        "money by alipay": lambda: send(second, undoable),
        "the next person": hold(case.world, case.run, case.world.elder, "next", undoable),
        "gives the seat back": lambda: enrolment.release_hold(actor=actor, place_uuid=uuid, now=undoable),
        "the money is told again": lambda: enrolment.confirm_paid_seat(place_id=case.place.id, now=undoable),
        "holds again": hold(case.world, case.run, case.world.rider, "again", undoable),
    }
    return Ground("an enrolled learner", undoable, deeds)


def desk() -> Ground:
    """One paid seat and nobody in it, after the first meeting: the desk enrols, others press, learners leave."""
    world = small_county()
    run, _, _ = add_run(world, price_fen=PRICE, subsidy_fen=SUBSIDY, capacity=1, first_day=TODAY - timedelta(days=7))
    now = world.now + timedelta(days=1)
    clerk = on_duty(world.clerk, "centre_clerk", HEDE, channel="counter")

    def at_the_desk(person: Any, key: str, cash: int | None) -> Deed:
        return lambda: enrolment.enrol_at_counter(
            actor=clerk,
            run_id=run.pk,
            person_id=person.pk,
            request_key=key,
            channel="counter",
            cash_fen=cash,
            now=now,
        )

    def leaves(person: Any) -> Deed:
        """Whatever she has here: the newest place, looked up when the button is pressed."""

        def deed() -> Any:
            place = Place.objects.within(ALL).filter(run=run, person=person).order_by("-pk").first()
            if place is None:
                return "nothing to leave"
            return enrolment.withdraw(actor=acting(person), place_uuid=place.uuid, now=now)

        return deed

    deeds: dict[str, Deed] = {
        "the desk enrols her for cash": at_the_desk(world.elder, "slip 1", TO_PAY),
        "the same slip again": at_the_desk(world.elder, "slip 1", TO_PAY),
        "another slip for her": at_the_desk(world.elder, "slip 2", TO_PAY),
        "the desk enrols him for cash": at_the_desk(world.rider, "slip 3", TO_PAY),
        "the desk holds for him": at_the_desk(world.rider, "slip 4", None),
        "she leaves": leaves(world.elder),
        "he leaves": leaves(world.rider),
        "she presses": hold(world, run, world.elder, "web", now),
    }
    return Ground("the desk", now, deeds)


def one_timetable() -> Ground:
    """Free classes at one hour, the rider wants several; one has one seat that two want, one a hold that ends."""
    world = small_county()
    other, _, _ = add_run(world, capacity=1)
    third, _, _ = add_run(world, capacity=1)
    actor, now = acting(world.teacher), world.now
    held = hold(world, third, world.teacher, "third", now)()

    def takes_the_third() -> Any:
        return enrolment.confirm_seat(actor=actor, place_uuid=held.uuid, now=now)

    def gives_it_up() -> Any:
        return enrolment.release_hold(actor=actor, place_uuid=held.uuid, now=now)

    deeds: dict[str, Deed] = {
        "he presses one class": hold(world, world.run, world.rider, "one", now),
        "he presses it twice": hold(world, world.run, world.rider, "one", now),
        "he presses another": hold(world, other, world.rider, "other", now),
        "she presses the other": hold(world, other, world.elder, "hers", now),
        "she presses the third": hold(world, third, world.elder, "hers too", now),
        "its holder confirms the third": takes_the_third,
        "its holder gives it up": gives_it_up,
        "the sweep, much later": lambda: enrolment.expire_holds(now=held.hold_until),
    }
    return Ground("one timetable", held.hold_until, deeds)


GROUNDS: dict[str, Callable[[], Ground]] = {
    "in time": lambda: paid_seat(is_late=False),
    "late": lambda: paid_seat(is_late=True),
    "late, two seats": lambda: paid_seat(is_late=True, capacity=2),
    "enrolled": enrolled,
    "desk": desk,
    "timetable": one_timetable,
}


def outcome_words(outcome: Any) -> Any:
    """What a deed answered, without ids and numbers that depend on the order of birth."""
    if isinstance(outcome, Exception):
        return type(outcome).__name__
    if isinstance(outcome, enrolment.PlaceView):
        return ("place", outcome.person_id, outcome.run_id, outcome.state)
    if isinstance(outcome, enrolment.WithdrawalView):
        return ("withdrawal", outcome.place.person_id, outcome.refund_fen)
    if isinstance(outcome, payments.BillView):
        return ("bill", outcome.state)
    if isinstance(outcome, enrolment.OfferView):
        return ("offer", outcome.person_id, outcome.run_id, outcome.state)
    if isinstance(outcome, enrolment.WaitingView):
        return ("waiting", outcome.person_ids, outcome.state, outcome.position)
    return outcome


PLACES = """
    SELECT l.run_id, l.person_id, l.state, l.price_fen, l.to_pay_fen, l.hold_until, l.hold_extended, l.pays_at_counter,
           l.end_reason, l.confirmed_at IS NOT NULL, b.state, b.paid_fen, b.refunded_fen, b.due_at,
           (SELECT array_agg(p.method || ' ' || p.state ORDER BY p.method, p.state)
              FROM payments_payment p WHERE p.bill_id = b.id),
           (SELECT array_agg(concat_ws(' ', r.amount_fen, r.is_excess, r.state, r.reason)
                             ORDER BY r.amount_fen, r.is_excess, r.state, r.reason)
              FROM payments_refund r WHERE r.bill_id = b.id)
      FROM enrolment_place l LEFT JOIN payments_bill b ON b.purpose_id = l.id
"""
# LineToWalk only wakes the walk of a line; how often says nothing, what the line was offered does.
NEWS = """
    SELECT e.name, e.payload - ARRAY['place_id', 'bill_id', 'refund_id', 'offer_id', 'entry_id'] #- '{purpose_id}',
           count(*)
      FROM outbox_outboxevent e WHERE e.name <> 'enrolment.LineToWalk' GROUP BY 1, 2
"""
BOOKS = """
    SELECT regexp_replace(a.name, '[0-9]+', coalesce((SELECT b.beneficiary_id::text FROM payments_bill b
           WHERE a.name LIKE 'bill:' || b.id || ':%%'), 'x')), b.posted
      FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id WHERE b.posted <> 0
"""
POOLS = """
    SELECT p.run_id, p.capacity, p.held, p.taken, l.seats_left_shown
      FROM enrolment_seatpool p LEFT JOIN classes_classlisting l USING (run_id)
"""
DEEDS = "SELECT verb, acting_for_id, count(*) FROM audit_auditentry GROUP BY 1, 2"
WAITING = "SELECT state, count(*) FROM outbox_delivery WHERE state <> 'done' GROUP BY 1"
UNDOS = "SELECT person_id, undone_at IS NOT NULL, count(*) FROM undo_undoablestep GROUP BY 1, 2"
RECEIPTS = "SELECT verdict, count(*) FROM payments_callbackreceipt GROUP BY 1"


def picture(more: dict[str, str]) -> dict[str, list[str]]:
    """The whole end state that anybody could notice, in a form two orders can be compared by. more: of the ground."""
    asked = {
        "pools": POOLS,
        "places": PLACES,
        "books": BOOKS,
        "news": NEWS,
        "deeds": DEEDS,
        "undos": UNDOS,
        "receipts": RECEIPTS,
        "undelivered": WAITING,
    } | more
    return {name: sorted(map(repr, rows(statement))) for name, statement in asked.items()}
