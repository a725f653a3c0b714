"""load_edition: the second time nothing changes; a later edition ends, renames and adds, and the past stays."""

from dataclasses import replace
from datetime import date

import pytest

from xueqiao.foundation.regions import api
from xueqiao.foundation.regions.api import EditionReport, UnitRow, load_edition
from xueqiao.foundation.regions.models import RegionUnit

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2023, 6, 30), date(2024, 6, 30)
ROWS = [
    UnitRow(320000000000, "江苏省", "province"),
    UnitRow(320900000000, "盐城市", "city"),
    UnitRow(320924000000, "射阳县", "county"),
    UnitRow(320924100000, "合德镇", "town"),
    UnitRow(320924111000, "长荡镇", "town"),
]


@pytest.fixture(autouse=True)
def fresh():
    api.forget_names()


def test_the_same_edition_twice_changes_nothing():
    assert load_edition(ROWS, valid_on=FIRST) == EditionReport(added=5, renamed=0, ended=0, unchanged=0)
    assert load_edition(ROWS, valid_on=FIRST) == EditionReport(added=0, renamed=0, ended=0, unchanged=5)
    assert RegionUnit.objects.count() == 5


def test_a_later_edition_renames_ends_and_adds_and_old_days_keep_their_names():
    load_edition(ROWS, valid_on=FIRST)
    later = [
        *ROWS[:3],
        replace(ROWS[3], name="合德街道", kind="subdistrict"),
        UnitRow(320924118000, "新港镇", "town"),
    ]
    assert load_edition(later, valid_on=SECOND) == EditionReport(added=1, renamed=1, ended=1, unchanged=3)
    assert api.get_unit(320924100000).name == "合德街道"
    assert api.get_unit(320924100000, on=date(2024, 6, 29)).name == "合德镇"
    assert api.unit_named(320924111000) is None
    assert api.unit_named(320924111000, on=date(2024, 6, 29)).valid_to == SECOND
    assert [unit.name for unit in api.children_of(320924000000)] == ["合德街道", "新港镇"]


def test_an_older_edition_is_refused_and_nothing_moves():
    load_edition(ROWS, valid_on=SECOND)
    before = list(RegionUnit.objects.values())
    with pytest.raises(api.EditionOutOfOrder):
        load_edition(ROWS[:2], valid_on=FIRST)
    assert list(RegionUnit.objects.values()) == before


def test_a_correction_of_the_same_day_leaves_no_past_of_no_length():
    load_edition(ROWS, valid_on=FIRST)
    load_edition([*ROWS[:3], replace(ROWS[3], name="合德镇（更正）"), ROWS[4]], valid_on=FIRST)
    assert RegionUnit.objects.filter(code=320924100000).count() == 1
    assert api.get_unit(320924100000).name == "合德镇（更正）"


def test_names_in_memory_are_forgotten_when_an_edition_is_loaded():
    load_edition(ROWS, valid_on=FIRST)
    assert api.full_name(320924100000) == "射阳县合德镇"
    load_edition([*ROWS[:3], replace(ROWS[3], name="新合德镇"), ROWS[4]], valid_on=SECOND)
    assert api.full_name(320924100000) == "射阳县新合德镇"
