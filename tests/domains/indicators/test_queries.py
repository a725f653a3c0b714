"""Who sees which figure, and what stands behind it."""

from datetime import date

import pytest

from tests.domains.learning.classroom import classroom
from tests.worlds.small_county import (
    CITY,
    COUNTY,
    HEDE,
    HEDE_VILLAGE,
    LINHAI,
    OTHER_COUNTY,
    PROVINCE,
    acting,
    add_person,
    on_duty,
)
from xueqiao.domains.indicators.api import (
    ELDERLY_PARTICIPATION,
    STANDARD_CENTRES,
    TOWNSHIP_COVERAGE,
    PeriodNotReadable,
    RegionOutsideYourDuty,
    UnknownIndicator,
    access_board,
    access_evidence,
    access_tiles,
    compute_figures,
    published_figures,
    read_period,
)
from xueqiao.domains.indicators.models import Denominator, Figure
from xueqiao.domains.learning import api as learning
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.region_code import RegionCode

pytestmark = pytest.mark.django_db

JOB = Actor.system("tests")


@pytest.fixture
def room():  # type: ignore[no-untyped-def]
    room = classroom(2, session_count=12)
    for unit in (PROVINCE, CITY, COUNTY, HEDE, HEDE_VILLAGE):
        Denominator.objects.create(
            kind="residents_60_plus", region=unit, as_of=date(2020, 11, 1), value=400, status="estimated", source="普查"
        )
    learning.record_roll(actor=room.teacher, session_id=room.first.pk, marks={}, now=room.during())
    compute_figures(actor=JOB, year=2026, now=room.after)
    return room


def test_a_county_officer_sees_her_county_and_its_towns_in_code_order(room) -> None:  # type: ignore[no-untyped-def]
    board = access_board(
        actor=on_duty(room.world.officer, "county_officer", COUNTY),
        indicator=ELDERLY_PARTICIPATION,
        region=RegionCode(COUNTY),
        year=2026,
    )
    assert board.figure is not None
    assert board.figure.numerator == 2
    assert [child.region for child in board.children] == sorted(child.region for child in board.children)
    assert {HEDE, LINHAI} <= {child.region for child in board.children}


@pytest.mark.parametrize("region", [OTHER_COUNTY, CITY, PROVINCE])
def test_an_officer_sees_neither_the_neighbour_nor_the_level_above(room, region: int) -> None:  # type: ignore[no-untyped-def]
    actor = on_duty(room.world.officer, "county_officer", COUNTY)
    for read in (access_board, access_evidence):
        with pytest.raises(RegionOutsideYourDuty):
            read(actor=actor, indicator=ELDERLY_PARTICIPATION, region=RegionCode(region), year=2026)
    with pytest.raises(RegionOutsideYourDuty):
        access_tiles(actor=actor, region=RegionCode(region), year=2026)


def test_a_resident_sees_no_board_at_all(room) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(RegionOutsideYourDuty):
        access_board(
            actor=acting(room.world.elder), indicator=ELDERLY_PARTICIPATION, region=RegionCode(COUNTY), year=2026
        )


def test_evidence_leads_to_the_signature_and_counts_each_person_once(room) -> None:  # type: ignore[no-untyped-def]
    learning.record_roll(actor=room.teacher, session_id=room.sessions[1].pk, marks={}, now=room.during(2))
    compute_figures(actor=JOB, year=2026, now=room.after)
    page = access_evidence(
        actor=on_duty(room.world.officer, "county_officer", COUNTY),
        indicator=ELDERLY_PARTICIPATION,
        region=RegionCode(HEDE_VILLAGE),
        year=2026,
    )
    assert (page.total, page.persons, page.names_shown) == (4, 2, True)
    assert "张桂兰" in {row.subject for row in page.rows}
    assert all("点名人 顾老师" in row.note for row in page.rows)


def test_the_province_sees_masked_names(room) -> None:  # type: ignore[no-untyped-def]
    officer = add_person("赵卫国")
    page = access_evidence(
        actor=on_duty(officer, "province_officer", PROVINCE),
        indicator=ELDERLY_PARTICIPATION,
        region=RegionCode(HEDE_VILLAGE),
        year=2026,
    )
    assert not page.names_shown
    assert "张*兰" in {row.subject for row in page.rows}
    assert "张桂兰" not in {row.subject for row in page.rows}


def test_grounds_of_coverage_and_centres_agree_with_their_figures(room) -> None:  # type: ignore[no-untyped-def]
    actor = on_duty(room.world.officer, "county_officer", COUNTY)
    for indicator in (TOWNSHIP_COVERAGE, STANDARD_CENTRES):
        figure = access_board(actor=actor, indicator=indicator, region=RegionCode(COUNTY), year=2026).figure
        grounds = access_evidence(actor=actor, indicator=indicator, region=RegionCode(COUNTY), year=2026)
        assert figure is not None
        assert (sum(row.counts for row in grounds.rows), grounds.total) == (figure.numerator, figure.denominator)


def test_published_figures_stop_at_the_county_and_withhold_a_handful_of_people(room) -> None:  # type: ignore[no-untyped-def]
    shown = {
        f.region: f for f in published_figures(indicator=ELDERLY_PARTICIPATION, region=RegionCode(CITY), year=2026)
    }
    assert set(shown) == {CITY, COUNTY}
    assert (shown[COUNTY].numerator, shown[COUNTY].percent, shown[COUNTY].is_withheld) == (None, None, True)
    Figure.objects.filter(indicator=ELDERLY_PARTICIPATION, region=COUNTY).update(numerator=10)
    county = published_figures(indicator=ELDERLY_PARTICIPATION, region=RegionCode(COUNTY), year=2026)
    assert [(f.region, f.numerator, f.percent) for f in county] == [(COUNTY, 10, 2.5)]


def test_an_unknown_indicator_is_refused_by_name() -> None:
    with pytest.raises(UnknownIndicator):
        published_figures(indicator="happiness", region=RegionCode(COUNTY), year=2026)


@pytest.mark.parametrize("text", ["26", "20x6", "１２３４", "1999", "99999", "-100"])
def test_a_period_that_is_no_year_is_refused(text: str) -> None:
    with pytest.raises(PeriodNotReadable):
        read_period(text)
