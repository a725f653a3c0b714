"""Figures over the API: what anybody may see, and for officers the board and the evidence of their own units."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema

from xueqiao.channels.web.gate import actor_of
from xueqiao.domains.indicators.api import (
    Definition,
    EvidencePage,
    FigureView,
    PublicFigure,
    access_board,
    access_evidence,
    definitions,
    get_definition,
    published_figures,
    read_period,
)
from xueqiao.foundation import clock
from xueqiao.foundation.region_code import RegionCode

router = Router(tags=["indicators"])


class MeasureOut(Schema):
    title: str
    rule: str
    source: str


class DefinitionOut(Schema):
    name: str
    title: str
    formula_version: str
    numerator: MeasureOut
    denominator: MeasureOut
    unit: str
    period: str
    origin: str
    confirmed: bool
    aim_percent: int | None
    adds_up: bool


class FigureOut(Schema):
    region: str
    region_name: str
    level: int
    period: str
    numerator: int | None
    denominator: int
    denominator_status: str
    denominator_as_of: date
    denominator_source: str
    percent: float | None
    cut_off_at: datetime
    is_withheld: bool


class FiguresOut(Schema):
    definition: DefinitionOut
    figure: FigureOut | None
    below: list[FigureOut]


class EvidenceOut(Schema):
    subject: str
    code: str
    what: str
    when: date | None
    note: str
    counts: bool


class EvidencePageOut(Schema):
    rows: list[EvidenceOut]
    total: int
    persons: int
    page: int
    page_count: int
    names_shown: bool


@router.get("", response=list[DefinitionOut], auth=None, summary="The indicators and their definitions")
def list_definitions(request: HttpRequest) -> list[Definition]:
    return definitions()


@router.get("/{name}/{region}", response=FiguresOut, auth=None, summary="Published figure of a unit and those below")
def read_published(request: HttpRequest, name: str, region: str, year: str = "") -> FiguresOut:
    code = RegionCode.parse(region)
    figures = published_figures(indicator=name, region=code, year=_year(year))
    own = [figure for figure in figures if figure.region == code]
    return FiguresOut(
        definition=DefinitionOut.from_orm(get_definition(name)),
        figure=_public(own[0]) if own else None,
        below=[_public(figure) for figure in figures if figure.region != code],
    )


@router.get("/{name}/{region}/board", response=FiguresOut, summary="An officer's figure of her unit and those below")
def read_board(request: HttpRequest, name: str, region: str, year: str = "") -> FiguresOut:
    board = access_board(actor=actor_of(request), indicator=name, region=RegionCode.parse(region), year=_year(year))
    return FiguresOut(
        definition=DefinitionOut.from_orm(get_definition(name)),
        figure=_exact(board.figure) if board.figure else None,
        below=[_exact(child) for child in board.children],
    )


@router.get("/{name}/{region}/evidence", response=EvidencePageOut, summary="The rows behind an officer's figure")
def read_evidence(request: HttpRequest, name: str, region: str, year: str = "", page: int = 1) -> EvidencePage:
    return access_evidence(
        actor=actor_of(request), indicator=name, region=RegionCode.parse(region), year=_year(year), page=page
    )


def _year(text: str) -> int:
    return read_period(text) if text else clock.local_date(clock.now()).year


def _public(figure: PublicFigure) -> FigureOut:
    return FigureOut(
        region=RegionCode(figure.region).short,
        region_name=figure.region_name,
        level=RegionCode(figure.region).level,
        period=figure.period,
        numerator=figure.numerator,
        denominator=figure.denominator,
        denominator_status=figure.denominator_status,
        denominator_as_of=figure.denominator_as_of,
        denominator_source=figure.denominator_source,
        percent=figure.percent,
        cut_off_at=figure.cut_off_at,
        is_withheld=figure.is_withheld,
    )


def _exact(figure: FigureView) -> FigureOut:
    return FigureOut(
        region=RegionCode(figure.region).short,
        region_name=figure.region_name,
        level=figure.level,
        period=figure.period,
        numerator=figure.numerator,
        denominator=figure.denominator,
        denominator_status=figure.denominator_status,
        denominator_as_of=figure.denominator_as_of,
        denominator_source=figure.denominator_source,
        percent=figure.percent,
        cut_off_at=figure.cut_off_at,
        is_withheld=False,
    )
