from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import IntegrityError, connection

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions.expire_holds import expire_run_holds
from xueqiao.domains.enrolment.admission import rooms, seats
from xueqiao.domains.enrolment.errors.openings import TurnNeeded
from xueqiao.domains.enrolment.errors.seats import ClassFull, GuardianMustEnrol, RequestKeyReused
from xueqiao.domains.enrolment.events import SeatHeld
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.enrolment.parameters import HOLD_MINUTES
from xueqiao.domains.enrolment.queries.lists import listed_among
from xueqiao.domains.enrolment.queries.openings import phases_of
from xueqiao.domains.enrolment.queries.seats import (
    facts_of,
    get_facts,
    limits_at,
    live_places_of,
    own_places,
    place_view,
)
from xueqiao.domains.enrolment.rules.seats import (
    GUARDED_BELOW,
    age_in_year,
    hold_end,
    place_code,
    require_eligible,
)
from xueqiao.domains.enrolment.values.openings import QUEUE
from xueqiao.domains.enrolment.values.seats import HELD, PlaceView, RunFacts
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.audit.values import SYSTEM
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.reasons import InvalidInput
from xueqiao.foundation.scope import Scope


@dataclass(frozen=True)
class _Wish:
    actor: Actor
    run_id: int
    person_id: int
    request_key: str
    channel: str


def hold_seat(*, actor: Actor, run_id: int, person_id: int, request_key: str, channel: str, now: datetime) -> PlaceView:
    """Keep a seat of a first-come class for one person, until an absolute time.

    Idempotent: the same request_key (1 to 64 characters) of the same actor for the same class and person returns the
    place of the first call; for anything else it is refused. Somebody who already has a live hold here gets it back,
    whatever the key and whoever took it: the back button leads to the held seat. Locks: person, then pool.
    Raises MayNotActFor and its kin, ClassNotOffered, AdmissionNotFirstCome, NotOpenYet, EnrolmentClosed, NotOnTheList,
    AgeOutside, AlreadyEnrolled, TermLimitReached, SpendingCapReached, TimeClash, TurnNeeded in a class with a waiting
    room, ClassFull, RequestKeyReused or SeatsBusy.
    """
    if not 1 <= len(request_key) <= 64:
        raise InvalidInput(what="表单编号不对")
    wish = _Wish(actor, run_id, person_id, request_key, channel)
    try:
        return seats.with_patience(partial(_hold, wish, now))
    except IntegrityError as failure:
        if connection.in_atomic_block:
            raise  # the caller's transaction is spoilt; only its owner can say what to do
        constraint = getattr(getattr(failure.__cause__, "diag", None), "constraint_name", "")
        if constraint == "seat_pool_not_oversold":
            raise ClassFull from failure  # the last wall held where a guard was missing
        if constraint == "place_request_once":
            raise RequestKeyReused from failure
        raise


def _hold(wish: _Wish, now: datetime) -> PlaceView:
    authority = people.require_may_act_for(wish.actor, wish.person_id, now=now)
    person = people.access_person(wish.actor, wish.person_id)
    if authority == "self" and age_in_year(person.birth_date, clock.local_date(now)) < GUARDED_BELOW:
        raise GuardianMustEnrol
    earlier = _find_by_key(wish)
    if earlier is not None:
        return earlier
    seats.open_pool(wish.run_id)
    facts = get_facts(wish.run_id)

    # From here on nothing about this person can change under us.
    lock(LockSpace.PERSON_TIMETABLE, [wish.person_id])
    earlier = _find_by_key(wish)  # a double press waited for the lock above
    if earlier is not None:
        return earlier
    places = live_places_of(wish.person_id, now=now)
    here = next((place for place in places if place.run_id == wish.run_id and place.state == HELD), None)
    if here is not None:
        return place_view(here)

    own = own_places(places)
    require_eligible(
        facts,
        name=person.name,
        birth_date=person.birth_date,
        own=own,
        own_meetings=[m for other in facts_of({p.run_id for p in places}).values() for m in other.meetings],
        limits=limits_at(facts, now=now, spending_cap_fen=_cap_of(wish, authority, now)),
        agent_id=wish.actor.person_id or 0,
        is_listed=bool(facts.host and listed_among([(facts.id, wish.person_id)], now=now)),
        now=now,
    )
    return _take(wish, facts, authority, _turn_of(wish, facts, now), now)


def _turn_of(wish: _Wish, facts: RunFacts, now: datetime) -> int | None:
    """The turn that a class with a waiting room asks for, of the one who presses or of the one it is for; locked."""
    if phases_of([facts], now=now)[facts.id] != QUEUE or wish.actor.kind == SYSTEM:
        return None
    turns = rooms.lock_turns([(facts.id, wish.actor.person_id or 0), (facts.id, wish.person_id)], now=now)
    if not turns:
        raise TurnNeeded
    return next(iter(turns.values()))


def _take(wish: _Wish, facts: RunFacts, authority: str, turn_id: int | None, now: datetime) -> PlaceView:
    paid_late = _expire_own_stale_hold(wish, now)
    if paid_late is not None:
        return place_view(paid_late)
    left = seats.hold_one(facts.id, facts.list_version)
    if left is None:
        # Holds past their time never block. Whatever that ended, ask again: waiting for the pool's lock, somebody else
        # may have given a seat back, and nobody is told "full" while one is free.
        expire_run_holds(run_id=facts.id, now=now)
        left = seats.hold_one(facts.id, facts.list_version)
    if left is None:
        seats.require_list(facts.id, facts.list_version)
        raise ClassFull
    minutes = int(
        parameter_at(
            HOLD_MINUTES.name, region=facts.region, on=clock.local_date(now), institution_id=facts.institution_id
        ).value
    )
    (place_id,) = seats.new_place_ids(1)
    place = Place(
        id=place_id,
        code=place_code(place_id),
        run_id=facts.id,
        person_id=wish.person_id,
        region=facts.region,
        state=HELD,
        channel=wish.channel,
        enrolled_by_id=wish.actor.person_id,
        request_key=wish.request_key,
        held_at=now,
        hold_until=hold_end(now=now, minutes=minutes),
        price_fen=facts.price_fen,
        subsidy_fen=facts.subsidy_fen,
        to_pay_fen=facts.to_pay_fen,
    )
    place.save(force_insert=True)
    place.refresh_from_db(fields=["uuid"], from_queryset=Place.objects.within(Scope.everything("just written")))
    classes.show_seats_left(run_id=facts.id, seats=left)
    if turn_id is not None:
        rooms.use_turns({turn_id: place.pk}, now=now)
    record_event(SeatHeld(place.pk, place.person_id, place.run_id, place.region), region=place.region, now=now)
    record_deed(
        actor=wish.actor,
        verb="hold_seat",
        object_kind="place",
        object_id=place.pk,
        now=now,
        region=place.region,
        acting_for_id=wish.person_id if wish.person_id != wish.actor.person_id else None,
        detail={"authority": authority, "run": facts.code, "channel": wish.channel, "left": left},
    )
    return place_view(place)


def _find_by_key(wish: _Wish) -> PlaceView | None:
    place = (
        Place.objects.within(Scope.everything("one's own request"))
        .filter(enrolled_by_id=wish.actor.person_id, request_key=wish.request_key)
        .first()
    )
    if place is None:
        return None
    if (place.run_id, place.person_id) != (wish.run_id, wish.person_id):
        raise RequestKeyReused
    return place_view(place)


def _expire_own_stale_hold(wish: _Wish, now: datetime) -> Place | None:
    """End a hold of the same person past its time, which would collide with the new one.

    One that stays was paid at the last moment and its confirmation is on the way: return it.
    """
    stale = Place.objects.within(Scope.everything("one's own old hold")).filter(
        run_id=wish.run_id, person_id=wish.person_id, state=HELD, hold_until__lte=now
    )
    if stale.exists():
        expire_run_holds(run_id=wish.run_id, now=now)
        return stale.first()
    return None


def _cap_of(wish: _Wish, authority: str, now: datetime) -> int | None:
    """The family's spending cap in fen per term, None when there is none or the actor is no relative."""
    if authority not in {"family", "guardian"}:
        return None
    for member in people.family_of(wish.actor, now=now):
        if member.person.id == wish.person_id:
            return member.spending_cap_fen
    return None
