"""assign_parent: one parent a side a day, of a fitting kind, without circles; the database agrees."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.worlds.small_county import COUNTY, NOW, TODAY, add_institution
from xueqiao.domains.institutions import api
from xueqiao.domains.institutions.models import InstitutionParent
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

DAY = date(2026, 7, 1)


def _assign(actor, child, parent, side="education", valid_from=DAY):
    return api.assign_parent(
        actor=actor, institution_id=child.pk, parent_id=parent.pk, side=side, valid_from=valid_from, now=NOW
    )


def test_the_new_parent_counts_from_its_day_and_the_other_side_stays(world, officer):
    links = _assign(officer, world.centre, world.bureau)
    assert {link.side: link.parent.code for link in links} == {"education": "EB320924", "government": "GV320924100"}
    before = {link.side: link.parent.code for link in api.parents_of(world.centre.pk, on=TODAY)}
    assert before == {"education": "CC320924", "government": "GV320924100"}


def test_kinds_that_do_not_fit_and_wrong_sides_are_refused(world, officer, everything_written):
    before = everything_written()
    for parent, side, reason in (
        (world.county_government, "education", api.UnfitParent),
        (world.college, "government", api.UnfitParent),
        (world.other_centre, "education", api.UnfitParent),
        (world.bureau, "both", InvalidInput),
    ):
        with pytest.raises(reason):
            _assign(officer, world.centre, parent, side)
    assert everything_written() == before


def test_nobody_stands_above_himself(world, officer, everything_written):
    upper = add_institution("EB3209", "盐城市教育局", "education_bureau", COUNTY)
    _assign(officer, world.bureau, upper)
    before = everything_written()
    with pytest.raises(api.WouldCircle):
        _assign(officer, upper, world.bureau)
    assert everything_written() == before


def test_a_change_before_a_later_change_is_refused(world, officer, everything_written):
    _assign(officer, world.centre, world.bureau)
    before = everything_written()
    for day in (DAY, TODAY):
        with pytest.raises(api.PeriodsOverlap):
            _assign(officer, world.centre, world.college, valid_from=day)
    assert everything_written() == before


def test_an_officer_of_another_county_is_refused(world, stranger, everything_written):
    before = everything_written()
    with pytest.raises(NotAllowed):
        _assign(stranger, world.centre, world.bureau)
    assert everything_written() == before


@pytest.mark.django_db
def test_the_database_itself_forbids_two_parents_of_one_side_on_one_day(world):
    with pytest.raises(IntegrityError, match="parent_education_once"), transaction.atomic():
        InstitutionParent.objects.create(
            child=world.centre, parent=world.bureau, side="education", valid_from=TODAY, valid_to=DAY
        )
