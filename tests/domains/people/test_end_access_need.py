import pytest

from tests.domains.people.conftest import as_actor, deeds
from tests.worlds.small_county import HEDE, NOW, on_duty
from xueqiao.domains.people.api import MayNotActFor, access_needs_of, end_access_need, register_access_need


@pytest.fixture
def needy(world):
    clerk = on_duty(world.clerk, "centre_clerk", HEDE, channel="counter")
    register_access_need(actor=clerk, person_id=world.elder.id, kind="walking", paper="残疾人证", now=NOW)
    return world.elder


def test_a_daughter_takes_a_need_off_and_it_may_come_back(world, needy):
    daughter = as_actor(world.daughter)
    assert end_access_need(actor=daughter, person_id=needy.id, kind="walking", now=NOW)
    assert not end_access_need(actor=daughter, person_id=needy.id, kind="walking", now=NOW)
    assert access_needs_of([needy.id]) == {}
    assert len(deeds("end_access_need")) == 1
    clerk = on_duty(world.clerk, "centre_clerk", HEDE, channel="counter")
    register_access_need(actor=clerk, person_id=needy.id, kind="walking", paper="医院证明", now=NOW)
    assert access_needs_of([needy.id]) == {needy.id: ("walking",)}


def test_a_stranger_takes_nothing_off(world, needy):
    with pytest.raises(MayNotActFor):
        end_access_need(actor=as_actor(world.rider), person_id=needy.id, kind="walking", now=NOW)
    assert access_needs_of([needy.id]) == {needy.id: ("walking",)}
    assert deeds("end_access_need") == []
