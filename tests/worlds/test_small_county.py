"""The world that other tests stand on is itself sound."""

import pytest

from tests.worlds.small_county import COUNTY, FARM, HEDE, TODAY, add_place, add_run, small_county
from xueqiao.domains.institutions.api import covers, parents_of, units_without_centre
from xueqiao.foundation.regions.api import full_name

pytestmark = pytest.mark.django_db


def test_the_centre_has_two_typed_parents_and_covers_its_town():
    world = small_county()
    parents = {link.side: link.parent.code for link in parents_of(world.centre.pk, on=TODAY)}
    assert parents == {"education": "CC320924", "government": "GV320924100"}
    assert covers(world.centre.pk, HEDE, on=TODAY)
    assert [unit.code for unit in units_without_centre(COUNTY, on=TODAY)] == [FARM]
    assert full_name(world.elder.region) == "射阳县合德镇城东社区居委会"


def test_a_second_run_clashes_with_nothing_and_a_place_moves_the_pool():
    world = small_county()
    run, sessions, pool = add_run(world, capacity=2)
    add_place(run, world.rider)
    add_place(run, world.elder, state="held")
    pool.refresh_from_db()
    assert (len(sessions), pool.taken, pool.held) == (8, 1, 1)
