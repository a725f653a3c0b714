"""Reads of regions: names, lineages, points, search; bad input is refused."""

import pytest

from tests.worlds.small_county import COUNTY, HEDE, HEDE_VILLAGE, PROVINCE, add_units
from xueqiao.foundation.region_code import UnknownRegionCode
from xueqiao.foundation.regions import api
from xueqiao.foundation.regions.models import RegionUnit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def units():
    add_units()
    hede = RegionUnit.objects.get(code=HEDE)
    hede.pinyin, hede.initials = "hedezhen", "hdz"
    hede.save()
    RegionUnit.objects.filter(code__in=[PROVINCE, HEDE_VILLAGE]).update(lon=None, lat=None)
    RegionUnit.objects.filter(code=HEDE).update(point_is_synthetic=False)


def test_a_name_costs_a_query_once_and_then_none(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert api.full_name(HEDE_VILLAGE) == "射阳县合德镇城东社区居委会"
    with django_assert_num_queries(0):
        assert api.full_name(HEDE_VILLAGE) == "射阳县合德镇城东社区居委会"
        assert api.names_of([COUNTY, HEDE]) == {COUNTY: "射阳县", HEDE: "合德镇"}


def test_many_full_names_cost_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert api.full_names([HEDE, COUNTY, 320999000000]) == {HEDE: "射阳县合德镇", COUNTY: "射阳县"}


def test_the_lineage_runs_from_the_province_down():
    assert [unit.name for unit in api.lineage_of(HEDE)] == ["江苏省", "盐城市", "射阳县", "合德镇"]
    assert api.full_name("32") == "江苏省"


@pytest.mark.parametrize(
    ("typed", "first"),
    [("合德", HEDE), ("合德镇", HEDE), ("hedezhen", HEDE), ("He De", HEDE), ("hdz", HEDE), ("320924100", HEDE)],
)
def test_search_finds_by_hanzi_pinyin_initials_and_digits(typed, first):
    assert api.search_units(typed)[0].code == first


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "%", "_", "' OR 1=1 --", "<script>", "9" * 5000, "桥" * 5000])
def test_search_finds_nothing_for_nonsense_and_never_fails(typed):
    assert api.search_units(typed) == []


def test_search_is_bounded():
    assert len(api.search_units("32", limit=10**9)) <= 50
    assert api.search_units("32", limit=-1) == []


def test_a_village_answers_with_its_towns_point_and_says_that_it_is_not_its_own():
    town, village = api.point_of(HEDE), api.point_of(HEDE_VILLAGE)
    assert (town.lon, town.lat, town.is_synthetic) == (120.25, 33.77, False)
    assert (village.lon, village.lat, village.is_synthetic) == (120.25, 33.77, True)
    assert api.point_of(PROVINCE) is None


def test_a_point_costs_a_query_once_until_names_are_forgotten(django_assert_num_queries):
    with django_assert_num_queries(1):
        first = api.points_of([HEDE, HEDE_VILLAGE])
    with django_assert_num_queries(0):
        assert api.points_of([HEDE, HEDE_VILLAGE]) == first
    RegionUnit.objects.filter(code=HEDE).update(lon=121)
    api.forget_names()
    assert api.point_of(HEDE).lon == 121


@pytest.mark.parametrize("code", ["", "3", "32092", "abc", "12345678901234567890", "٣٢", "0209", -5])
def test_what_is_no_code_is_refused(code):
    for ask in (api.unit_named, api.full_name, api.children_of, api.point_of, api.lineage_of):
        with pytest.raises(UnknownRegionCode):
            ask(code)


def test_a_code_nobody_has_is_unknown():
    assert api.unit_named(320999000000) is None
    for ask in (api.get_unit, api.full_name, api.lineage_of):
        with pytest.raises(api.UnitUnknown):
            ask(320999000000)


def test_children_of_a_village_are_none_and_of_a_town_its_villages():
    assert api.children_of(HEDE_VILLAGE) == []
    assert [unit.code for unit in api.children_of(HEDE)] == [HEDE_VILLAGE]
