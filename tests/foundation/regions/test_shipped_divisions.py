"""The shipped list is the one its README describes."""

from collections import Counter

import pytest

from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.regions.api import search_units
from xueqiao.foundation.regions.models import RegionUnit
from xueqiao.server.ground import read


def test_the_list_has_five_levels_of_real_units_each_inside_its_parent():
    units = {unit.code: unit for unit in read.units()}
    assert Counter(RegionCode(code).level for code in units) == {1: 1, 2: 13, 3: 104, 4: 1487, 5: 21_958}
    assert all(int(RegionCode(code).parent) in units for code in units if RegionCode(code).level > 1)
    kinds = Counter(unit.kind for unit in units.values())
    assert (kinds["county"], kinds["county_statistical_zone"], kinds["quasi"]) == (95, 9, 287)


def test_every_township_has_a_point_502_of_them_real():
    towns = [unit for unit in read.units() if RegionCode(unit.code).level == 4]
    assert all(unit.lon is not None for unit in towns)
    assert sum(not unit.point_is_synthetic for unit in towns) == 502
    assert all(116 < unit.lon < 122.5 and 30.5 < unit.lat < 35.5 for unit in towns)


def test_the_census_adds_up_to_the_province():
    assert sum(row.residents for row in read.counties_census().values()) == 84_748_016
    assert sum(row.residents for row in read.cities_census()) == 84_748_016
    assert len(read.courses()) == 90


@pytest.mark.django_db
def test_a_new_database_gets_the_divisions_once():
    assert read.load_divisions_once()
    assert search_units("射阳县合德")[:1] == []
    assert search_units("合德镇")[0].short == "320924100"
    assert search_units("hedezhen")[0].name == "合德镇"
    assert not read.load_divisions_once()
    assert RegionUnit.objects.count() == 23_563
