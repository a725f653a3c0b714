"""Reads of enrolment."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.errors.seats import ClassNotOffered, PlaceNotFound
from xueqiao.domains.enrolment.models import LeaveRight, Place, SeatPool
from xueqiao.domains.enrolment.parameters import (
    COUNTER_HOLD_HOURS,
    PLACES_PER_TERM,
    PLACES_PER_TERM_AND_INSTITUTION,
    REFUND_BEFORE_SESSION,
    TRAVEL_MINUTES,
)
from xueqiao.domains.enrolment.rules.changes import organiser_refund
from xueqiao.domains.enrolment.rules.seats import counter_hold_end, refund_due, refund_rule_words
from xueqiao.domains.enrolment.values.mergers import MERGE_KEY
from xueqiao.domains.enrolment.values.seats import (
    CONFIRMED,
    HELD,
    LIVE,
    CallToMake,
    Limits,
    Meeting,
    OwnPlace,
    PlaceView,
    RefundRule,
    RosterRow,
    RunFacts,
    SeatCount,
)
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.arrays import array
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.parameters.api import parameter_at, parameters_at
from xueqiao.foundation.prepared import prepared_rows
from xueqiao.foundation.scope import Scope

STAFF_ROLES = ("centre_clerk", "county_officer", "city_officer", "province_officer")
PURPOSE = "enrolment"  # of bills that pay for a place

_VIEW_FIELDS = tuple(PlaceView.__dataclass_fields__)


def place_view(place: Place) -> PlaceView:
    return PlaceView(**{name: getattr(place, name) for name in _VIEW_FIELDS})


_FACTS = """
SELECT pool.run_id, run.code, run.title, run.region, run.institution_id, run.state, run.admission, pool.capacity,
       run.price_fen, run.subsidy_fen, run.age_min, run.age_max, run.starts_on, run.enrol_opens_at, run.enrol_closes_at,
       coalesce(list.host, ''), pool.list_version
  FROM enrolment_seatpool pool JOIN classes_classrun run ON run.id = pool.run_id
  LEFT JOIN enrolment_classlist list ON list.run_id = pool.run_id
 WHERE pool.run_id = ANY (%s::bigint[])
"""


def facts_of(run_ids: Iterable[int], *, with_meetings: bool = True) -> dict[int, RunFacts]:
    """What eligibility needs of class runs, by id; two queries. Runs without a pool are missing: open it first.

    Written out: every group of a rush asks it, and putting the query together cost more than answering it.
    """
    rows: dict[int, tuple[Any, ...]] = {row[0]: row for row in prepared_rows(_FACTS, [array(list(run_ids)[:500])])}
    meetings = meetings_of({run_id: row[2] for run_id, row in rows.items()}) if with_meetings else {}
    return {run_id: RunFacts(*[*row[:-2], tuple(meetings.get(run_id, ())), *row[-2:]]) for run_id, row in rows.items()}


def get_facts(run_id: int) -> RunFacts:
    """The facts of one run. Raises ClassNotOffered when there is no such run or its pool is not open."""
    facts = facts_of([run_id]).get(run_id)
    if facts is None:
        raise ClassNotOffered(state_words="没有这个班")
    return facts


def meetings_of(titles: dict[int, str]) -> dict[int, list[Meeting]]:
    """Meetings that are not cancelled of the given runs (id -> title), in order of time; one query."""
    sessions = (
        # One filter(): an exclude() of cancelled meetings would leave out every class that has one.
        SeatPool.objects.filter(run_id__in=titles, run__sessions__state__in=["planned", "held"])
        .order_by("run__sessions__starts_at")
        .values_list("run_id", "run__sessions__starts_at", "run__sessions__ends_at", "run__sessions__room__venue_id")[
            :20_000
        ]
    )
    found: dict[int, list[Meeting]] = {}
    for run_id, starts_at, ends_at, venue_id in sessions:
        there = clock.local(starts_at)
        words = f"周{'一二三四五六日'[there.weekday()]} {there:%H:%M} {titles[run_id]}"
        found.setdefault(run_id, []).append(Meeting(run_id, starts_at, ends_at, venue_id, words))
    return found


def live_places_of(person_id: int, *, now: datetime) -> list[Place]:
    """The person's live places that still count: confirmed, or held and not past their time. At most 200."""
    places = (
        Place.objects.within(Scope.everything("rules of limits and clashes look at one person's places"))
        .select_related("run")
        .filter(person_id=person_id, state__in=LIVE)
        .order_by("pk")[:200]
    )
    return [place for place in places if place.state == CONFIRMED or place.hold_until > now]


def own_places(places: Sequence[Place]) -> list[OwnPlace]:
    """What the rules see of loaded places (with their runs)."""
    return [OwnPlace(p.run_id, p.run.institution_id, p.run.starts_on, p.to_pay_fen, p.enrolled_by_id) for p in places]


def limits_at(facts: RunFacts, *, now: datetime, spending_cap_fen: int | None = None) -> Limits:
    """The numbers in force at the class's place today; one query."""
    specs = (PLACES_PER_TERM, PLACES_PER_TERM_AND_INSTITUTION, TRAVEL_MINUTES)
    found = parameters_at(
        [spec.name for spec in specs],
        region=facts.region,
        on=clock.local_date(now),
        institution_id=facts.institution_id,
    )
    per_term, per_institution, travel_minutes = (int(found[spec.name].value) for spec in specs)
    return Limits(per_term, per_institution, travel_minutes, spending_cap_fen)


def access_place(*, actor: Actor, place_uuid: UUID) -> PlaceView:
    """The place, for its person, those who act for her, and desk staff of the class's unit.

    Raises PlaceNotFound for everybody else: that a place exists is itself personal.
    """
    return place_view(access_place_row(actor=actor, place_uuid=place_uuid))


def access_place_row(*, actor: Actor, place_uuid: UUID) -> Place:
    """As access_place, for this domain's own actions."""
    place = Place.objects.within(Scope.everything("checked on the row below")).filter(uuid=place_uuid).first()
    if place is None or not may_see_place(actor, place):
        raise PlaceNotFound
    return place


def access_place_of_bill(*, actor: Actor, bill: payments.BillView) -> PlaceView:
    """The place a bill pays for, under the same permission. Raises PlaceNotFound."""
    place = Place.objects.within(Scope.everything("checked on the row below")).filter(pk=bill.purpose_id).first()
    if bill.purpose != PURPOSE or place is None or not may_see_place(actor, place):
        raise PlaceNotFound
    return place_view(place)


def may_see_place(actor: Actor, place: Place) -> bool:
    if actor.scope.everything_because or place.person_id in actor.scope.person_ids:
        return True
    return actor.has_role(*STAFF_ROLES) and actor.scope.has_region(place.region)


def access_place_by_code(*, actor: Actor, code: str) -> PlaceView:
    """The place of the number on a slip, for desk staff of the class's unit. Raises NotAllowed or PlaceNotFound."""
    people.require_role(actor, *STAFF_ROLES)
    digits = code.replace(" ", "")[:16]
    place = Place.objects.within(Scope.everything("checked on the row below")).filter(code=digits).first()
    if place is None or not may_see_place(actor, place):
        raise PlaceNotFound
    return place_view(place)


def places_held_by(*, actor: Actor, person_ids: Iterable[int], live_only: bool = False) -> list[PlaceView]:
    """Places of persons in the actor's scope, newest first, at most 200; ended ones too unless live_only.

    Seats kept in another class while a learner is asked to move there are not hers yet and left out.
    """
    wanted = [pid for pid in person_ids if actor.scope.everything_because or pid in actor.scope.person_ids]
    places = Place.objects.within(Scope.of_persons(wanted)).exclude(request_key__startswith=MERGE_KEY)
    if live_only:
        places = places.filter(state__in=LIVE)
    return [place_view(place) for place in places.order_by("-held_at", "-pk")[:200]]


def roster_of(*, actor: Actor, run_id: int) -> list[RosterRow]:
    """Who is in a class, for its teacher and the desk staff of its unit, in order of admission; at most 1,000.

    Raises NotAllowed for everybody else.
    """
    row = SeatPool.objects.filter(run_id=run_id).values_list("run__region", "run__teacher_id").first()
    if row is None:
        return []
    region, teacher_id = row
    if not (actor.scope.everything_because or (actor.person_id == teacher_id and actor.has_role("teacher"))):
        people.require_role(actor, *STAFF_ROLES, region=region)
    places = (
        Place.objects.within(Scope.everything("the roster of one class, checked above"))
        .select_related("person")
        .filter(run_id=run_id, state__in=LIVE)
        .order_by("confirmed_at", "pk")[:1000]
    )
    return [
        RosterRow(
            place_uuid=p.uuid,
            place_code=p.code,
            person_id=p.person_id,
            person_name=p.person.name,
            person_code=p.person.code,
            state=p.state,
            channel=p.channel,
            hold_until=p.hold_until,
            to_pay_fen=p.to_pay_fen,
        )
        for p in places
    ]


def calls_to_make(*, actor: Actor, institution_id: int, now: datetime, limit: int = 20) -> list[CallToMake]:
    """Learners of a centre's classes whose held seat waits for the desk and who have a phone, soonest end first.

    For desk staff of the unit. Raises NotAllowed.
    """
    people.require_role(actor, *STAFF_ROLES)
    rows = (
        Place.objects.within(Scope(ranges=actor.scope.ranges))
        .filter(run__institution_id=institution_id, state=HELD, pays_at_counter=True, hold_until__gt=now)
        .exclude(person__phone=None)
        .order_by("hold_until", "pk")
        .values_list("code", "person__name", "person__phone", "run__title", "hold_until", "to_pay_fen")
    )
    return [CallToMake(*row) for row in rows[:limit]]


def seats_of(run_id: int) -> SeatCount:
    """The seats of a run as they are now; a pool not opened yet counts as empty. Raises ClassNotOffered."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(p.capacity, r.capacity), coalesce(p.held, 0), coalesce(p.taken, 0)"
            " FROM classes_classrun r LEFT JOIN enrolment_seatpool p ON p.run_id = r.id WHERE r.id = %s",
            [run_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise ClassNotOffered(state_words="没有这个班")
    return SeatCount(*row)


def confirmed_persons(run_id: int) -> list[int]:
    """Ids of the persons enrolled in a run, in order of admission; for attendance and completion. At most 1,000."""
    return list(
        Place.objects.within(Scope.everything("attendance and completion judge the whole class"))
        .filter(run_id=run_id, state=CONFIRMED)
        .order_by("confirmed_at", "pk")
        .values_list("person_id", flat=True)[:1000]
    )


def count_learners(run_ids: Sequence[int]) -> int:
    """How many people have a place in any of these runs, or had one to its end; each counted once. One query."""
    places = Place.objects.within(Scope.everything("a number, and no names")).filter(
        run_id__in=list(run_ids), state=CONFIRMED
    )
    return places.values("person_id").distinct().count()


def confirmed_places(run_id: int) -> list[PlaceView]:
    """Places of those enrolled in a run, by id; for the rule of absences. At most 1,000."""
    rows = Place.objects.within(Scope.everything("absences are counted for the whole class"))
    return [place_view(place) for place in rows.filter(run_id=run_id, state=CONFIRMED).order_by("pk")[:1000]]


def title_of_class(run_id: int) -> str:
    """The title of a class with a pool. Raises ClassNotOffered."""
    return get_facts(run_id).title


def is_enrolled(*, run_id: int, person_id: int) -> bool:
    """True when the person has a confirmed place in the run."""
    return (
        Place.objects.within(Scope.everything("attendance asks for one person and one class"))
        .filter(run_id=run_id, person_id=person_id, state=CONFIRMED)
        .exists()
    )


def counter_hold_until(*, place: PlaceView, now: datetime) -> datetime:
    """Until when a held seat would be kept for paying at the centre: some hours, never past the next meeting."""
    facts = get_facts(place.run_id)
    hours = parameter_at(
        COUNTER_HOLD_HOURS.name, region=place.region, on=clock.local_date(now), institution_id=facts.institution_id
    ).value
    return counter_hold_end(
        now=now,
        hours=int(hours),
        next_meeting=next((m.starts_at for m in facts.meetings if m.starts_at > now), None),
        kept_until=place.hold_until or now,
    )


def refund_now(*, place: PlaceView, now: datetime, by_organiser: bool = False, by_hardship: bool = False) -> RefundRule:
    """What a withdrawal would give back at this moment, with the rule in words and its source.

    by_organiser: the organiser's cause, also when a moved or added meeting collides with another class of the learner.
    by_hardship: illness, death or moving away, with proof. Never more than delivered meetings have left unearned.
    """
    bill = payments.find_bill_for(purpose=PURPOSE, purpose_id=place.id)
    if by_organiser or LeaveRight.objects.filter(place_id=place.id, valid_until__gt=now).exists():
        delivery = classes.delivery_of(place.run_id, now=now)
        paid_fen = bill.refundable_fen if bill else 0
        rule = organiser_refund(paid_fen=paid_fen, sold=delivery.sold, delivered=delivery.delivered)
        return replace(rule, refund_fen=min(rule.refund_fen, bill.held_fen if bill else 0))
    facts = get_facts(place.run_id)
    parameter = parameter_at(
        REFUND_BEFORE_SESSION.name,
        region=facts.region,
        on=clock.local_date(now),
        institution_id=facts.institution_id,
    )
    rule = refund_due(
        paid_fen=bill.refundable_fen if bill else 0,
        starts=[meeting.starts_at for meeting in facts.meetings],
        before_session=int(parameter.value),
        now=now,
        source=parameter.source,
        by_organiser=by_organiser,
        by_hardship=by_hardship,
        owed=sum(part.state == "owed" for part in payments.parts_of(bill.id)) if bill else 0,
    )
    return replace(rule, refund_fen=min(rule.refund_fen, bill.held_fen if bill else 0))


def quote_for(*, place: PlaceView, now: datetime) -> payments.BillQuote:
    """What the person would pay for her held seat now: subsidy, concession and vouchers applied by themselves.

    Once the bill is made, what it was made at.
    """
    facts = get_facts(place.run_id)
    bill = payments.find_bill_for(purpose=PURPOSE, purpose_id=place.id)
    if bill is not None:
        return payments.quote_of_bill(bill, subsidy_fen=place.subsidy_fen, made_on=clock.local_date(now))
    return payments.quote_bill(
        person_id=place.person_id,
        institution_id=facts.institution_id,
        region=facts.region,
        price_fen=facts.price_fen,
        subsidy_fen=facts.subsidy_fen,
        on=clock.local_date(now),
    )


def refund_rule_of(*, region: int, institution_id: int, now: datetime) -> str:
    """The refund rule of a place in one sentence, for class and check pages."""
    parameter = parameter_at(
        REFUND_BEFORE_SESSION.name, region=region, on=clock.local_date(now), institution_id=institution_id
    )
    return refund_rule_words(int(parameter.value))


def held_places_due(*, now: datetime, limit: int) -> list[int]:
    """Run ids that have holds past their time, for the sweep."""
    return list(
        Place.objects.within(Scope.everything("the sweep of expired holds"))
        .filter(state=HELD, hold_until__lte=now)
        .order_by("hold_until")
        .values_list("run_id", flat=True)[:limit]
    )
