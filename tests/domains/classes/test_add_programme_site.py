from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.domains.classes.planning import clerk_of
from tests.worlds.programmes import add_programme, officer_of
from tests.worlds.small_county import OTHER_COUNTY, acting, add_institution
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.api import SiteAlreadyIn, SiteOutside, UnknownProgramme
from xueqiao.domains.classes.models import ProgrammeSite
from xueqiao.foundation.reasons import NotAllowed


def add(world, institution, actor=None, code="SYYX", called=""):
    return classes.add_programme_site(
        actor=actor or officer_of(world),
        programme_code=code,
        institution_code=institution.code,
        called=called,
        now=world.now,
    )


def test_sites_come_after_the_main_school_with_the_name_they_carry(world):
    made = add_programme(world)
    sites = classes.sites_of(made.id, now=world.now)
    assert [site.name for site in sites] == ["射阳县社区学院", "合德镇社区教育中心", "临海职工夜校"]
    assert [site.is_main for site in sites] == [True, False, False]


def test_a_site_lies_in_the_unit_of_the_brand(world):
    add_programme(world)
    abroad = add_institution("TC320509001", "吴江社区教育中心", "township_centre", OTHER_COUNTY)
    before = ProgrammeSite.objects.count()
    with pytest.raises(SiteOutside, match="吴江社区教育中心"):
        add(world, abroad)
    with pytest.raises(SiteAlreadyIn):
        add(world, world.centre)
    with pytest.raises(UnknownProgramme):
        add(world, world.centre, code="NOPE")
    for actor in (acting(world.elder), clerk_of(world)):  # a site does not let others in
        with pytest.raises(NotAllowed):
            add(world, world.centre, actor)
    assert ProgrammeSite.objects.count() == before


def test_the_schema_knows_one_main_school_that_stays_and_one_living_site_per_school(world):
    made = add_programme(world)
    for values, name in (
        ({"is_main": True}, "programme_one_main_site"),
        ({"institution_id": world.centre.id}, "programme_site_once"),
        ({"is_main": True, "left_on": date(2026, 5, 1)}, "programme_(one_main_site|main_site_stays)"),
        ({"left_on": date(2025, 1, 1)}, "programme_site_dates"),
    ):
        wanted = {"programme_id": made.id, "institution_id": world.bureau.id, "joined_on": date(2026, 3, 4)} | values
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            ProgrammeSite.objects.create(**wanted)
