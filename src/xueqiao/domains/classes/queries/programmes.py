"""Reads of programmes. All of it is published information."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Count, Q, Sum

from xueqiao.domains.classes.errors.programmes import UnknownProgramme
from xueqiao.domains.classes.models import ClassRun, Programme, ProgrammeRun, ProgrammeSite
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.programmes import MatrixLine, ProgrammeFigures, ProgrammeView, SiteView
from xueqiao.foundation.region_code import RegionCode

SHOWN_MAX = 200
LINES_MAX = 2_000
_FIELDS = (
    "id",
    "code",
    "name",
    "institution_id",
    "institution__name",
    "region",
    "summary",
    "source",
    "opened_on",
    "closed_on",
    "is_demo",
)


def find_programme(code: str) -> ProgrammeView | None:
    """The programme of this code, closed ones too. One query."""
    wanted = code[:16].upper()
    if not wanted.isascii() or not wanted.isalnum():
        return None
    row = Programme.objects.filter(code=wanted).values_list(*_FIELDS).first()
    return None if row is None else ProgrammeView(*row)


def get_programme(code: str) -> ProgrammeView:
    """The same. Raises UnknownProgramme."""
    found = find_programme(code)
    if found is None:
        raise UnknownProgramme(code=code[:16])
    return found


def programmes_in(region: int | None = None, *, on: date, limit: int = SHOWN_MAX) -> list[ProgrammeView]:
    """Programmes open on a day whose unit lies in the subtree of a unit or above it; everywhere without one."""
    rows = Programme.objects.filter(Q(closed_on=None) | Q(closed_on__gt=on), opened_on__lte=on)
    if region is not None:
        unit = RegionCode(region)
        above = [int(each) for each in unit.lineage]
        rows = rows.filter(Q(region__range=(unit.low, unit.high)) | Q(region__in=above))
    return [ProgrammeView(*row) for row in rows.order_by("name", "code").values_list(*_FIELDS)[:limit]]


def programmes_of(institution_id: int) -> list[ProgrammeView]:
    """Programmes in which an institution is a site, its own first; at most 200."""
    rows = Programme.objects.filter(sites__institution_id=institution_id, sites__left_on=None, closed_on=None).order_by(
        "name"
    )
    found = [ProgrammeView(*row) for row in rows.values_list(*_FIELDS)[:SHOWN_MAX]]
    return sorted(found, key=lambda each: each.institution_id != institution_id)


def programme_of_run(run_id: int) -> ProgrammeView | None:
    """The programme a class belongs to, or None. One query."""
    fields = [f"site__programme__{name}" for name in _FIELDS]
    row = ProgrammeRun.objects.filter(run_id=run_id).values_list(*fields).first()
    return None if row is None else ProgrammeView(*row)


def sites_of(programme_id: int, *, now: datetime) -> list[SiteView]:
    """The sites of a programme, the main school first, with how many listed classes each has. One query."""
    rows = (
        ProgrammeSite.objects.filter(programme_id=programme_id, left_on=None)
        .annotate(open=Count("runs", filter=Q(runs__run__state="published", runs__run__listing__next_ends_at__gt=now)))
        .order_by("-is_main", "institution__region", "institution__name")
        .values_list(
            "id", "institution_id", "institution__code", "institution__name", "called", "is_main", "joined_on", "open"
        )
    )
    return [SiteView(*row) for row in rows[:SHOWN_MAX]]


def matrix_lines(
    programme_id: int, *, site_id: int | None = None, category: str = "", now: datetime
) -> list[MatrixLine]:
    """The listed classes of a programme that are not over, earliest first; at most 2,000. One query."""
    rows = ProgrammeRun.objects.filter(
        site__programme_id=programme_id, run__state="published", run__listing__next_ends_at__gt=now
    )
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    if category:
        rows = rows.filter(run__listing__category=category)
    found = rows.order_by("run__listing__next_starts_at", "run_id").values_list(
        "run_id",
        "run__code",
        "run__title",
        "run__course__code",
        "run__course__title",
        "run__listing__category",
        "site_id",
        "site__called",
        "institution__name",
        "run__room__venue__name",
        "run__listing__next_starts_at",
        "run__listing__weekday",
        "run__listing__part_of_day",
        "run__listing__seats_left_shown",
        "run__capacity",
        "run__listing__to_pay_fen",
        "run__admission",
        "run__state",
        "run__enrol_opens_at",
        "run__enrol_closes_at",
        "run__is_by_list",
    )
    return [
        MatrixLine(
            run_id=run_id,
            code=code,
            title=title,
            course_code=course_code,
            course_title=course_title,
            category=category_of,
            site_id=site,
            site_name=called or institution,
            venue_name=venue,
            starts_at=starts_at,
            weekday=weekday,
            part=part,
            seats_left=left,
            capacity=capacity,
            to_pay_fen=to_pay,
            admission=admission,
            enrolment=rules.shown_enrolment(
                state=state, seats_left=left, opens_at=opens_at, closes_at=closes_at, now=now
            ),
            is_by_list=is_by_list,
        )
        for (
            run_id,
            code,
            title,
            course_code,
            course_title,
            category_of,
            site,
            called,
            institution,
            venue,
            starts_at,
            weekday,
            part,
            left,
            capacity,
            to_pay,
            admission,
            state,
            opens_at,
            closes_at,
            is_by_list,
        ) in found[:LINES_MAX]
        if starts_at is not None
    ]


def programme_figures(programme_id: int, *, now: datetime) -> ProgrammeFigures:
    """Sites, classes and seats of a programme, counted now: nobody types them. Two queries."""
    sites = ProgrammeSite.objects.filter(programme_id=programme_id, left_on=None).count()
    listed = Q(state="published", listing__next_ends_at__gt=now)
    counted = ClassRun.objects.filter(
        programme_run__site__programme_id=programme_id, state__in=["published", "finished"]
    ).aggregate(
        all=Count("id"),
        open=Count("id", filter=listed),
        left=Sum("listing__seats_left_shown", filter=listed & Q(is_by_list=False)),  # seats anybody may take
    )
    return ProgrammeFigures(sites, counted["open"], counted["all"], counted["left"] or 0, now)


def run_ids_of_programme(programme_id: int, *, limit: int = 20_000) -> list[int]:
    """Ids of every class a programme gave or gives, drafts and cancelled ones left out; for those who count more."""
    rows = ProgrammeRun.objects.filter(site__programme_id=programme_id, run__state__in=["published", "finished"])
    return list(rows.order_by("run_id").values_list("run_id", flat=True)[:limit])


def runs_to_add(institution_id: int, *, now: datetime, limit: int = 100) -> list[tuple[str, str, date]]:
    """Code, title and first day of an institution's classes that are not over and in no programme yet."""
    rows = ClassRun.objects.filter(
        institution_id=institution_id,
        state__in=["draft", "awaiting", "published"],
        ends_on__gte=now.date(),
        programme_run=None,
    )
    return list(rows.order_by("starts_on", "id").values_list("code", "title", "starts_on")[:limit])
