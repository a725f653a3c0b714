from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import IntegrityError, connection

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions.expire_holds import expire_run_holds
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.seats import (
    ClassNotOffered,
    GuardianMustEnrol,
    NotOpenYet,
    RequestKeyReused,
)
from xueqiao.domains.enrolment.errors.waiting import (
    AlreadyWaiting,
    DrawComesFirst,
    LineClosed,
    PartyTooBig,
    SeatsAreFree,
)
from xueqiao.domains.enrolment.events import LineToWalk
from xueqiao.domains.enrolment.models import WaitingEntry, WaitingMember
from xueqiao.domains.enrolment.queries.offers import waiting_views
from xueqiao.domains.enrolment.queries.seats import get_facts
from xueqiao.domains.enrolment.queries.waiting import is_before_draw, last_key, line_numbers, obstacles_of
from xueqiao.domains.enrolment.rules.seats import GUARDED_BELOW, age_in_year, when
from xueqiao.domains.enrolment.rules.waiting import key_for_joiner
from xueqiao.domains.enrolment.values.seats import RunFacts
from xueqiao.domains.enrolment.values.waiting import WAITING, WaitingView
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.reasons import InvalidInput
from xueqiao.foundation.scope import Scope

_EVERYTHING = Scope.everything("one's own request and one's own place in the line")


def join_waiting_list(
    *, actor: Actor, run_id: int, person_ids: Sequence[int], request_key: str, channel: str, now: datetime
) -> WaitingView:
    """Put one person, or several who want to come together, at the end of a class's line.

    Idempotent by request_key, as hold_seat. When seats are free for everybody nothing is queued (SeatsAreFree): the
    form was stale, and the ordinary enrolment is faster. Locks: persons, then pool.
    Raises MayNotActFor and its kin, ClassNotOffered, NotOpenYet, DrawComesFirst, LineClosed, SeatsAreFree,
    AlreadyWaiting, PartyTooBig, AlreadyEnrolled, AgeOutside, TermLimitReached, SpendingCapReached, TimeClash,
    RequestKeyReused or SeatsBusy.
    """
    wanted = list(dict.fromkeys(person_ids))
    if not 1 <= len(request_key) <= 64 or not wanted:
        raise InvalidInput(what="表单编号不对")
    try:
        return seats.with_patience(partial(_join, actor, run_id, wanted, request_key, channel, now))
    except IntegrityError as failure:
        constraint = getattr(getattr(failure.__cause__, "diag", None), "constraint_name", "")
        if connection.in_atomic_block or constraint != "waiting_request_once":
            raise
        raise RequestKeyReused from failure


def _join(
    actor: Actor, run_id: int, person_ids: list[int], request_key: str, channel: str, now: datetime
) -> WaitingView:
    for person_id in person_ids:
        authority = people.require_may_act_for(actor, person_id, now=now)
        card = people.access_person(actor, person_id)
        if authority == "self" and age_in_year(card.birth_date, clock.local_date(now)) < GUARDED_BELOW:
            raise GuardianMustEnrol
    earlier = _find_by_key(actor, run_id, person_ids, request_key)
    if earlier is not None:
        return earlier
    seats.open_pool(run_id)
    facts = get_facts(run_id)
    lock(LockSpace.PERSON_TIMETABLE, person_ids)
    earlier = _find_by_key(actor, run_id, person_ids, request_key)  # a double press waited for the lock above
    if earlier is not None:
        return earlier
    _require_line_open(facts, len(person_ids), now)
    _require_not_waiting(actor, run_id, person_ids)
    obstacles = obstacles_of(facts, dict.fromkeys(person_ids, actor.person_id), now=now)
    for person_id in person_ids:
        if person_id in obstacles:
            raise obstacles[person_id]
    return _stand(actor, facts, person_ids, request_key, channel, now)


def _require_line_open(facts: RunFacts, size: int, now: datetime) -> None:
    if facts.state != "published":
        raise ClassNotOffered(state_words="没有在招生")
    if now < facts.enrol_opens_at:
        raise NotOpenYet(opens=when(facts.enrol_opens_at))
    if is_before_draw(facts):
        raise DrawComesFirst
    numbers = line_numbers(facts, now=now)
    if size > numbers.party_max:
        raise PartyTooBig(most=numbers.party_max)
    if numbers.window(facts, now=now, hours=numbers.offer_hours) is None:
        raise LineClosed


def _require_not_waiting(actor: Actor, run_id: int, person_ids: list[int]) -> None:
    waiting = (
        WaitingMember.objects.within(_EVERYTHING)
        .filter(run_id=run_id, person_id__in=person_ids, is_live=True)
        .values_list("person_id", flat=True)
        .first()
    )
    if waiting is not None:
        raise AlreadyWaiting(name=people.access_person(actor, waiting).name)


def _stand(
    actor: Actor, facts: RunFacts, person_ids: list[int], request_key: str, channel: str, now: datetime
) -> WaitingView:
    """Under the pool's lock: look whether seats are free, take the next place at the end."""
    expire_run_holds(run_id=facts.id, now=now)
    pool = seats.lock_line(facts.id)
    free = pool.free if pool else 0
    if free >= len(person_ids) and facts.admission == "first_come" and now < facts.enrol_closes_at:
        raise SeatsAreFree
    entry = WaitingEntry.objects.create(
        run_id=facts.id,
        region=facts.region,
        state=WAITING,
        source="joined",
        size=len(person_ids),
        line_key=key_for_joiner(last_key(facts.id)),
        channel=channel,
        joined_by_id=actor.person_id,
        request_key=request_key,
        joined_at=now,
    )
    WaitingMember.objects.bulk_create(
        WaitingMember(entry=entry, run_id=facts.id, person_id=person_id) for person_id in person_ids
    )
    classes.show_seats_left(run_id=facts.id, seats=seats.join_line(facts.id))
    if pool and pool.available:
        record_event(LineToWalk(facts.id, facts.region), region=facts.region, now=now)
    record_deed(
        actor=actor,
        verb="join_waiting_list",
        object_kind="waiting_entry",
        object_id=entry.pk,
        now=now,
        region=facts.region,
        acting_for_id=person_ids[0] if person_ids[0] != actor.person_id else None,
        detail={"run": facts.code, "people": len(person_ids), "channel": channel},
    )
    entry.refresh_from_db(fields=["uuid"], from_queryset=WaitingEntry.objects.within(_EVERYTHING))
    return waiting_views([entry])[0]


def _find_by_key(actor: Actor, run_id: int, person_ids: list[int], request_key: str) -> WaitingView | None:
    entry = (
        WaitingEntry.objects.within(_EVERYTHING).filter(joined_by_id=actor.person_id, request_key=request_key).first()
    )
    if entry is None:
        return None
    members = WaitingMember.objects.within(_EVERYTHING).filter(entry=entry).values_list("person_id", flat=True)
    if entry.run_id != run_id or set(members) != set(person_ids):
        raise RequestKeyReused
    return waiting_views([entry])[0]
