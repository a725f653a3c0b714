"""Reads of classes. Everything here is published information; a teacher's name is part of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, F

from xueqiao.domains.classes.errors.runs import UnknownClass
from xueqiao.domains.classes.listings.find import PAGE_SIZE, find_listings, first_listings, nearest_alternatives
from xueqiao.domains.classes.models import ClassListing, ClassRun
from xueqiao.domains.classes.queries.sessions import sessions_of
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import (
    ClassCard,
    ClassDetail,
    ClassFilter,
    ClassPage,
    VenueDot,
)
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.regions.api import Point

CARDS_MAX = 200

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
    "is_by_list",
)

# The same columns in the same order, written out: twenty cards are read on every list, and putting the statement
# together anew costs more than running it. A test holds the two against each other.
_CARDS_SQL = """
SELECT r.id, r.code, r.title, c.code, c.category, r.institution_id, i.name, v.name, m.name, r.region,
       l.next_starts_at, l.next_ends_at, c.session_count, r.price_fen, r.subsidy_fen, l.seats_left_shown, r.capacity,
       r.admission, l.suits_elders, v.has_lift, r.enrol_opens_at, r.enrol_closes_at, r.state, v.lon, v.lat,
       v.point_is_synthetic, r.is_demo, r.is_by_list
FROM classes_classrun r
JOIN catalogue_course c ON c.id = r.course_id
JOIN institutions_institution i ON i.id = r.institution_id
JOIN institutions_room m ON m.id = r.room_id
JOIN institutions_venue v ON v.id = m.venue_id
LEFT JOIN classes_classlisting l ON l.run_id = r.id
WHERE r.id = ANY(%s)
"""

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
    with connection.cursor() as cursor:
        cursor.execute(_CARDS_SQL, [wanted])
        cards = [_card(row, now, near) for row in cursor.fetchall()]
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
        is_by_list,
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
        is_by_list=is_by_list,
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
        is_by_list=run.is_by_list,
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
