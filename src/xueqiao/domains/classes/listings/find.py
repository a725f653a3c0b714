"""Find classes: one pass that counts every facet, one that fetches a page of ids. Budget and figures: README.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any

from django.db import connection

from xueqiao.domains.catalogue.api import SearchTerms, parse_search, with_typo_corrected
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import WALK_METRES_PER_MINUTE, ClassFilter, FacetValue
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.regions.api import Point

PAGE_SIZE = 20
PAGES_MAX = 100
WALK_MINUTES_DEFAULT = 15
RANKED_MAX = 1_000  # a word that fits more classes than this says nothing about relevance: earliest first


@dataclass(frozen=True)
class Found:
    """Ids of one page with their distances, and the counts. Distances are None when the start is unknown."""

    run_ids: tuple[int, ...]
    distances: dict[int, int | None]
    total: int
    page: int
    page_count: int
    facets: tuple[FacetValue, ...]
    corrected: str = ""
    is_loose: bool = False
    alias: str = ""


def _runs_matching(tokens: str) -> str:
    """SQL for the ids of classes whose tokens match; every caller's part of the README's plan.

    The inner SELECT hides the text from the planner. It would see that a common word matches nearly every class, read
    the whole table instead of the index, and unpack every document: 30 times slower.
    """
    return f"SELECT run_id FROM classes_listingtokens WHERE {tokens} @@ (SELECT %s::tsquery)"  # noqa: S608


# Indexed expressions (migration 0001): the same tokens, only those of the title; of title and names.
_TITLE_TOKENS, _NAME_TOKENS = "ts_filter(tokens, '{a}')", "ts_filter(tokens, '{a,b}')"


class _Where:
    """The conditions that are no facets: the class is not over, lies in the unit, matches text, date and course."""

    def __init__(self, filters: ClassFilter, now: datetime, tsquery: str) -> None:
        self.parts = ["l.next_ends_at > %s"]
        self.values: list[Any] = [now]
        if filters.region is not None:
            unit = RegionCode(filters.region)
            self.add("l.region BETWEEN %s AND %s", unit.low, unit.high)
        if tsquery:
            self.add(f"l.run_id = ANY (ARRAY({_runs_matching('tokens')}))", tsquery)
        if filters.on is not None:
            first = at_local(filters.on, 0)
            self.add(
                "l.run_id IN (SELECT run_id FROM classes_session"
                " WHERE starts_at >= %s AND starts_at < %s AND state <> 'cancelled')",
                first,
                first + timedelta(days=1),
            )
        if filters.course_id is not None:
            self.add("l.run_id IN (SELECT id FROM classes_classrun WHERE course_id = %s)", filters.course_id)

        if filters.programme_id is not None:
            self.add(
                "l.run_id IN (SELECT p.run_id FROM classes_programmerun p"
                " JOIN classes_programmesite s ON s.id = p.site_id WHERE s.programme_id = %s)",
                filters.programme_id,
            )

    def add(self, sql: str, *values: Any) -> None:
        self.parts.append(sql)
        self.values.extend(values)

    @property
    def sql(self) -> str:
        return " AND ".join(self.parts)


def find_listings(filters: ClassFilter, *, now: datetime, page: int = 1, page_size: int = PAGE_SIZE) -> Found:
    """One page of classes for a filter, with the counts of every facet.

    With a text, attempts are tried in order (as typed, one typo corrected, loosely) until one matches anything in the
    place. Text that holds nothing to look for is no filter.
    """
    terms = parse_search(filters.text) if filters.text else None
    groups: list[tuple[int, int]] = []
    tsquery = ""
    if terms is None:
        groups = _groups(filters, now, "")
    else:
        tsquery, terms, groups = _first_attempt_with_hits(filters, now, terms)
    wanted = wanted_facets(filters)
    total, counts = rules.facet_counts(groups, wanted)
    page_count = min(PAGES_MAX, max(1, -(-total // page_size)))
    page = min(max(1, page), page_count)
    ranks = sum(number for _, number in groups) <= RANKED_MAX
    rows = _page_rows(filters, now, tsquery, page, page_size, ranks=ranks) if total else []
    return Found(
        run_ids=tuple(run_id for run_id, _ in rows),
        distances=dict(rows),
        total=total,
        page=page,
        page_count=page_count,
        facets=tuple(
            FacetValue(facet, value, number, wanted.get(facet) == value)
            for (facet, value), number in sorted(counts.items())
        ),
        corrected=terms.corrected if terms and tsquery not in (terms.attempts[0], terms.attempts[-1]) else "",
        is_loose=bool(terms and len(terms.attempts) > 1 and tsquery == terms.attempts[-1]),
        alias=terms.alias if terms else "",
    )


def first_listings(filters: ClassFilter, *, now: datetime, limit: int) -> list[tuple[int, int | None]]:
    """(run id, metres or None) of the first few classes of a filter without a text. One query, nothing counted."""
    return _page_rows(replace(filters, text=""), now, "", 1, limit)


def wanted_facets(filters: ClassFilter) -> dict[str, str]:
    """Facet -> chosen value, for the filters that are on."""
    wanted = {
        "day": filters.day,
        "part": filters.part,
        "category": filters.category,
        "free": "1" if filters.free else "",
        "elders": "1" if filters.elders else "",
        "lift": "1" if filters.lift else "",
        "seats": "1" if filters.seats else "",
        "walk": "1" if filters.walk_minutes_max and filters.near else "",
    }
    return {facet: value for facet, value in wanted.items() if value}


def nearest_alternatives(filters: ClassFilter, *, now: datetime, limit: int = 3) -> list[tuple[int, int | None]]:
    """What to show instead of nothing: same subject anywhere, else anything near, with seats, nearest first."""
    open_filter = ClassFilter(near=filters.near, seats=True, sort="near" if filters.near else "")
    terms = parse_search(filters.text) if filters.text else None
    tries: list[tuple[ClassFilter, str]] = []
    if terms is not None:
        exact, *others = with_typo_corrected(terms).attempts
        tries.extend((open_filter, attempt) for attempt in (exact, " | ".join(others)) if attempt)
    elif filters.category:
        tries.append((replace(open_filter, category=filters.category), ""))
    tries.append((replace(open_filter, region=_county_of(filters.region)), ""))
    tries.append((open_filter, ""))
    for each, tsquery in tries:
        rows = _page_rows(each, now, tsquery, 1, limit)
        if rows:
            return rows
    return []


def _county_of(region: int | None) -> int | None:
    if region is None:
        return None
    unit = RegionCode(region)
    return int(unit.ancestor(min(3, unit.level)))


def _first_attempt_with_hits(
    filters: ClassFilter, now: datetime, terms: SearchTerms
) -> tuple[str, SearchTerms, list[tuple[int, int]]]:
    exact = terms.attempts[0]
    groups = _groups(filters, now, exact)
    if groups:
        return exact, terms, groups
    terms = with_typo_corrected(terms)
    for attempt in terms.attempts[1:]:
        groups = _groups(filters, now, attempt)
        if groups:
            return attempt, terms, groups
    return exact, terms, []


def _groups(filters: ClassFilter, now: datetime, tsquery: str) -> list[tuple[int, int]]:
    """(facet bits, number of listings): at most a few thousand rows however many listings there are."""
    where = _Where(filters, now, tsquery)
    bits, values = _bits_sql(filters, now)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {bits} AS bits, count(*) FROM classes_classlisting l WHERE {where.sql} GROUP BY 1",  # noqa: S608
            [*values, *where.values],
        )
        return cursor.fetchall()


def _bits_sql(filters: ClassFilter, now: datetime) -> tuple[str, list[Any]]:
    """Static bits of the row, with the bits that depend on the moment and the place."""
    days = rules.day_windows(now)
    parts: list[str] = ["l.facet_bits"]
    values: list[Any] = []
    for bit, (first, last) in (
        (rules.TONIGHT_BIT, days.tonight),
        (rules.TOMORROW_BIT, days.tomorrow),
        (rules.WEEKEND_BIT, days.weekend),
    ):
        parts.append(f"(CASE WHEN l.next_starts_at >= %s AND l.next_starts_at < %s THEN {bit} ELSE 0 END)")
        values += [first, last]
    parts.append(f"(CASE WHEN l.seats_left_shown > 0 AND l.enrol_closes_at > %s THEN {rules.SEATS_BIT} ELSE 0 END)")
    values.append(now)
    if filters.near is not None:
        metres = (filters.walk_minutes_max or WALK_MINUTES_DEFAULT) * WALK_METRES_PER_MINUTE
        condition, near_values = _within_sql(filters.near, metres)
        parts.append(f"(CASE WHEN {condition} THEN {rules.WALK_BIT} ELSE 0 END)")
        values += near_values
    return " | ".join(parts), values


def _distance_sql(near: Point) -> tuple[str, list[float]]:
    """Metres on a plane at the starting point: the SQL twin of rules.metres_between."""
    return (
        f"({rules.METRES_PER_DEGREE} * sqrt(((l.lon - %s) * %s) ^ 2 + (l.lat - %s) ^ 2))",
        [near.lon, cos(radians(near.lat)), near.lat],
    )


def _within_sql(near: Point, metres: int) -> tuple[str, list[float]]:
    """Within so many metres. A look at the latitude first: it leaves out nearly all rows and costs no square root."""
    distance, point = _distance_sql(near)
    reach = metres / rules.METRES_PER_DEGREE * 1.001
    return f"(l.lat BETWEEN %s AND %s AND {distance} <= %s)", [near.lat - reach, near.lat + reach, *point, metres]


def _page_rows(
    filters: ClassFilter, now: datetime, tsquery: str, page: int, page_size: int, *, ranks: bool = True
) -> list[tuple[int, int | None]]:
    """(run id, metres or None) of one page: earliest first, then nearest; with a text, better matches first."""
    where = _Where(filters, now, tsquery)
    _add_facets(where, filters, now)
    distance, point = ("NULL::float8", []) if filters.near is None else _distance_sql(filters.near)
    order = ["l.next_starts_at", "metres", "l.run_id"]
    if filters.sort == "near":
        order = ["metres", "l.next_starts_at", "l.run_id"]
    rank_values = []
    if tsquery and ranks and filters.sort != "near":
        # Three steps of relevance, not a score: inside a step the earlier class comes first, as everywhere else.
        title, name = _runs_matching(_TITLE_TOKENS), _runs_matching(_NAME_TOKENS)
        order.insert(0, f"CASE WHEN l.run_id IN ({title}) THEN 0 WHEN l.run_id IN ({name}) THEN 1 ELSE 2 END")
        rank_values = [tsquery, tsquery]
    sql = (
        f"SELECT l.run_id, {distance} AS metres FROM classes_classlisting l WHERE {where.sql}"  # noqa: S608
        f" ORDER BY {', '.join(order)} LIMIT %s OFFSET %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*point, *where.values, *rank_values, page_size, (page - 1) * page_size])
        rows: Sequence[tuple[int, float | None]] = cursor.fetchall()
    return [(run_id, None if metres is None else round(metres)) for run_id, metres in rows]


def _add_facets(where: _Where, filters: ClassFilter, now: datetime) -> None:
    # The columns, not their bits: the planner knows how many rows have a lift, but nothing of bits.
    if filters.free:
        where.add("l.to_pay_fen = 0")
    if filters.elders:
        where.add("l.suits_elders")
    if filters.lift:
        where.add("l.has_lift")
    if filters.category:
        where.add("l.category = %s", filters.category[:20])
    if filters.part == "daytime":
        where.add("l.part_of_day IN ('morning', 'afternoon')")
    elif filters.part:
        where.add("l.part_of_day = %s", filters.part[:10])
    if filters.day:
        windows = rules.day_windows(now)
        first, last = getattr(windows, filters.day)
        where.add("l.next_starts_at >= %s AND l.next_starts_at < %s", first, last)
    if filters.seats:
        where.add("l.seats_left_shown > 0 AND l.enrol_closes_at > %s", now)
    if filters.near is not None and filters.walk_minutes_max:
        condition, values = _within_sql(filters.near, filters.walk_minutes_max * WALK_METRES_PER_MINUTE)
        where.add(condition, *values)
