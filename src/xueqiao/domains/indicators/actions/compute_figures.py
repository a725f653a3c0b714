"""Recount every figure of a year from the records, and say how far the running numerators had drifted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import islice

from django.db import connection, transaction

from xueqiao.domains.classes.api import teaching_volumes
from xueqiao.domains.indicators.models import Denominator, Figure, Participant
from xueqiao.domains.indicators.rules import DEFINITIONS, ELDER_AGE_YEARS, TOWNSHIP_KINDS
from xueqiao.domains.indicators.values import (
    ELDERLY_PARTICIPATION,
    STANDARD_CENTRES,
    TOWNSHIP_COVERAGE,
    Definition,
    Recount,
)
from xueqiao.domains.institutions.api import centre_counts_by_unit, elder_institutions
from xueqiao.domains.learning.api import participation_homes
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.region_code import PROVINCE, SPAN, TOWNSHIP, VILLAGE, RegionCode
from xueqiao.foundation.regions.api import all_units

_BATCH = 4000
_COPY_BATCH = 50_000
_COUNTED = ("numerator", "denominator", "denominator_status", "denominator_as_of", "denominator_source")
_SESSIONS_OF_A_COURSE, _SESSIONS_A_YEAR = 10, 12


def compute_figures(*, actor: Actor, year: int, now: datetime) -> list[Recount]:
    """Recount all indicators of `year` for all five levels. Idempotent; holds the recount lock to its end.

    Rates are computed from whole counts only; nothing is added up from rounded values. Returns one Recount each.
    """
    with transaction.atomic():
        lock(LockSpace.INDICATOR_RECOUNT, [year])
        recounts = [
            _store(DEFINITIONS[ELDERLY_PARTICIPATION], year, _elders_counted(year), _elders_living(year), now),
            _store(DEFINITIONS[TOWNSHIP_COVERAGE], year, *_coverage(year, now), now),
            _store(DEFINITIONS[STANDARD_CENTRES], year, *_standard_centres(year, now), now),
        ]
        record_deed(
            actor=actor,
            verb="compute_figures",
            object_kind="period",
            object_id=year,
            now=now,
            detail={recount.indicator: recount.drifted for recount in recounts},
        )
    return recounts


Counts = Mapping[int, int]
Denominators = Mapping[int, tuple[int, str, date, str]]  # unit -> value, status, as of, source


def _elders_counted(year: int) -> Counts:
    Participant.objects.filter(indicator=ELDERLY_PARTICIPATION, period=str(year)).delete()
    with connection.cursor() as cursor:
        homes = participation_homes(year=year, age_from=ELDER_AGE_YEARS)
        # A connection cannot fetch while it copies: read a batch, then write it.
        while batch := list(islice(homes, _COPY_BATCH)):
            with cursor.copy(
                "COPY indicators_participant (indicator, period, person_id, region, attendance_id, first_on) FROM STDIN"
            ) as copy:
                for home in batch:
                    copy.write_row(
                        (
                            ELDERLY_PARTICIPATION,
                            str(year),
                            home.person_id,
                            home.region,
                            home.attendance_id,
                            home.first_on,
                        )
                    )
        counts: dict[int, int] = {}
        for level in range(PROVINCE, VILLAGE + 1):
            cursor.execute(
                """
                SELECT region - region %% %s, count(DISTINCT person_id) FROM indicators_participant
                WHERE indicator = %s AND period = %s GROUP BY 1
                """,
                [SPAN[level], ELDERLY_PARTICIPATION, str(year)],
            )
            # A home known only down to the township is no village: it counts from the township up.
            counts |= {unit: persons for unit, persons in cursor.fetchall() if RegionCode(unit).level == level}
    return counts


def _elders_living(year: int) -> Denominators:
    rows = (
        Denominator.objects.filter(kind="residents_60_plus", as_of__lte=date(year, 12, 31))
        .order_by("region", "as_of")
        .values_list("region", "value", "status", "as_of", "source")
    )
    return {region: (value, status, as_of, source) for region, value, status, as_of, source in rows}


def _coverage(year: int, now: datetime) -> tuple[Counts, Denominators]:
    on = _as_of(year, now)
    since = date(on.year - 1, on.month, min(on.day, 28))
    teaching = {
        volume.institution_id
        for volume in teaching_volumes(since=since, until=on)
        if volume.sessions_of_longest_run >= _SESSIONS_OF_A_COURSE or volume.sessions >= _SESSIONS_A_YEAR
    }
    covered = {
        RegionCode(row.region).ancestor(TOWNSHIP)
        for row in elder_institutions(on=on)
        if row.institution_id in teaching and RegionCode(row.region).level >= TOWNSHIP
    }
    townships = {
        RegionCode(unit.code) for unit in all_units(on=on) if unit.level == TOWNSHIP and unit.kind in TOWNSHIP_KINDS
    }
    return _rolled_up(covered & townships), _stock(_rolled_up(townships), on, "统计用区划代码 2023 年版")


def _standard_centres(year: int, now: datetime) -> tuple[Counts, Denominators]:
    on = _as_of(year, now)
    centres = centre_counts_by_unit(on=on)
    valid = _rolled_up(centre.region for centre in centres if centre.has_valid_certificate)
    return valid, _stock(_rolled_up(centre.region for centre in centres), on, "机构登记")


def _rolled_up(units: Iterable[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for unit in units:
        code = RegionCode(unit)
        for above in code.ancestor(min(code.level, TOWNSHIP)).lineage:
            counts[int(above)] = counts.get(int(above), 0) + 1
    return counts


def _stock(counts: Counts, on: date, source: str) -> Denominators:
    return {unit: (count, "sourced", on, source) for unit, count in counts.items()}


def _store(definition: Definition, year: int, counts: Counts, living: Denominators, now: datetime) -> Recount:
    on = _as_of(year, now)
    stored = Figure.objects.filter(
        indicator=definition.name, formula_version=definition.formula_version, period=str(year)
    )
    before = {row[0]: row[1:] for row in stored.values_list("region", *_COUNTED)}
    units = [unit for unit in all_units(on=on) if unit.level in definition.levels]
    figures = []
    for unit in units:
        value, status, as_of, source = living.get(unit.code, (0, "sourced", on, definition.denominator.source))
        counted = (counts.get(unit.code, 0), value, status, as_of, source)
        if before.get(unit.code) != counted:
            figures.append(
                Figure(
                    indicator=definition.name,
                    formula_version=definition.formula_version,
                    region=unit.code,
                    level=unit.level,
                    period=str(year),
                    cut_off_at=now,
                    **dict(zip(_COUNTED, counted, strict=True)),
                )
            )
    Figure.objects.bulk_create(
        figures,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["indicator", "formula_version", "period", "region"],
        update_fields=[*_COUNTED, "cut_off_at"],
    )
    stored.update(cut_off_at=now)
    drifted = sum(1 for figure in figures if before.get(figure.region, (figure.numerator,))[0] != figure.numerator)
    return Recount(definition.name, len(units), drifted)


def _as_of(year: int, now: datetime) -> date:
    return min(clock.local_date(now), date(year, 12, 31))
