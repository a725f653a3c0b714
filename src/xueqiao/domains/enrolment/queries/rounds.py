"""Reads of admission rounds and entries."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from xueqiao.domains.classes.api import term_of
from xueqiao.domains.enrolment.errors.rounds import EntryNotFound, RoundNotFound
from xueqiao.domains.enrolment.models import (
    AdmissionRound,
    Declaration,
    Entry,
    EntryMember,
    EntryResult,
    Place,
    ReturnClaim,
    RoundRun,
)
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES, facts_of, live_places_of, own_places
from xueqiao.domains.enrolment.rules.rounds import RoundTerms, Ties, WantedClass, demand_words
from xueqiao.domains.enrolment.values.rounds import (
    AGREED,
    CANCELLED,
    CLOSED,
    DECLINED,
    ENTERED,
    INVITED,
    LOST,
    OPEN,
    PLANNED,
    WON,
    Candidate,
    EntryView,
    MemberView,
    QuotaPlan,
    RoundRunView,
    RoundView,
    WishView,
)
from xueqiao.domains.enrolment.values.seats import CONFIRMED, LIVE, Limits
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.regions import api as regions
from xueqiao.foundation.scope import Scope

_ROUND_FIELDS = tuple(name for name in RoundView.__dataclass_fields__ if name != "runs")
_ENTRY_FIELDS = tuple(
    name
    for name in EntryView.__dataclass_fields__
    if name not in {"state", "position", "awarded_id", "members", "wishes"}
)


def round_view(row: AdmissionRound, *, now: datetime) -> RoundView:
    """A round with its classes and quotas, in order of the classes' codes. Three queries."""
    return RoundView(**{name: getattr(row, name) for name in _ROUND_FIELDS}, runs=_runs_of(row, now))


def _runs_of(row: AdmissionRound, now: datetime) -> tuple[RoundRunView, ...]:
    wanted: dict[int, int] = {}
    if row.state == OPEN and now >= row.wishes_open_at:
        wanted = dict(
            Entry.objects.within(Scope.everything("demand is shown in words"))
            .filter(round=row, state=ENTERED, wishes__rank=1)
            .values_list("wishes__run_id")
            .annotate(people=Count("pk"))
            .order_by()
        )
    rows = RoundRun.objects.filter(round=row).select_related("run").prefetch_related("quotas").order_by("run__code")
    return tuple(
        RoundRunView(
            run_id=each.run_id,
            run_code=each.run.code,
            title=each.run.title,
            seats=each.seats,
            is_beginner=each.is_beginner,
            quotas=tuple(
                QuotaPlan(q.bucket, q.seats) for q in sorted(each.quotas.all(), key=lambda q: (-q.seats, q.bucket))
            ),
            series_terms=each.series_terms,
            continues_run_id=each.continues_id,
            demand=demand_words(wanted.get(each.run_id, 0), each.seats) if row.state == OPEN else "",
        )
        for each in rows
    )


def get_round(code: str, *, now: datetime) -> RoundView:
    """A round that is public, by its code. Raises RoundNotFound; a planned one is seen only by its staff."""
    row = AdmissionRound.objects.filter(code=code[:16]).exclude(state=PLANNED).first()
    if row is None:
        raise RoundNotFound
    return round_view(row, now=now)


def get_round_by_id(round_id: int, *, now: datetime) -> RoundView:
    """A round by id, in any state, for the actions and pages that already know it. Raises RoundNotFound."""
    row = AdmissionRound.objects.filter(pk=round_id).first()
    if row is None:
        raise RoundNotFound
    return round_view(row, now=now)


def access_round(*, actor: Actor, code: str, now: datetime) -> RoundView:
    """A round in any state for the staff of its unit. Raises NotAllowed or RoundNotFound."""
    people.require_role(actor, *STAFF_ROLES)
    row = AdmissionRound.objects.filter(code=code[:16]).first()
    if row is None or not (actor.scope.everything_because or actor.scope.has_region(row.region)):
        raise RoundNotFound
    return round_view(row, now=now)


def rounds_in(*, actor: Actor, now: datetime, limit: int = 100) -> list[RoundView]:
    """The rounds of the actor's units, the latest windows first. Raises NotAllowed."""
    people.require_role(actor, *STAFF_ROLES)
    rows = AdmissionRound.objects.all()
    if not actor.scope.everything_because:
        ranges = Q(pk__in=[])
        for low, high in actor.scope.ranges:
            ranges |= Q(region__range=(low, high))
        rows = rows.filter(ranges)
    return [round_view(row, now=now) for row in rows.order_by("-wishes_open_at", "-pk")[:limit]]


def public_rounds(*, region: int, now: datetime, limit: int = 50) -> list[RoundView]:
    """Rounds that residents may look at in a unit's subtree: announced, open, frozen or drawn, next close first."""
    unit = RegionCode(region)
    rows = (
        AdmissionRound.objects.filter(region__range=(unit.low, unit.high), info_opens_at__lte=now)
        .exclude(state__in=[PLANNED, CLOSED, CANCELLED])
        .order_by("wishes_close_at", "pk")
    )
    return [round_view(row, now=now) for row in rows[:limit]]


def modes_of_rounds(round_ids: Iterable[int]) -> dict[int, str]:
    """How each of these rounds admits: draw, priority_draw or interview. One query."""
    return dict(AdmissionRound.objects.filter(pk__in=set(round_ids)).values_list("pk", "mode"))


def find_round_of_run(run_id: int, *, now: datetime) -> RoundView | None:
    """The living round a class is in, once it is public; for the class page."""
    row = AdmissionRound.objects.filter(runs__run_id=run_id, runs__is_live=True).exclude(state=PLANNED).first()
    return round_view(row, now=now) if row else None


# --- entries -----------------------------------------------------------------------------------------------------


def entry_view(row: Entry) -> EntryView:
    """An entry with its people, wishes and result. Two queries, and a third unless the result came with the row."""
    members = (
        EntryMember.objects.within(Scope.everything("the people of one entry, checked by the caller"))
        .filter(entry=row)
        .select_related("person")
        .order_by("pk")
    )
    wishes = row.wishes.select_related("run").order_by("rank")
    result: EntryResult | None = getattr(row, "result", None)
    return EntryView(
        **{name: getattr(row, name) for name in _ENTRY_FIELDS},
        state=row.state if result is None else LOST if result.run_id is None else WON,
        position=result.position if result else None,
        awarded_id=result.run_id if result else None,
        members=tuple(MemberView(m.person_id, m.person.name, m.person.code, m.state, m.answered_at) for m in members),
        wishes=tuple(WishView(w.rank, w.run_id, w.run.code, w.run.title) for w in wishes),
    )


def access_entry(*, actor: Actor, entry_uuid: UUID) -> EntryView:
    """One entry, for its people (the invited too), those who act for them, and desk staff of the round's unit.

    Raises EntryNotFound for everybody else: that an entry exists is itself personal.
    """
    return entry_view(access_entry_row(actor=actor, entry_uuid=entry_uuid))


def access_entry_row(*, actor: Actor, entry_uuid: UUID) -> Entry:
    """As access_entry, for this domain's own actions."""
    row = (
        Entry.objects.within(Scope.everything("checked on the row below"))
        .filter(uuid=entry_uuid)
        .select_related("result")
        .first()
    )
    if row is None or not _may_see(actor, row):
        raise EntryNotFound
    return row


def _may_see(actor: Actor, row: Entry) -> bool:
    if actor.scope.everything_because:
        return True
    if actor.has_role(*STAFF_ROLES) and actor.scope.has_region(row.region):
        return True
    return (
        EntryMember.objects.within(Scope.of_persons(actor.scope.person_ids))
        .filter(entry=row, person_id__in=actor.scope.person_ids, state__in=[INVITED, AGREED, DECLINED])
        .exists()
    )


def entries_of(*, actor: Actor, person_ids: Iterable[int], limit: int = 50) -> list[EntryView]:
    """Entries of persons in the actor's scope in which they are invited or agreed, newest first."""
    wanted = [pid for pid in person_ids if actor.scope.everything_because or pid in actor.scope.person_ids]
    ids = (
        EntryMember.objects.within(Scope.of_persons(wanted))
        .filter(person_id__in=wanted, state__in=[INVITED, AGREED])
        .values("entry_id")
    )
    rows = Entry.objects.within(Scope.everything("by the memberships above")).filter(pk__in=ids)
    return [entry_view(row) for row in rows.select_related("result").order_by("-entered_at", "-pk")[:limit]]


def find_entry_of(*, actor: Actor, round_id: int, person_id: int) -> EntryView | None:
    """The living entry of one person in a round, when the actor may see it."""
    row = (
        Entry.objects.within(Scope.everything("checked on the row below"))
        .filter(round_id=round_id, members__person_id=person_id, members__state=AGREED)
        .select_related("result")
        .first()
    )
    return entry_view(row) if row is not None and _may_see(actor, row) else None


def entries_at_counter(*, actor: Actor, code: str, now: datetime, limit: int = 200) -> list[EntryView]:
    """The latest entries of a round for its staff: who came by which way. Raises NotAllowed or RoundNotFound."""
    found = access_round(actor=actor, code=code, now=now)
    rows = Entry.objects.within(Scope.everything("checked above")).filter(round_id=found.id)
    return [entry_view(row) for row in rows.select_related("result").order_by("-entered_at", "-pk")[:limit]]


def entries_by_channel(round_id: int) -> dict[str, int]:
    """How many living entries came by which channel; the same odds for each."""
    rows = (
        Entry.objects.within(Scope.everything("counts only"))
        .filter(round_id=round_id)
        .exclude(state="withdrawn")
        .values_list("channel")
        .annotate(entries=Count("pk"))
        .order_by("channel")
    )
    return dict(rows)


# --- what eligibility needs ----------------------------------------------------------------------------------------


def candidate(person_id: int, run_ids: Iterable[int], *, now: datetime) -> Candidate:
    """One person as the rules see her. Needs the person's lock, so that nothing about her changes meanwhile."""
    from_people = people.access_person(Actor.system("eligibility of a round"), person_id)
    today = clock.local_date(now)
    papers = set(
        Declaration.objects.within(Scope.everything("eligibility"))
        .filter(person_id=person_id, valid_until__gte=today)
        .values_list("kind", flat=True)
    )
    return Candidate(
        name=from_people.name,
        birth_date=from_people.birth_date,
        home=from_people.region,
        has_health="health" in papers,
        has_signature="over80" in papers,
        terms_of_course=_terms_of_course(person_id, run_ids),
    )


def _terms_of_course(person_id: int, run_ids: Iterable[int]) -> dict[int, int]:
    """Course -> in how many terms the person was enrolled in it, other than in these runs."""
    wanted = list(run_ids)
    rows = (
        Place.objects.within(Scope.everything("the rule of repeats looks at one person's places"))
        .filter(person_id=person_id, state=CONFIRMED, run__course__runs__in=wanted)
        .exclude(run_id__in=wanted)
        .values_list("run__course_id", "run__starts_on")
        .distinct()
    )
    terms: dict[int, set[tuple[int, int]]] = {}
    for course_id, starts_on in rows:
        terms.setdefault(course_id, set()).add(term_of(starts_on))
    return {course_id: len(each) for course_id, each in terms.items()}


def wanted_classes(run_ids: Sequence[int]) -> list[WantedClass]:
    """The facts of wished classes in the order given; their pools must be open."""
    facts = facts_of(run_ids)
    bodies = {
        run_id: (course_id, is_physical)
        for run_id, course_id, is_physical in RoundRun.objects.filter(run_id__in=run_ids).values_list(
            "run_id", "run__course_id", "run__course__has_physical_risk"
        )
    }
    return [WantedClass(facts[run_id], *bodies[run_id]) for run_id in run_ids]


def ties_of(person_id: int, *, now: datetime) -> Ties:
    """What the person already has. Needs the person's lock."""
    places = live_places_of(person_id, now=now)
    meetings = facts_of({place.run_id for place in places})
    return Ties(own_places(places), [m for facts in meetings.values() for m in facts.meetings if m.ends_at > now])


def terms_of_round(rules: dict[str, Any]) -> RoundTerms:
    """The limits frozen in a round."""
    limits = rules["limits"]
    open_to = int(rules.get("open_to", 0))
    return RoundTerms(
        limits=Limits(
            places_per_term=limits["places_per_term"],
            places_per_term_and_institution=limits["places_per_term_and_institution"],
            travel_minutes=limits["travel_minutes"],
        ),
        repeats_max=limits["repeats_max"],
        signature_from_age=limits["signature_from_age"],
        open_to=open_to,
        where=regions.full_name(open_to) if open_to else "",
    )


def seats_to_draw(round_id: int) -> dict[int, int]:
    """How many seats each class of a round has for the draw: those planned, less what learners who go on have taken.

    Never more than the class has free at this moment. For the freeze and the draw.
    """
    rows = RoundRun.objects.filter(round_id=round_id).values_list(
        "run_id", "seats", "run__capacity", "run__seat_pool__capacity", "run__seat_pool__held", "run__seat_pool__taken"
    )
    claims = dict(
        ReturnClaim.objects.within(Scope.everything("what is left to draw"))
        .filter(round_run__round_id=round_id, place__state__in=LIVE)
        .values_list("round_run__run_id")
        .annotate(number=Count("pk"))
        .order_by()
    )
    return {
        run_id: max(
            0,
            min(
                seats - claims.get(run_id, 0),
                (pool if pool is not None else capacity) - (held or 0) - (taken or 0),
            ),
        )
        for run_id, seats, capacity, pool, held, taken in rows
    }
