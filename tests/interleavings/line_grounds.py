"""Grounds of classes that many want: a line with an offer, a class that is cancelled, groups admitted at once, and a
seat that goes to the line because its learner stays away.

Their pictures add the line, the offers and the notices to those of `grounds.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.domains.enrolment.lines import FullClass
from tests.domains.learning.absent import AbsentClass
from tests.domains.payments.paying import begin, owed, send, signed
from tests.interleavings.grounds import ALL, Deed, Ground, hold
from tests.worlds.small_county import HEDE, acting, add_person, add_place, add_run, link_family, on_duty, small_county
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.api import HoldRequest
from xueqiao.domains.enrolment.models import Offer
from xueqiao.domains.learning import api as learning

LINE = """
    SELECT w.run_id, w.state, w.size, w.joined_by_id, w.passes_used, w.skip_code, w.end_reason,
           (SELECT array_agg(m.person_id ORDER BY m.person_id) FROM enrolment_waitingmember m
             WHERE m.entry_id = w.id AND m.is_live),
           CASE WHEN w.state = 'waiting' THEN (SELECT count(*) FROM enrolment_waitingentry o
             WHERE o.run_id = w.run_id AND o.state = 'waiting' AND o.line_key < w.line_key) END
      FROM enrolment_waitingentry w
"""
OFFERS = """
    SELECT o.run_id, o.person_id, o.state, o.source, o.answered_by_id, p.state,
           (SELECT array_agg(concat_ws(' ', e.joined_by_id, x.code) ORDER BY 1)
              FROM enrolment_passedover x JOIN enrolment_waitingentry e ON e.id = x.entry_id WHERE x.offer_id = o.id)
      FROM enrolment_offer o JOIN enrolment_place p ON p.id = o.place_id
"""
KEPT = "SELECT run_id, capacity, held, taken, kept, waiting FROM enrolment_seatpool"
ABSENCES = "SELECT person_id, state, absences, excuse, is_own_excuse FROM learning_absencecase"
NOTICES = "SELECT person_id, template, count(*) FROM people_notice GROUP BY 1, 2"
LEFT_IN_A_SWEPT_CLASS = """
    SELECT p.id FROM enrolment_place p JOIN classes_classrun r ON r.id = p.run_id
     WHERE r.state = 'cancelled' AND p.state IN ('held', 'confirmed')
       AND EXISTS (SELECT FROM enrolment_place o WHERE o.run_id = r.id AND o.end_reason = 'class_cancelled')
"""
MORE_PICTURES = {"line": LINE, "offers": OFFERS, "kept": KEPT, "notices": NOTICES}


def line() -> Ground:
    """Two seats, one with an open offer to the first in line, one taken; two more wait, a newcomer presses."""
    full = FullClass(capacity=2)
    first, second, pair, partner, newcomer = (full.person(name) for name in ("甲", "乙", "丙", "丁", "戊"))
    link_family(agent=pair, subject=partner, relation="spouse")
    full.join(first)
    waits = full.join(second)
    full.join(pair, partner, by=pair)
    full.withdraw(0)
    full.walk()
    (offer,) = Offer.objects.within(ALL).filter(run=full.run, state="open")
    assert offer.person_id == first.pk
    run, now, ends = full.run, full.now + timedelta(minutes=5), offer.until + timedelta(seconds=1)

    def leaves() -> Any:
        place = full.places[1]
        place.refresh_from_db()
        return enrolment.withdraw(actor=acting(full.learners[1]), place_uuid=place.uuid, now=now)

    def joins(person: Any, key: str) -> Deed:
        return lambda: enrolment.join_waiting_list(
            actor=acting(person), run_id=run.pk, person_ids=[person.pk], request_key=key, channel="web", now=now
        )

    def seats(capacity: int) -> Deed:
        clerk = on_duty(full.world.clerk, "centre_clerk", HEDE)
        return lambda: enrolment.change_seats(actor=clerk, run_id=run.pk, capacity=capacity, now=now)

    def leaves_the_line() -> Any:
        return enrolment.leave_waiting_list(actor=acting(second), entry_uuid=waits.uuid, now=now)

    deeds: dict[str, Deed] = {
        "the first says yes": lambda: enrolment.accept_offer(actor=acting(first), offer_uuid=offer.uuid, now=now),
        "the first says yes twice": lambda: enrolment.accept_offer(actor=acting(first), offer_uuid=offer.uuid, now=now),
        "the first says no": lambda: enrolment.decline_offer(actor=acting(first), offer_uuid=offer.uuid, now=now),
        "the offer's time ends": lambda: enrolment.expire_holds(now=ends),
        "the learner leaves": leaves,
        "the line is walked": full.walk,
        "one seat more": seats(3),
        "two seats more": seats(4),
        "one seat less": seats(1),
        "the second leaves the line": leaves_the_line,
        "a newcomer joins the line": joins(newcomer, "join"),
        "a newcomer presses": hold(full.world, run, newcomer, "press", now),
        "the second presses": hold(full.world, run, second, "press too", now),
    }
    return Ground("a line with an offer", ends, deeds, MORE_PICTURES)


def cancelled() -> Ground:
    """A paid class of three seats, one held with its bill open, one taken, one waits; the centre cancels it.

    A hold does not lock the class, whose row all holds would queue at: begun before the class was cancelled it may end
    after it. The sweep of cancelled classes locks the pool and then ends every place there is, this one too.
    """
    case = owed(small_county(), capacity=2)
    wechat = begin(case)
    now, world = case.now + timedelta(minutes=1), case.world
    taken = add_place(case.run, world.elder)
    taken.refresh_from_db()
    waits = add_person("候补")
    enrolment.join_waiting_list(
        actor=acting(waits), run_id=case.run.pk, person_ids=[waits.pk], request_key="w", channel="web", now=now
    )
    clerk = on_duty(world.clerk, "centre_clerk", HEDE)
    actor, uuid, paid = case.actor, case.place.uuid, signed(wechat, now)

    def cancel() -> Any:
        classes.cancel_class_run(actor=clerk, code=case.run.code, reason="老师生病", now=now)
        return "cancelled"

    deeds: dict[str, Deed] = {
        "the centre cancels": cancel,
        "the centre cancels and the sweep runs": lambda: (cancel(), enrolment.end_cancelled_runs(now=now)),
        "the sweep of cancelled classes": lambda: enrolment.end_cancelled_runs(now=now),
        "money by wechat": lambda: send(paid, now),
        "gives the seat back": lambda: enrolment.release_hold(actor=actor, place_uuid=uuid, now=now),
        "the learner leaves": lambda: enrolment.withdraw(actor=acting(world.elder), place_uuid=taken.uuid, now=now),
        "the sweep of holds": lambda: enrolment.expire_holds(now=case.place.hold_until + timedelta(seconds=1)),
        "the next person": hold(world, case.run, world.daughter, "next", now),
        "one seat more": lambda: enrolment.change_seats(actor=clerk, run_id=case.run.pk, capacity=3, now=now),
        "a newcomer joins the line": lambda: enrolment.join_waiting_list(
            actor=acting(world.daughter),
            run_id=case.run.pk,
            person_ids=[world.daughter.pk],
            request_key="join",
            channel="web",
            now=now,
        ),
    }
    return Ground(
        "a class that is cancelled",
        case.place.hold_until,
        deeds,
        MORE_PICTURES,
        reads_early=frozenset({"the next person"}),
        never=LEFT_IN_A_SWEPT_CLASS,
    )


def groups() -> Ground:
    """Two free classes with three seats and one: groups are admitted in one transaction while others press alone.

    Nobody stands in two deeds that could meet: who is busy elsewhere is told so at once (SeatsBusy) and not waited for,
    which no serial order would do.
    """
    world = small_county()
    wide, _, _ = add_run(world, capacity=3, hour=8)
    narrow, _, _ = add_run(world, capacity=1, hour=10)
    people = [add_person(f"居民{number}") for number in range(9)]
    now = world.now
    held = hold(world, wide, people[8], "early", now - timedelta(minutes=20))()  # past its time: it must never block
    clerk = on_duty(world.clerk, "centre_clerk", HEDE)

    def group(name: str, *wishes: tuple[int, Any]) -> Deed:
        requests = [
            HoldRequest(people[at].pk, people[at].pk, run.pk, f"{name} {number}")
            for number, (at, run) in enumerate(wishes)
        ]

        def deed() -> Any:
            answers = enrolment.hold_seats(requests=requests, now=now)
            return tuple(
                (each.place.person_id, each.place.run_id) if each.place else type(each.refusal).__name__
                for each in answers
            )

        return deed

    deeds: dict[str, Deed] = {
        "a group of two": group("two", (0, wide), (1, wide)),
        "another group of two": group("other", (2, wide), (3, narrow)),
        "a group over both classes": group("both", (4, narrow), (4, wide), (5, wide)),
        "one presses the wide class": hold(world, wide, people[6], "alone", now),
        "one presses the narrow class": hold(world, narrow, people[7], "alone", now),
        "the sweep": lambda: enrolment.expire_holds(now=now),
        "the early one gives back": lambda: enrolment.release_hold(
            actor=acting(people[8]), place_uuid=held.uuid, now=now
        ),
        "one seat more": lambda: enrolment.change_seats(actor=clerk, run_id=wide.pk, capacity=4, now=now),
        "one seat less": lambda: enrolment.change_seats(actor=clerk, run_id=wide.pk, capacity=2, now=now),
    }
    return Ground("groups admitted at once", now + timedelta(minutes=16), deeds, MORE_PICTURES)


def absent() -> Ground:
    """Five meetings without a word, announced a day ago: her seat goes to the line unless somebody says why."""
    case = AbsentClass()
    now = case.roll(times=5) + timedelta(hours=24)
    away, uuid, run = case.away, case.case().uuid, case.run
    case.place.refresh_from_db(from_queryset=type(case.place).objects.within(ALL))
    clerk = on_duty(case.room.world.clerk, "centre_clerk", HEDE)
    (waits,) = enrolment.waiting_of(actor=acting(case.in_line[0]), person_ids=[case.in_line[0].pk])

    def excuses(actor: Any) -> Deed:
        return lambda: learning.excuse_absences(actor=actor, case_uuid=uuid, reason="住院了，下周能来", now=now).state

    def puts_the_roll_right() -> Any:
        learning.correct_attendance(
            actor=case.room.teacher,
            session_id=case.room.sessions[4].pk,
            person_id=away.pk,
            state="excused",
            reason="住院，家人来过电话",
            now=now,
        )
        return "put right"

    deeds: dict[str, Deed] = {
        "she says why": excuses(acting(away)),
        "the desk says why": excuses(clerk),
        "the sweep of absences": lambda: learning.release_no_shows(now=now),
        "the sweep again": lambda: learning.release_no_shows(now=now),
        "the teacher puts the roll right": puts_the_roll_right,
        "absences are counted": lambda: learning.follow_absences(run_id=run.pk, now=now),
        "she leaves": lambda: enrolment.withdraw(actor=acting(away), place_uuid=case.place.uuid, now=now),
        "who waits leaves the line": lambda: enrolment.leave_waiting_list(
            actor=acting(case.in_line[0]), entry_uuid=waits.uuid, now=now
        ),
    }
    return Ground("a seat nobody comes to", now, deeds, MORE_PICTURES | {"absences": ABSENCES})


LINE_GROUNDS: dict[str, Callable[[], Ground]] = {
    "line": line,
    "cancelled": cancelled,
    "groups": groups,
    "absent": absent,
}
