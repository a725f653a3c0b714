"""Reads of institutions. Nothing here is personal; every list is bounded by a kind, an institution or a limit."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from xueqiao.domains.institutions import rules
from xueqiao.domains.institutions.errors import InstitutionUnknown
from xueqiao.domains.institutions.models import (
    Institution,
    InstitutionArea,
    InstitutionParent,
    Room,
    StandardCertificate,
    Venue,
)
from xueqiao.domains.institutions.values import (
    NETWORK_KINDS,
    TOWNSHIP_CENTRE,
    VENUE_OWNER,
    VILLAGE_SCHOOL,
    CentreCertificate,
    CentreRow,
    ElderInstitutionRow,
    InstitutionView,
    ParentView,
    RoomView,
    VenueView,
)
from xueqiao.foundation.region_code import TOWNSHIP, RegionCode
from xueqiao.foundation.regions.api import RegionUnitView, units_within

LIST_LIMIT_MAX = 2000


def view_of(row: Institution) -> InstitutionView:
    """Turn a row into what crosses the door."""
    return InstitutionView(
        id=row.pk,
        uuid=str(row.uuid),
        code=row.code,
        name=row.name,
        kind=row.kind,
        region=row.region,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        merged_into_id=row.merged_into_id,
        address=row.address,
        phone=row.phone,
        lon=None if row.lon is None else float(row.lon),
        lat=None if row.lat is None else float(row.lat),
        serves_elders=row.serves_elders,
        is_demo=row.is_demo,
    )


def get_institution(code: str) -> InstitutionView:
    """Return the body of that code, open or closed. Raises InstitutionUnknown."""
    row = Institution.objects.filter(code=code).first()
    if row is None:
        raise InstitutionUnknown
    return view_of(row)


def get_institution_by_id(institution_id: int) -> InstitutionView:
    """Return the body of that id, open or closed. Raises InstitutionUnknown."""
    found = institutions_by_id([institution_id])
    if institution_id not in found:
        raise InstitutionUnknown
    return found[institution_id]


def institutions_by_id(ids: Iterable[int]) -> dict[int, InstitutionView]:
    """Return bodies by id with one query; unknown ids are left out."""
    return {row.pk: view_of(row) for row in Institution.objects.filter(pk__in=set(ids))}


def institutions_in(region: int, *, kind: str, on: date, limit: int = LIST_LIMIT_MAX) -> list[InstitutionView]:
    """Return the bodies of one kind that sit in a unit's subtree and are open on a day, in region order."""
    rows = _open_on(on).filter(kind=kind, region__range=_range(region)).order_by("region", "code")
    return [view_of(row) for row in rows[: min(limit, LIST_LIMIT_MAX)]]


def institutions_named(text: str, region: int, *, on: date, limit: int = 20) -> list[InstitutionView]:
    """Teaching bodies in a unit's subtree whose name holds the text or whose code is it, open on a day."""
    wanted = text.strip().replace("\x00", "")[:40]
    if not wanted:
        return []
    rows = _open_on(on).filter(region__range=_range(region), kind__in=[*NETWORK_KINDS, VENUE_OWNER])
    rows = rows.filter(Q(name__contains=wanted) | Q(code=wanted.upper())).order_by("region", "code")
    return [view_of(row) for row in rows[: min(limit, LIST_LIMIT_MAX)]]


def institution_counts(region: int, *, on: date) -> dict[str, int]:
    """Return how many bodies of each kind are open on a day in a unit's subtree: the roll-up at any date."""
    rows = _open_on(on).filter(region__range=_range(region)).values_list("kind").annotate(number=Count("id"))
    return dict(rows.order_by())


def parents_of(institution_id: int, *, on: date) -> list[ParentView]:
    """Return the parents in force on a day, education side first."""
    links = InstitutionParent.objects.filter(_in_force(on), child=institution_id).select_related("parent")
    return [ParentView(k.side, view_of(k.parent), k.valid_from, k.valid_to) for k in links.order_by("side")]


def dependants_of(institution_id: int, *, on: date, side: str | None = None) -> list[InstitutionView]:
    """Return the open bodies directly below on a day (both sides unless one is named)."""
    links = InstitutionParent.objects.filter(_in_force(on), parent=institution_id).select_related("child")
    if side is not None:
        links = links.filter(side=side)
    rows = {k.child_id: k.child for k in links.order_by("child__region")[:LIST_LIMIT_MAX]}
    return [view_of(row) for row in rows.values()]


def areas_of(institution_id: int, *, on: date) -> list[int]:
    """Return the codes of the units covered on a day, in code order."""
    rows = InstitutionArea.objects.filter(_in_force(on), institution=institution_id)
    return list(rows.order_by("region").values_list("region", flat=True))


def covers(institution_id: int, region: int, *, on: date) -> bool:
    """True when the body covers the unit, or a unit above it, on a day."""
    return any(rules.covers_unit(area, region) for area in areas_of(institution_id, on=on))


def institutions_covering(region: int, *, kind: str, on: date) -> list[InstitutionView]:
    """Return the open bodies of a kind that cover a unit or one above it: whose centre is this village's?"""
    path = [int(step) for step in RegionCode(region).lineage]
    areas = InstitutionArea.objects.filter(_in_force(on), institution=OuterRef("pk"), region__in=path)
    rows = _open_on(on).filter(Exists(areas), kind=kind).order_by("region", "code")
    return [view_of(row) for row in rows[:LIST_LIMIT_MAX]]


def units_without_centre(region: int, *, on: date) -> list[RegionUnitView]:
    """Return the township-level units (quasi ones too) of a subtree that no open centre covers on a day."""
    low, high = _range(region)
    covered = set(
        InstitutionArea.objects.filter(
            _in_force(on),
            Q(institution__closed_on=None) | Q(institution__closed_on__gt=on),
            region__range=(low, high),
            institution__kind=TOWNSHIP_CENTRE,
            institution__opened_on__lte=on,
        ).values_list("region", flat=True)
    )
    return [unit for unit in units_within(region, level=TOWNSHIP) if unit.code not in covered]


def rooms_of(institution_id: int) -> list[RoomView]:
    """Return the rooms of a body's venues, by venue and name."""
    rows = Room.objects.filter(venue__institution=institution_id).select_related("venue")
    return [room_view(row) for row in rows.order_by("venue_id", "name")]


def rooms_by_id(ids: Iterable[int]) -> dict[int, RoomView]:
    """Return rooms with their venues by id, one query; unknown ids are left out."""
    return {row.pk: room_view(row) for row in Room.objects.filter(pk__in=set(ids)).select_related("venue")}


def venue_of_room(room_id: int) -> VenueView:
    """Return the venue of a room. Raises InstitutionUnknown when there is no such room."""
    found = rooms_by_id([room_id])
    if room_id not in found:
        raise InstitutionUnknown
    return found[room_id].venue


def venues_of(institution_id: int) -> list[VenueView]:
    """Return a body's venues, by id."""
    return [_venue_view(row) for row in Venue.objects.filter(institution=institution_id).order_by("id")]


def is_standard(institution_id: int, *, on: date) -> bool:
    """True when the centre holds a certificate that is valid and not withdrawn on a day."""
    return StandardCertificate.objects.filter(_valid_certificate(on), institution=institution_id).exists()


def centre_counts_by_unit(*, on: date) -> list[CentreRow]:
    """Return one row per open township centre: where it sits and whether its certificate is valid on the day."""
    valid = StandardCertificate.objects.filter(_valid_certificate(on), institution=OuterRef("pk"))
    rows = _open_on(on).filter(kind=TOWNSHIP_CENTRE).annotate(is_valid=Exists(valid)).order_by("region", "id")
    return [CentreRow(pk, region, valid) for pk, region, valid in rows.values_list("id", "region", "is_valid")]


def centre_certificates(region: int, *, on: date) -> list[CentreCertificate]:
    """Return the open township centres of a subtree with their latest certificate, in region order."""
    latest = StandardCertificate.objects.filter(institution=OuterRef("pk"), valid_from__lte=on).order_by("-valid_from")
    rows = (
        _open_on(on)
        .filter(kind=TOWNSHIP_CENTRE, region__range=_range(region))
        .annotate(
            is_valid=Exists(StandardCertificate.objects.filter(_valid_certificate(on), institution=OuterRef("pk"))),
            first_day=Subquery(latest.values("valid_from")[:1]),
            last_day=Subquery(latest.values("valid_to")[:1]),
        )
        .order_by("region", "id")[:LIST_LIMIT_MAX]
    )
    return [CentreCertificate(r.code, r.name, r.region, r.is_valid, r.first_day, r.last_day) for r in rows]


def elder_institutions(*, on: date) -> list[ElderInstitutionRow]:
    """Return, for every open elder-education body above village level, one row per unit it covers on the day."""
    rows = InstitutionArea.objects.filter(
        _in_force(on),
        Q(institution__closed_on=None) | Q(institution__closed_on__gt=on),
        institution__opened_on__lte=on,
        institution__serves_elders=True,
    ).exclude(institution__kind=VILLAGE_SCHOOL)
    fields = ("institution_id", "institution__code", "institution__name", "institution__kind", "region")
    return [ElderInstitutionRow(*row) for row in rows.order_by("region", "institution_id").values_list(*fields)]


def room_view(row: Room) -> RoomView:
    """Turn a room with its venue into what crosses the door."""
    return RoomView(row.pk, row.name, row.seats, _venue_view(row.venue))


def _venue_view(row: Venue) -> VenueView:
    return VenueView(
        id=row.pk,
        institution_id=row.institution_id,
        name=row.name,
        region=row.region,
        address=row.address,
        lon=float(row.lon),
        lat=float(row.lat),
        point_is_synthetic=row.point_is_synthetic,
        has_lift=row.has_lift,
        has_ramp=row.has_ramp,
        how_to_get_there=row.how_to_get_there,
    )


def _range(region: int) -> tuple[int, int]:
    unit = RegionCode(region)
    return unit.low, unit.high


def _open_on(day: date) -> QuerySet[Institution]:
    return Institution.objects.filter(Q(closed_on=None) | Q(closed_on__gt=day), opened_on__lte=day)


def _in_force(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def _valid_certificate(day: date) -> Q:
    return Q(valid_from__lte=day, valid_to__gt=day) & (Q(withdrawn_on=None) | Q(withdrawn_on__gt=day))
