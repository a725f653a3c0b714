"""Reads of institutions."""

from datetime import date

import pytest

from tests.worlds.small_county import COUNTY, HEDE, HEDE_VILLAGE, LINHAI, PROVINCE, TODAY
from xueqiao.domains.institutions import api
from xueqiao.domains.institutions.models import StandardCertificate


def test_a_centre_covers_the_villages_of_its_town(world):
    assert api.covers(world.centre.pk, HEDE_VILLAGE, on=TODAY)
    assert not api.covers(world.centre.pk, LINHAI, on=TODAY)
    assert not api.covers(world.centre.pk, COUNTY, on=TODAY)


def test_counts_roll_up_from_any_unit(world):
    everywhere = {"education_bureau": 1, "government": 3, "county_college": 1, "township_centre": 2}
    assert api.institution_counts(PROVINCE, on=TODAY) == everywhere
    assert api.institution_counts(HEDE, on=TODAY) == {"township_centre": 1, "government": 1}
    assert api.institution_counts(PROVINCE, on=date(2009, 12, 31)) == {}


def test_a_certificate_counts_until_it_runs_out_or_is_withdrawn(world):
    assert api.is_standard(world.centre.pk, on=TODAY)
    assert not api.is_standard(world.centre.pk, on=date(2029, 1, 1))
    StandardCertificate.objects.filter(institution=world.centre).update(withdrawn_on=TODAY)
    assert not api.is_standard(world.centre.pk, on=TODAY)
    assert [(r.region, r.has_valid_certificate) for r in api.centre_counts_by_unit(on=TODAY)] == [
        (HEDE, False),
        (LINHAI, True),
    ]


def test_elder_institutions_name_the_units_they_cover(world):
    rows = [(row.code, row.region) for row in api.elder_institutions(on=TODAY)]
    assert rows == [("TC320924100", HEDE), ("TC320924101", LINHAI)]


def test_rooms_come_with_their_venue_and_unknown_ones_are_refused(world):
    (room,) = api.rooms_of(world.centre.pk)
    assert (room.name, room.seats, room.venue.has_ramp) == ("101 教室", 20, True)
    assert api.venue_of_room(room.id) == room.venue
    with pytest.raises(api.InstitutionUnknown):
        api.venue_of_room(987654321)
    with pytest.raises(api.InstitutionUnknown):
        api.get_institution("' OR 1=1 --")


def test_lists_cost_one_query(world, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(api.institutions_in(COUNTY, kind="township_centre", on=TODAY)) == 2
    with django_assert_num_queries(1):
        assert len(api.parents_of(world.centre.pk, on=TODAY)) == 2
    with django_assert_num_queries(1):
        api.institutions_covering(HEDE_VILLAGE, kind="township_centre", on=TODAY)
