"""The counting rules, with the vectors of the domain rules (section 17)."""

from datetime import date

import pytest

from xueqiao.domains.indicators.rules import (
    DEFINITIONS,
    is_withheld,
    median_percent,
    units_counting,
    units_gained_and_lost,
)
from xueqiao.domains.indicators.values import ELDERLY_PARTICIPATION, FigureView
from xueqiao.foundation.clock import at_local

HEDE, LINHAI = 320924100000, 320924101000  # two towns of one county
SHENGZE = 320509107000  # a town of another city


def _figure(numerator: int, denominator: int) -> FigureView:
    return FigureView(
        definition=DEFINITIONS[ELDERLY_PARTICIPATION],
        region=321100000000,
        region_name="镇江市",
        level=2,
        period="2022",
        numerator=numerator,
        denominator=denominator,
        denominator_status="sourced",
        denominator_as_of=date(2020, 11, 1),
        denominator_source="普查",
        cut_off_at=at_local(date(2022, 12, 31), 23),
    )


def test_zhenjiang_reads_26_44_percent() -> None:
    percent = _figure(200_000, 756_353).percent
    assert percent is not None
    assert round(percent, 2) == 26.44


def test_a_zero_denominator_has_no_rate() -> None:
    assert _figure(3, 0).percent is None


def test_one_home_counts_once_on_every_level() -> None:
    assert units_counting([HEDE]) == {320000000000, 320900000000, 320924000000, HEDE}


def test_two_homes_in_one_county_count_once_in_the_county() -> None:
    assert units_counting([HEDE, LINHAI]) == {320000000000, 320900000000, 320924000000, HEDE, LINHAI}


def test_moving_to_another_city_adds_the_new_lineage_and_keeps_the_province_at_one() -> None:
    gained, lost = units_gained_and_lost([HEDE], [HEDE, SHENGZE])
    assert gained == {320500000000, 320509000000, SHENGZE}
    assert lost == set()


def test_taking_back_the_only_signature_takes_back_every_unit() -> None:
    gained, lost = units_gained_and_lost([HEDE], [])
    assert gained == set()
    assert lost == {320000000000, 320900000000, 320924000000, HEDE}


@pytest.mark.parametrize(("numerator", "withheld"), [(0, False), (1, True), (9, True), (10, False)])
def test_counts_below_ten_persons_are_withheld_and_zero_is_not(numerator: int, withheld: bool) -> None:
    assert is_withheld(numerator, 10) is withheld


def test_a_median_of_fewer_than_three_is_not_told() -> None:
    assert median_percent([1.0, 2.0, None]) is None
    assert median_percent([1.0, 5.0, 2.0, None]) == 2.0


def test_every_definition_names_rule_source_and_origin() -> None:
    for definition in DEFINITIONS.values():
        assert all(
            [definition.numerator.rule, definition.numerator.source, definition.denominator.source, definition.origin]
        )
