"""cover_unit: many-to-many, but never twice by the same body on the same day."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.worlds.small_county import COUNTY, FARM, HEDE, LINHAI, NOW, OTHER_COUNTY
from xueqiao.domains.institutions import api
from xueqiao.domains.institutions.models import InstitutionArea
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.region_code import UnknownRegionCode
from xueqiao.foundation.regions.api import UnitUnknown

DAY = date(2026, 7, 1)


def _cover(actor, world, region, valid_from=DAY):
    return api.cover_unit(actor=actor, institution_id=world.centre.pk, region=region, valid_from=valid_from, now=NOW)


def test_a_farm_without_centre_is_covered_from_the_day_on(world, officer):
    assert _cover(officer, world, FARM) == [HEDE, FARM]
    assert [unit.code for unit in api.units_without_centre(COUNTY, on=date(2026, 6, 30))] == [FARM]
    assert api.units_without_centre(COUNTY, on=DAY) == []


def test_two_centres_may_cover_one_town(world, officer):
    _cover(officer, world, LINHAI)
    names = [body.name for body in api.institutions_covering(LINHAI, kind="township_centre", on=DAY)]
    assert names == ["合德镇社区教育中心", "临海镇社区教育中心"]


def test_the_same_cover_twice_unknown_units_and_foreign_units_are_refused(world, officer, everything_written):
    before = everything_written()
    for region, reason in (
        (HEDE, api.PeriodsOverlap),
        (320924777000, UnitUnknown),
        (12345, UnknownRegionCode),
        (OTHER_COUNTY, NotAllowed),
    ):
        with pytest.raises(reason):
            _cover(officer, world, region)
    assert everything_written() == before


def test_the_database_itself_forbids_covering_a_unit_twice_on_one_day(world):
    with pytest.raises(IntegrityError, match="area_once_a_day"), transaction.atomic():
        InstitutionArea.objects.create(
            institution=world.centre, region=HEDE, valid_from=date(2026, 1, 1), valid_to=date(2026, 2, 1)
        )
