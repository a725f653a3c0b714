"""close_institution: closes from a day on; the past stays; dependants are not orphaned."""

from datetime import date

import pytest

from tests.worlds.small_county import COUNTY, LINHAI, NOW, TODAY
from xueqiao.domains.institutions import api
from xueqiao.foundation.reasons import NotAllowed

DAY = date(2026, 7, 1)


def test_a_closed_centre_counts_until_the_day_before_and_leaves_its_unit_without_centre(world, officer):
    before = api.institution_counts(COUNTY, on=DAY)["township_centre"]
    api.close_institution(actor=officer, institution_id=world.other_centre.pk, closed_on=DAY, now=NOW)
    assert api.institution_counts(COUNTY, on=date(2026, 6, 30))["township_centre"] == before
    assert api.institution_counts(COUNTY, on=DAY)["township_centre"] == before - 1
    assert LINHAI in [unit.code for unit in api.units_without_centre(COUNTY, on=DAY)]
    assert LINHAI not in [unit.code for unit in api.units_without_centre(COUNTY, on=TODAY)]
    assert api.parents_of(world.other_centre.pk, on=DAY) == []
    assert len(api.parents_of(world.other_centre.pk, on=TODAY)) == 2


def test_a_college_with_centres_below_is_not_closed(world, officer, everything_written):
    before = everything_written()
    with pytest.raises(api.HasDependants) as refusal:
        api.close_institution(actor=officer, institution_id=world.college.pk, closed_on=DAY, now=NOW)
    assert refusal.value.details == {"name": "射阳县社区学院", "count": 2}
    assert everything_written() == before


def test_closing_twice_and_closing_from_elsewhere_are_refused(world, officer, stranger, everything_written):
    with pytest.raises(NotAllowed):
        api.close_institution(actor=stranger, institution_id=world.other_centre.pk, closed_on=DAY, now=NOW)
    api.close_institution(actor=officer, institution_id=world.other_centre.pk, closed_on=DAY, now=NOW)
    before = everything_written()
    with pytest.raises(api.InstitutionClosed):
        api.close_institution(actor=officer, institution_id=world.other_centre.pk, closed_on=DAY, now=NOW)
    with pytest.raises(api.InstitutionUnknown):
        api.close_institution(actor=officer, institution_id=987654321, closed_on=DAY, now=NOW)
    assert everything_written() == before
