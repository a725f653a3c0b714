"""Reading figures: one unit, its children, the evidence behind them."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from xueqiao.domains.indicators.errors import NoFigureYet, PeriodNotReadable, RegionOutsideYourDuty, UnknownIndicator
from xueqiao.domains.indicators.models import Figure
from xueqiao.domains.indicators.parameters import PUBLISH_PERSONS_MIN
from xueqiao.domains.indicators.rules import DEFINITIONS, ELDER_AGE_YEARS, TOWNSHIP_KINDS, is_withheld, median_percent
from xueqiao.domains.indicators.values import (
    ELDERLY_PARTICIPATION,
    STANDARD_CENTRES,
    TOWNSHIP_COVERAGE,
    Board,
    Definition,
    EvidencePage,
    EvidenceRow,
    FigureView,
    PublicFigure,
)
from xueqiao.domains.institutions.api import centre_certificates, elder_institutions
from xueqiao.domains.learning.api import participation_events
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.region_code import COUNTY, TOWNSHIP, RegionCode
from xueqiao.foundation.regions.api import lineage_of, names_of, units_within

EVIDENCE_PAGE_SIZE = 50
_HOW = {"qr": "扫码签到", "list": "名单点名", "card": "刷卡签到"}
_OFFICERS = ("province_officer", "city_officer", "county_officer", "centre_clerk")


def definitions() -> list[Definition]:
    """All indicators, in the order they are shown."""
    return list(DEFINITIONS.values())


def get_definition(name: str) -> Definition:
    """The definition of one indicator. Raises UnknownIndicator."""
    if name not in DEFINITIONS:
        raise UnknownIndicator
    return DEFINITIONS[name]


def read_period(text: str) -> int:
    """A year from what somebody typed. Raises PeriodNotReadable outside 2000-2100."""
    if not (text.isascii() and text.isdigit() and len(text) == 4 and 2000 <= int(text) <= 2100):
        raise PeriodNotReadable
    return int(text)


def access_board(*, actor: Actor, indicator: str, region: RegionCode, year: int) -> Board:
    """One unit's figure with its direct children, for an officer whose duty covers the unit.

    Raises RegionOutsideYourDuty, UnknownIndicator. Children are in code order: there is no ranking of units by default.
    """
    definition = get_definition(indicator)
    _require_duty(actor, region)
    mine = _figures(definition, year).filter(region=int(region)).first()
    children = list(_children(definition, year, region))
    names = names_of([int(region), *(row.region for row in children)])
    return Board(
        figure=_view(definition, mine, names) if mine else None,
        children=[_view(definition, row, names) for row in children],
        same_level_median_percent=_median_of_level(definition, year, region.level),
        lineage=[(unit.code, unit.name) for unit in lineage_of(int(region))],
    )


def access_tiles(*, actor: Actor, region: RegionCode, year: int) -> list[FigureView]:
    """The unit's figures of all indicators, for the head of the dashboard. Raises RegionOutsideYourDuty."""
    _require_duty(actor, region)
    names = names_of([int(region)])
    rows = {row.indicator: row for row in Figure.objects.filter(region=int(region), period=str(year))}
    return [_view(definition, rows[name], names) for name, definition in DEFINITIONS.items() if name in rows]


def figure_of(*, indicator: str, region: RegionCode, year: int) -> FigureView:
    """One figure for another domain or a job; no permission check. Raises NoFigureYet."""
    definition = get_definition(indicator)
    row = _figures(definition, year).filter(region=int(region)).first()
    if row is None:
        raise NoFigureYet
    return _view(definition, row, names_of([int(region)]))


def published_figures(*, indicator: str, region: RegionCode, year: int) -> list[PublicFigure]:
    """The unit and its children as anybody may see them: province, cities and counties only, small counts withheld.

    Raises NoFigureYet below county level or when nothing has been computed.
    """
    definition = get_definition(indicator)
    if region.level > COUNTY:
        raise NoFigureYet
    threshold = int(parameter_at(PUBLISH_PERSONS_MIN.name, region=region, on=date(year, 12, 31)).value)
    wanted = list(_figures(definition, year).filter(region=int(region)))
    if region.level < COUNTY:
        wanted += _children(definition, year, region)
    if not wanted:
        raise NoFigureYet
    names = names_of([row.region for row in wanted])
    return [_published(definition, row, names, threshold) for row in wanted]


def access_evidence(*, actor: Actor, indicator: str, region: RegionCode, year: int, page: int = 1) -> EvidencePage:
    """What stands behind a figure: person-events with their signature, or units and centres with their grounds.

    Names are shown to those who serve the people at hand (county officer, centre clerk) inside their own range; others
    see masked names. Raises RegionOutsideYourDuty, UnknownIndicator.
    """
    get_definition(indicator)
    _require_duty(actor, region)
    if indicator == ELDERLY_PARTICIPATION:
        return _person_events(actor, region, year, page)
    if indicator == TOWNSHIP_COVERAGE:
        return _coverage_grounds(region, year, page)
    return _centre_grounds(region, year, page)


def _person_events(actor: Actor, region: RegionCode, year: int, page: int) -> EvidencePage:
    shown = participation_events(actor=actor, region=region, year=year, page=page, age_from=ELDER_AGE_YEARS)
    rows = [
        EvidenceRow(
            subject=event.name,
            code=event.person_code,
            what=f"{event.run_title}（第 {event.session_number} 次）· {event.institution_name}",
            when=event.attended_on,
            note=f"{_HOW.get(event.method, event.method)} {event.minutes} 分钟"
            + (f"，点名人 {event.recorded_by_name}" if event.recorded_by_name else ""),
            counts=True,
        )
        for event in shown.events
    ]
    return EvidencePage(rows, shown.total, shown.persons, shown.page, shown.page_count, shown.names_shown)


def _coverage_grounds(region: RegionCode, year: int, page: int) -> EvidencePage:
    on = _grounds_day(DEFINITIONS[TOWNSHIP_COVERAGE], region, year)
    schools: dict[int, list[str]] = {}
    for school in elder_institutions(on=on):
        if RegionCode(school.region).level >= TOWNSHIP:
            schools.setdefault(int(RegionCode(school.region).ancestor(TOWNSHIP)), []).append(school.name)
    covered = set(
        _figures(DEFINITIONS[TOWNSHIP_COVERAGE], year)
        .filter(region__range=(region.low, region.high), numerator=1, denominator=1)
        .values_list("region", flat=True)
    )
    units = [
        unit
        for unit in units_within(int(region.ancestor(min(region.level, TOWNSHIP))), level=TOWNSHIP, on=on)
        if unit.kind in TOWNSHIP_KINDS
    ]
    rows = [
        EvidenceRow(
            subject=unit.name,
            code=RegionCode(unit.code).short,
            what="、".join(schools.get(unit.code, ["没有登记的老年教育机构"])[:3]),
            when=None,
            note="有正常办学" if unit.code in covered else "近 12 个月课次不足，不计入",
            counts=unit.code in covered,
        )
        for unit in units
    ]
    return _sliced(rows, page)


def _centre_grounds(region: RegionCode, year: int, page: int) -> EvidencePage:
    on = _grounds_day(DEFINITIONS[STANDARD_CENTRES], region, year)
    rows = [
        EvidenceRow(
            subject=centre.name,
            code=centre.code,
            what=f"证书 {centre.valid_from} 至 {centre.valid_to}" if centre.valid_to else "没有证书",
            when=centre.valid_to,
            note="有效" if centre.is_standard else "证书过期、撤销或没有，不计入",
            counts=centre.is_standard,
        )
        for centre in centre_certificates(int(region), on=on)
    ]
    return _sliced(rows, page)


def _grounds_day(definition: Definition, region: RegionCode, year: int) -> date:
    """The day the figure was counted for, so that its grounds agree with it."""
    figure = _figures(definition, year).filter(region=int(region)).first()
    if figure is None:
        raise NoFigureYet
    return figure.denominator_as_of


def _sliced(rows: list[EvidenceRow], page: int) -> EvidencePage:
    page, page_count = _bounded(page, len(rows))
    start = (page - 1) * EVIDENCE_PAGE_SIZE
    return EvidencePage(rows[start : start + EVIDENCE_PAGE_SIZE], len(rows), 0, page, page_count, True)


def _bounded(page: int, total: int) -> tuple[int, int]:
    page_count = max(1, -(-total // EVIDENCE_PAGE_SIZE))
    return min(max(1, page), page_count), page_count


def _require_duty(actor: Actor, region: RegionCode) -> None:
    if not (actor.has_role(*_OFFICERS) and actor.scope.has_region(region)):
        raise RegionOutsideYourDuty


def _children(definition: Definition, year: int, region: RegionCode) -> QuerySet[Figure]:
    return (
        _figures(definition, year)
        .filter(level=region.level + 1, region__range=(region.low, region.high))
        .order_by("region")
    )


def _median_of_level(definition: Definition, year: int, level: int) -> float | None:
    if level > COUNTY:
        return None
    rates = _figures(definition, year).filter(level=level, denominator__gt=0).values_list("numerator", "denominator")
    return median_percent([100 * numerator / denominator for numerator, denominator in rates])


def _view(definition: Definition, row: Figure, names: dict[int, str]) -> FigureView:
    return FigureView(
        definition=definition,
        region=row.region,
        region_name=names.get(row.region, RegionCode(row.region).short),
        level=row.level,
        period=row.period,
        numerator=row.numerator,
        denominator=row.denominator,
        denominator_status=row.denominator_status,
        denominator_as_of=row.denominator_as_of,
        denominator_source=row.denominator_source,
        cut_off_at=row.cut_off_at,
    )


def _published(definition: Definition, row: Figure, names: dict[int, str], threshold: int) -> PublicFigure:
    view = _view(definition, row, names)
    withheld = definition.name == ELDERLY_PARTICIPATION and is_withheld(row.numerator, threshold)
    return PublicFigure(
        definition=definition,
        region=row.region,
        region_name=view.region_name,
        period=row.period,
        numerator=None if withheld else row.numerator,
        denominator=row.denominator,
        denominator_status=row.denominator_status,
        denominator_as_of=row.denominator_as_of,
        denominator_source=row.denominator_source,
        percent=None if withheld else view.percent,
        cut_off_at=row.cut_off_at,
        is_withheld=withheld,
    )


def _figures(definition: Definition, year: int) -> QuerySet[Figure]:
    return Figure.objects.filter(
        indicator=definition.name, formula_version=definition.formula_version, period=str(year)
    )
