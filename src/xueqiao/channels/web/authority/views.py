"""The authority's figures: tiles, one indicator with its units, the evidence behind it, Excel export."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xueqiao.channels.web.authority.workbook import adding_words, board_workbook
from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.domains.indicators.api import (
    RegionOutsideYourDuty,
    access_board,
    access_evidence,
    access_tiles,
    export_board,
    get_definition,
    read_period,
)
from xueqiao.domains.institutions.api import units_without_centre
from xueqiao.foundation import clock
from xueqiao.foundation.region_code import TOWNSHIP, RegionCode
from xueqiao.foundation.regions.api import full_name, get_unit, lineage_of

_GAPS_SHOWN = 12
_OFFICERS = STAFF("centre_clerk", "county_officer", "city_officer", "province_officer")


@open_to(_OFFICERS)
def dashboard(request: HttpRequest) -> HttpResponse:
    """The three figures of a unit and what is missing there. `?region=` chooses a unit inside one's duty."""
    actor = actor_of(request)
    region = _chosen_region(request) or _own_region(request)
    year = _year(request)
    tiles = access_tiles(actor=actor, region=region, year=year)
    gaps = [] if region.level > TOWNSHIP else units_without_centre(region, on=clock.local_date(clock.now()))
    return render(
        request,
        "authority/dashboard.html",
        {
            "here": "authority",
            "region": region,
            "region_name": full_name(region),
            "lineage": _lineage(request, region),
            "year": year,
            "tiles": [{"view": tile, "share": _share(tile.percent)} for tile in tiles],
            "gaps": gaps[:_GAPS_SHOWN],
            "gap_count": len(gaps),
        },
    )


@open_to(_OFFICERS)
def board(request: HttpRequest, indicator: str, region: str) -> HttpResponse:
    """One indicator of one unit: value, definition, the units below, the way to the evidence."""
    code = RegionCode.parse(region)
    year = _year(request)
    shown = access_board(actor=actor_of(request), indicator=indicator, region=code, year=year)
    definition = get_definition(indicator)
    return render(
        request,
        "authority/board.html",
        {
            "here": "authority",
            "definition": definition,
            "adding_words": adding_words(definition),
            "board": shown,
            "figure": shown.figure,
            "share": _share(shown.figure.percent) if shown.figure else None,
            "rows": [
                {"view": child, "code": RegionCode(child.region).short, "share": _share(child.percent)}
                for child in shown.children
            ],
            "region": code,
            "region_name": full_name(code),
            "lineage": _lineage(request, code),
            "year": year,
        },
    )


@open_to(_OFFICERS)
def evidence(request: HttpRequest, indicator: str, region: str) -> HttpResponse:
    """The rows behind a figure, 50 a page."""
    code = RegionCode.parse(region)
    year = _year(request)
    page = request.GET.get("page", "1")
    shown = access_evidence(
        actor=actor_of(request),
        indicator=indicator,
        region=code,
        year=year,
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )
    return render(
        request,
        "authority/evidence.html",
        {
            "here": "authority",
            "definition": get_definition(indicator),
            "evidence": shown,
            "region": code,
            "region_name": full_name(code),
            "lineage": _lineage(request, code),
            "year": year,
        },
    )


@open_to(_OFFICERS)
def export(request: HttpRequest, indicator: str, region: str) -> HttpResponse:
    """The board as an Excel file; that it was taken is on record."""
    code = RegionCode.parse(region)
    actor = actor_of(request)
    year, now = _year(request), clock.now()
    shown = export_board(actor=actor, indicator=indicator, region=code, year=year, now=now)
    content = board_workbook(shown, get_definition(indicator), asked_by=actor.authority, asked_at=now)
    response = HttpResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response["Content-Disposition"] = f'attachment; filename="{indicator}-{code.short}-{year}.xlsx"'
    return response


def _year(request: HttpRequest) -> int:
    text = request.GET.get("year", "")
    return read_period(text) if text else clock.local_date(clock.now()).year


def _chosen_region(request: HttpRequest) -> RegionCode | None:
    text = request.GET.get("region", "")
    return RegionCode(get_unit(RegionCode.parse(text)).code) if text else None


def _own_region(request: HttpRequest) -> RegionCode:
    ranges = actor_of(request).scope.ranges
    if not ranges:
        raise RegionOutsideYourDuty
    return RegionCode(min(ranges, key=lambda span: span[0] - span[1])[0])


def _lineage(request: HttpRequest, region: RegionCode) -> list[dict[str, object]]:
    scope = actor_of(request).scope
    return [
        {"code": RegionCode(unit.code).short, "name": unit.name, "is_open": scope.has_region(unit.code)}
        for unit in lineage_of(region)
    ]


def _share(percent: float | None) -> float | None:
    return None if percent is None else round(min(percent, 100.0), 2)
