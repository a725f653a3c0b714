"""The demo network has the brief's numbers on real units, by rule."""

from collections import Counter
from datetime import date

import pytest

from xueqiao.foundation.region_code import CITY, COUNTY, RegionCode
from xueqiao.server.demo.network import HEDE, SHEYANG, Network, build_network
from xueqiao.server.ground import read

TODAY = date(2026, 3, 4)


@pytest.fixture(scope="module")
def network() -> Network:
    residents = {code: row.residents for code, row in read.counties_census().items()}
    return build_network(read.units(), residents, today=TODAY)


def test_the_network_has_the_numbers_of_the_brief(network):
    counts = {kind: len(network.open_on(kind, TODAY)) for kind in ("open_university", "county_college")}
    assert counts == {"open_university": 86, "county_college": 100}
    assert len(network.open_on("township_centre", TODAY)) == 1234
    assert len(network.open_on("village_school", TODAY)) == 15_156


def test_the_network_of_september_2022_has_the_numbers_of_that_year(network):
    day = date(2022, 9, 22)
    counts = [len(network.open_on(k, day)) for k in ("open_university", "county_college", "township_centre")]
    assert counts == [73, 103, 1260]
    assert len(network.open_on("village_school", day)) == 10_320


def test_one_open_university_is_the_provinces_13_are_the_cities_and_72_the_counties(network):
    levels = Counter(RegionCode(row.region).level for row in network.open_on("open_university", TODAY))
    assert levels == {1: 1, CITY: 13, COUNTY: 72}


def test_sheyang_has_exactly_13_centres_with_both_parents(network):
    centres = [row for row in network.open_on("township_centre", TODAY) if RegionCode(SHEYANG).contains(row.region)]
    assert len(centres) == 13
    by_id = {row.id: row for row in network.institutions}
    for centre in centres:
        parents = {link.side: by_id[link.parent_id] for link in network.parents if link.child_id == centre.id}
        assert parents["education"].code == "CC320924"
        assert parents["government"].code == f"GV{RegionCode(centre.region).short}"
    college = network.by_code["CC320924"]
    above = {link.side: by_id[link.parent_id].code for link in network.parents if link.child_id == college.id}
    assert above == {"education": "EB320924", "government": "GV320924"}


def test_two_zones_of_sheyang_share_a_town_centre_and_four_farms_have_none(network):
    covered = {
        area.region
        for area in network.areas
        if RegionCode(SHEYANG).contains(area.region) and RegionCode(area.region).level == 4
    }
    assert {320924400000, 320924406000} <= covered
    assert covered.isdisjoint({320924401000, 320924402000, 320924403000, 320924404000})
    hede = network.by_code["TC320924100"].id
    assert {a.region for a in network.areas if a.institution_id == hede} == {HEDE, 320924400000}


def test_every_open_body_of_the_network_has_one_parent_on_each_side_on_any_day(network):
    for day in (date(2022, 9, 22), date(2023, 12, 31), TODAY):
        alive = {row.id for kind in ("open_university", "county_college", "township_centre", "village_school")
                 for row in network.open_on(kind, day)}  # fmt: skip
        sides = Counter(
            (link.child_id, link.side)
            for link in network.parents
            if link.child_id in alive and link.valid_from <= day and (link.valid_to is None or day < link.valid_to)
        )
        assert set(sides.values()) == {1}
        assert len(sides) == 2 * len(alive)


def test_a_handful_of_certificates_has_run_out_so_that_the_rate_is_computed_not_typed(network):
    valid = sum(
        c.valid_from <= TODAY < c.valid_to and (c.withdrawn_on is None or c.withdrawn_on > TODAY)
        for c in network.certificates
    )
    assert len(network.certificates) == 1234
    assert 1200 <= valid < 1234


def test_more_than_seven_of_ten_township_units_have_an_elder_serving_centre(network):
    serving = {row.id for row in network.open_on("township_centre", TODAY) if row.serves_elders}
    units = {area.region for area in network.areas if area.institution_id in serving and area.valid_to is None}
    township_units = [unit for unit in read.units() if RegionCode(unit.code).level == 4]
    assert 0.70 < len(units) / len(township_units) < 0.80


def test_codes_are_unique_and_names_do_not_exceed_their_columns(network):
    codes = [row.code for row in network.institutions]
    assert len(codes) == len(set(codes))
    assert max(len(row.name) for row in network.institutions) <= 80
    assert all(row.is_demo for row in network.institutions)
