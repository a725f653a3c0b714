"""merge_institution: units and dependants go over from the day on, and the roll-up at any date stays right."""

from datetime import date

import pytest

from tests.worlds.small_county import COUNTY, HEDE, LINHAI, LINHAI_VILLAGE, NOW, add_institution, set_parent
from xueqiao.domains.institutions import api
from xueqiao.foundation.reasons import NotAllowed

DAY = date(2026, 7, 1)
EVE = date(2026, 6, 30)


def _merge(actor, gone, kept):
    return api.merge_institution(actor=actor, institution_id=gone.pk, into_id=kept.pk, merged_on=DAY, now=NOW)


def test_the_kept_centre_covers_both_towns_and_inherits_the_village_school(world, officer):
    school = add_institution("VS320924101001", "八大家居民学校", "village_school", LINHAI_VILLAGE)
    set_parent(school, world.other_centre, "education")
    _merge(officer, world.other_centre, world.centre)
    assert api.areas_of(world.centre.pk, on=DAY) == [HEDE, LINHAI]
    assert api.areas_of(world.centre.pk, on=EVE) == [HEDE]
    assert api.areas_of(world.other_centre.pk, on=EVE) == [LINHAI]
    assert api.areas_of(world.other_centre.pk, on=DAY) == []
    assert [link.parent.id for link in api.parents_of(school.pk, on=EVE)] == [world.other_centre.pk]
    assert [link.parent.id for link in api.parents_of(school.pk, on=DAY)] == [world.centre.pk]
    counts = [api.institution_counts(COUNTY, on=day)["township_centre"] for day in (EVE, DAY)]
    assert counts == [2, 1]
    assert api.get_institution(world.other_centre.code).merged_into_id == world.centre.pk


def test_only_two_different_open_bodies_of_one_kind_merge(world, officer, stranger, everything_written):
    before = everything_written()
    for gone, kept, reason in (
        (world.centre, world.centre, api.UnfitMerger),
        (world.centre, world.college, api.UnfitMerger),
    ):
        with pytest.raises(reason):
            _merge(officer, gone, kept)
    with pytest.raises(NotAllowed):
        _merge(stranger, world.other_centre, world.centre)
    assert everything_written() == before
