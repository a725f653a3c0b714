"""Reads of classes. Everything here is published information; a teacher's name is part of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, QuerySet

from xueqiao.domains.classes import rules
from xueqiao.domains.classes.calendar import meeting_days_of
from xueqiao.domains.classes.errors import UnknownClass, UnknownSession
from xueqiao.domains.classes.listings.find import PAGE_SIZE, find_listings, first_listings, nearest_alternatives
from xueqiao.domains.classes.models import ClassListing, ClassRun, Session
from xueqiao.domains.classes.parameters import SUBSIDY, UNIT_COST
from xueqiao.domains.classes.values import (
    Clash,
    ClassCard,
    ClassDetail,
    ClassFilter,
    ClassPage,
    CopyPlan,
    Pattern,
    PriceQuote,
    SessionView,
    TeachingVolume,
    VenueDot,
)
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.regions.api import Point

CARDS_MAX = 200
SESSIONS_MAX = 500

# Narrow columns: a list page reads twenty of these and nothing else.
_CARD_FIELDS = (
    "id",
    "code",
    "title",
    "course__code",
    "course__category",
    "institution_id",
    "institution__name",
    "room__venue__name",
    "room__name",
    "region",
    "listing__next_starts_at",
    "listing__next_ends_at",
    "course__session_count",
    "price_fen",
    "subsidy_fen",
    "listing__seats_left_shown",
    "capacity",
    "admission",
    "listing__suits_elders",
    "room__venue__has_lift",
    "enrol_opens_at",
    "enrol_closes_at",
    "state",
    "room__venue__lon",
    "room__venue__lat",
    "room__venue__point_is_synthetic",
    "is_demo",
)


# -- lists ------------------------------------------------------------------------------------------------------------


def find_classes(filters: ClassFilter, *, now: datetime, page: int = 1, page_size: int = PAGE_SIZE) -> ClassPage:
    """One page of classes with facet counts; three nearest alternatives when nothing is found. At most 5 queries."""
    found = find_listings(filters, now=now, page=page, page_size=page_size)
    nearest: tuple[ClassCard, ...] = ()
    if not found.total:
        others = dict(nearest_alternatives(filters, now=now))
        nearest = _cards_in_order(tuple(others), others, filters.near, now)
    return ClassPage(
        cards=_cards_in_order(found.run_ids, found.distances, filters.near, now),
        total=found.total,
        page=found.page,
        page_count=found.page_count,
        facets=found.facets,
        nearest=nearest,
        corrected=found.corrected,
        is_loose=found.is_loose,
        alias=found.alias,
    )


def classes_nearby(filters: ClassFilter, *, now: datetime, limit: int = 6) -> list[ClassCard]:
    """The first few classes of a filter without any counting: for the home and course pages. Two queries, no text."""
    rows = dict(first_listings(filters, now=now, limit=min(limit, 50)))
    return list(_cards_in_order(tuple(rows), rows, filters.near, now))


def class_cards(run_ids: Iterable[int], *, now: datetime, near: Point | None = None) -> dict[int, ClassCard]:
    """Cards of the given runs in any state, by id; at most 200. Unknown ids are left out. One query."""
    wanted = sorted(set(run_ids))[:CARDS_MAX]
    rows = ClassRun.objects.filter(id__in=wanted).values_list(*_CARD_FIELDS)
    cards = (_card(row, now, near) for row in rows)
    return {card.run_id: card for card in cards}


def _cards_in_order(
    ids: Sequence[int], distances: dict[int, int | None], near: Point | None, now: datetime
) -> tuple[ClassCard, ...]:
    if not ids:
        return ()
    cards = class_cards(ids, now=now, near=near)
    return tuple(cards[run_id] for run_id in ids if run_id in cards)


def _card(row: tuple[Any, ...], now: datetime, near: Point | None) -> ClassCard:
    (
        run_id,
        code,
        title,
        course_code,
        category,
        institution_id,
        institution_name,
        venue_name,
        room_name,
        region,
        starts_at,
        ends_at,
        session_count,
        price_fen,
        subsidy_fen,
        seats_left,
        capacity,
        admission,
        suits_elders,
        has_lift,
        opens_at,
        closes_at,
        state,
        lon,
        lat,
        is_synthetic,
        is_demo,
    ) = row
    point = Point(float(lon), float(lat), is_synthetic)
    seats = capacity if seats_left is None else seats_left
    return ClassCard(
        run_id=run_id,
        code=code,
        title=title,
        course_code=course_code,
        category=category,
        institution_id=institution_id,
        institution_name=institution_name,
        venue_name=venue_name,
        room_name=room_name,
        region=region,
        starts_at=starts_at,
        ends_at=ends_at,
        sessions_total=session_count,
        price_fen=price_fen,
        subsidy_fen=subsidy_fen,
        seats_left=seats,
        capacity=capacity,
        admission=admission,
        suits_elders=bool(suits_elders),
        has_lift=has_lift,
        enrol_opens_at=opens_at,
        enrol_closes_at=closes_at,
        enrolment=rules.shown_enrolment(state=state, seats_left=seats, opens_at=opens_at, closes_at=closes_at, now=now),
        point=point,
        distance_metres=None if near is None else rules.metres_between(near, point),
        distance_is_rough=is_synthetic or (near is not None and near.is_synthetic),
        is_demo=is_demo,
    )


# -- one class --------------------------------------------------------------------------------------------------------


def get_class(code: str, *, now: datetime, near: Point | None = None) -> ClassDetail:
    """Everything about the class of this code, in any state. Raises UnknownClass. Two queries."""
    run = (
        ClassRun.objects.filter(code=_clean(code))
        .select_related("course", "institution", "room__venue", "teacher", "listing")
        .first()
    )
    if run is None:
        raise UnknownClass(code=code[:20])
    return _detail(run, now=now, near=near)


def _clean(code: str) -> str:
    """A code as it may stand in the table; PostgreSQL refuses NUL."""
    return code[:20].replace("\x00", "")


def get_class_by_id(run_id: int, *, now: datetime) -> ClassDetail:
    """The same by id. Raises UnknownClass."""
    run = (
        ClassRun.objects.filter(id=run_id)
        .select_related("course", "institution", "room__venue", "teacher", "listing")
        .first()
    )
    if run is None:
        raise UnknownClass(code=str(run_id))
    return _detail(run, now=now)


def _detail(run: ClassRun, *, now: datetime, near: Point | None = None) -> ClassDetail:
    sessions = tuple(sessions_of(run.id))
    coming = [each for each in sessions if each.state == "planned" and each.ends_at > now]
    venue, course, institution = run.room.venue, run.course, run.institution
    listing: ClassListing | None = getattr(run, "listing", None)
    seats = listing.seats_left_shown if listing else run.capacity
    point = Point(float(venue.lon), float(venue.lat), venue.point_is_synthetic)
    card = ClassCard(
        run_id=run.id,
        code=run.code,
        title=run.title,
        course_code=course.code,
        category=course.category,
        institution_id=institution.id,
        institution_name=institution.name,
        venue_name=venue.name,
        room_name=run.room.name,
        region=run.region,
        starts_at=coming[0].starts_at if coming else None,
        ends_at=coming[0].ends_at if coming else None,
        sessions_total=len([each for each in sessions if each.state != "cancelled"]),
        price_fen=run.price_fen,
        subsidy_fen=run.subsidy_fen,
        seats_left=seats,
        capacity=run.capacity,
        admission=run.admission,
        suits_elders=rules.is_for_elders(institution.serves_elders, run.age_max, venue.has_lift or venue.has_ramp),
        has_lift=venue.has_lift,
        enrol_opens_at=run.enrol_opens_at,
        enrol_closes_at=run.enrol_closes_at,
        enrolment=rules.shown_enrolment(
            state=run.state, seats_left=seats, opens_at=run.enrol_opens_at, closes_at=run.enrol_closes_at, now=now
        ),
        point=point,
        distance_metres=None if near is None else rules.metres_between(near, point),
        distance_is_rough=point.is_synthetic or (near is not None and near.is_synthetic),
        is_demo=run.is_demo,
    )
    return ClassDetail(
        card=card,
        uuid=str(run.uuid),
        state=run.state,
        region=run.region,
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        learners_min=run.learners_min,
        age_min=run.age_min,
        age_max=run.age_max,
        teacher_id=run.teacher_id,
        teacher_name=run.teacher.name,
        room_id=run.room_id,
        venue_address=venue.address,
        venue_has_ramp=venue.has_ramp,
        how_to_get_there=venue.how_to_get_there,
        institution_code=institution.code,
        institution_kind=institution.kind,
        institution_phone=institution.phone,
        course_summary=course.summary,
        course_outcomes=tuple(map(str, course.outcomes)),
        audience=course.audience,
        has_physical_risk=course.has_physical_risk,
        copied_from_id=run.copied_from_id,
        end_reason=run.end_reason,
        submitted_by_id=run.submitted_by_id,
        sessions=sessions,
    )


def runs_of(institution_id: int, *, now: datetime, states: Sequence[str] = (), limit: int = 100) -> list[ClassCard]:
    """A centre's own classes, latest start first: for its workbench and for "copy last term"."""
    rows = ClassRun.objects.filter(institution_id=institution_id).order_by("-starts_on", "-id")
    if states:
        rows = rows.filter(state__in=states)
    return [_card(row, now, None) for row in rows.values_list(*_CARD_FIELDS)[: min(limit, CARDS_MAX)]]


def runs_awaiting_approval(region: int, *, now: datetime, limit: int = 100) -> list[ClassCard]:
    """Classes with a price in a unit's subtree that wait for an officer, longest waiting first."""
    unit = RegionCode(region)
    rows = ClassRun.objects.filter(region__range=(unit.low, unit.high), state="awaiting").order_by("id")
    return [_card(row, now, None) for row in rows.values_list(*_CARD_FIELDS)[: min(limit, CARDS_MAX)]]


# -- sessions ---------------------------------------------------------------------------------------------------------

_SESSION_FIELDS = (
    "id",
    "run_id",
    "run__code",
    "run__title",
    "number",
    "starts_at",
    "ends_at",
    "room_id",
    "room__name",
    "room__venue__name",
    "teacher_id",
    "teacher__name",
    "state",
    "run__region",
    "run__institution_id",
)


def _session_views(rows: QuerySet[Session]) -> list[SessionView]:
    return [SessionView(*row) for row in rows.values_list(*_SESSION_FIELDS)[:SESSIONS_MAX]]


def sessions_of(run_id: int) -> list[SessionView]:
    """The meetings of a class in order, cancelled ones too."""
    return _session_views(Session.objects.filter(run_id=run_id).order_by("starts_at", "id"))


def sessions_of_runs(run_ids: Iterable[int], *, first: datetime, last: datetime) -> list[SessionView]:
    """Meetings of several classes that start in [first, last), earliest first; at most 500."""
    rows = Session.objects.filter(run_id__in=list(run_ids)[:CARDS_MAX], starts_at__gte=first, starts_at__lt=last)
    return _session_views(rows.order_by("starts_at", "id"))


def get_session(session_id: int) -> SessionView:
    """One meeting. Raises UnknownSession."""
    found = _session_views(Session.objects.filter(id=session_id))
    if not found:
        raise UnknownSession
    return found[0]


def sessions_taught_by(person_id: int, day: date) -> list[SessionView]:
    """A teacher's meetings on one local day, cancelled ones left out."""
    return _session_views(_on_day(Session.objects.filter(teacher_id=person_id), day))


def sessions_at(institution_id: int, day: date) -> list[SessionView]:
    """All meetings at an institution on one local day, cancelled ones left out."""
    return _session_views(_on_day(Session.objects.filter(run__institution_id=institution_id), day))


def _on_day(rows: QuerySet[Session], day: date) -> QuerySet[Session]:
    rows = rows.filter(starts_at__gte=at_local(day, 0), starts_at__lt=at_local(day + timedelta(days=1), 0))
    return rows.exclude(state="cancelled").filter(run__state__in=["published", "finished"]).order_by("starts_at", "id")


def overlapping_sessions(run_id: int, other_run_ids: Iterable[int]) -> list[tuple[SessionView, SessionView]]:
    """Pairs (of this run, of another run) that meet at the same time; at most 20 pairs. Two queries."""
    others = sorted(set(other_run_ids) - {run_id})
    if not others:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id, b.id FROM classes_session a JOIN classes_session b"
            " ON b.run_id = ANY(%s) AND b.state <> 'cancelled'"
            " AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)"
            " WHERE a.run_id = %s AND a.state <> 'cancelled' ORDER BY a.starts_at, b.id LIMIT 20",
            [others, run_id],
        )
        pairs = cursor.fetchall()
    if not pairs:
        return []
    views = {v.id: v for v in _session_views(Session.objects.filter(id__in={i for pair in pairs for i in pair}))}
    return [(views[one], views[other]) for one, other in pairs]


def clashes(
    meetings: Sequence[tuple[datetime, datetime]],
    *,
    room_id: int | None,
    teacher_id: int | None,
    except_run_id: int | None = None,
    except_session_id: int | None = None,
    limit: int = 5,
) -> list[Clash]:
    """Meetings in the way of the given times in this room or with this teacher, room first, earliest first."""
    if not meetings or (room_id is None and teacher_id is None):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.room_id = %s AS is_room"
            " FROM unnest(%s::timestamptz[], %s::timestamptz[]) AS w(starts, ends)"
            " JOIN classes_session s ON (s.room_id = %s OR s.teacher_id = %s) AND s.state <> 'cancelled'"
            " AND tstzrange(s.starts_at, s.ends_at) && tstzrange(w.starts, w.ends)"
            " WHERE s.run_id IS DISTINCT FROM %s AND s.id IS DISTINCT FROM %s"
            " ORDER BY is_room DESC, s.starts_at, s.id LIMIT %s",
            [
                room_id,
                [start for start, _ in meetings],
                [end for _, end in meetings],
                room_id,
                teacher_id,
                except_run_id,
                except_session_id,
                limit,
            ],
        )
        found = dict(cursor.fetchall())
    views = {view.id: view for view in _session_views(Session.objects.filter(id__in=found))} if found else {}
    return [
        Clash(
            kind="room" if is_room else "teacher",
            room_name=views[session_id].room_name,
            teacher_name=views[session_id].teacher_name,
            run_code=views[session_id].run_code,
            title=views[session_id].title,
            starts_at=views[session_id].starts_at,
            ends_at=views[session_id].ends_at,
        )
        for session_id, is_room in found.items()
    ]


# -- planning ---------------------------------------------------------------------------------------------------------


def quote_price(
    *, session_count: int, session_minutes: int, region: int, institution_id: int | None = None, on: date
) -> PriceQuote:
    """What a class of this length costs a learner by rule at a place on a day, with the sources of both numbers."""
    unit_cost = parameter_at(UNIT_COST.name, region=region, on=on, institution_id=institution_id)
    percent = parameter_at(SUBSIDY.name, region=region, on=on, institution_id=institution_id)
    price = rules.cost_price_fen(session_count, session_minutes, unit_cost.value)
    return PriceQuote(
        price_fen=price,
        subsidy_fen=rules.subsidy_share_fen(price, percent.value),
        hours_hundredths=rules.class_hours_hundredths(session_count, session_minutes),
        unit_cost_fen=unit_cost.value,
        subsidy_percent=percent.value,
        source=f"{unit_cost.source}；{percent.source}",
        is_confirmed=unit_cost.confirmed and percent.confirmed,
    )


def plan_copy(
    source_code: str, *, first_day: date, room_id: int | None = None, teacher_id: int | None = None, now: datetime
) -> CopyPlan:
    """What copying last term would make, with holidays left out and clashes named. Writes nothing.

    Raises UnknownClass.
    """
    source = get_class(source_code, now=now)
    held = [(each.starts_at, each.ends_at) for each in source.sessions if each.state != "cancelled"]
    pattern = rules.pattern_of(held, first_day)
    days, skipped = meeting_days_of(pattern)
    room, teacher = room_id or source.room_id, teacher_id or source.teacher_id
    quote = quote_price(
        session_count=pattern.session_count,
        session_minutes=pattern.session_minutes,
        region=source.region,
        institution_id=source.card.institution_id,
        on=first_day,
    )
    return CopyPlan(
        source_code=source.code,
        title=source.card.title,
        course_code=source.card.course_code,
        pattern=pattern,
        days=tuple(days),
        skipped=tuple(skipped),
        clashes=tuple(clashes(rules.meetings(pattern, days), room_id=room, teacher_id=teacher)),
        room_id=room,
        teacher_id=teacher,
        capacity=source.card.capacity,
        price_fen=source.card.price_fen,
        subsidy_fen=source.card.subsidy_fen,
        cost_price_fen=quote.price_fen,
        cost_rule=quote.source,
    )


def preview_plan(
    pattern: Pattern, *, room_id: int | None, teacher_id: int | None
) -> tuple[list[date], list[tuple[date, str]], list[Clash]]:
    """Days, skipped holidays and clashes of a pattern, for the form that opens a class. Writes nothing."""
    days, skipped = meeting_days_of(pattern)
    return days, skipped, clashes(rules.meetings(pattern, days), room_id=room_id, teacher_id=teacher_id)


# -- the picture of a county ------------------------------------------------------------------------------------------


def venue_dots(region: int, *, now: datetime, limit: int = 300) -> list[VenueDot]:
    """Venues with listed classes in a unit's subtree, most classes first: the dots of the county's picture."""
    unit = RegionCode(region)
    rows = (
        ClassListing.objects.filter(region__range=(unit.low, unit.high), next_ends_at__gt=now)
        .values(
            venue=F("run__room__venue_id"),
            name=F("run__room__venue__name"),
            venue_lon=F("run__room__venue__lon"),
            venue_lat=F("run__room__venue__lat"),
            synthetic=F("run__room__venue__point_is_synthetic"),
        )
        .annotate(number=Count("run_id"))
        .order_by("-number", "venue")[:limit]
    )
    return [
        VenueDot(
            venue_id=row["venue"],
            name=row["name"],
            point=Point(float(row["venue_lon"]), float(row["venue_lat"]), row["synthetic"]),
            class_count=row["number"],
        )
        for row in rows
    ]


# -- for indicators ---------------------------------------------------------------------------------------------------


def teaching_volumes(*, since: date, until: date) -> list[TeachingVolume]:
    """Return per institution the sessions that were due between two days (both counted) and not cancelled."""
    rows = (
        Session.objects.filter(starts_at__gte=at_local(since, 0), starts_at__lt=at_local(until + timedelta(days=1), 0))
        .exclude(state="cancelled")
        .values_list("run__institution_id", "run_id")
        .annotate(sessions=Count("id"))
        .order_by()
    )
    total: dict[int, int] = {}
    longest: dict[int, int] = {}
    for institution_id, _run_id, sessions in rows:
        total[institution_id] = total.get(institution_id, 0) + sessions
        longest[institution_id] = max(longest.get(institution_id, 0), sessions)
    return [TeachingVolume(key, total[key], longest[key]) for key in sorted(total)]
