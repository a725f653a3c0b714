"""uncover_unit: ends on a day, once."""

from datetime import date

import pytest

from tests.worlds.small_county import COUNTY, FARM, HEDE, NOW, TODAY
from xueqiao.domains.institutions import api
from xueqiao.foundation.reasons import NotAllowed

DAY = date(2026, 7, 1)


def test_a_unit_let_go_has_no_centre_from_that_day(world, officer):
    left = api.uncover_unit(actor=officer, institution_id=world.centre.pk, region=HEDE, ends_on=DAY, now=NOW)
    assert left == []
    assert [unit.code for unit in api.units_without_centre(COUNTY, on=DAY)] == [HEDE, FARM]
    assert [unit.code for unit in api.units_without_centre(COUNTY, on=TODAY)] == [FARM]


def test_what_is_not_covered_cannot_be_let_go(world, officer, stranger, everything_written):
    before = everything_written()
    for actor, region, reason in ((officer, FARM, api.UnitNotCovered), (stranger, HEDE, NotAllowed)):
        with pytest.raises(reason):
            api.uncover_unit(actor=actor, institution_id=world.centre.pk, region=region, ends_on=DAY, now=NOW)
    assert everything_written() == before
