import pytest

from tests.domains.people.conftest import as_actor, deeds
from tests.worlds.small_county import HEDE, LINHAI, NOW, on_duty
from xueqiao.domains.people.api import MayNotActFor, NeedUnknown, access_needs_of, register_access_need
from xueqiao.foundation.reasons import NotAllowed


def test_a_clerk_who_saw_the_paper_writes_a_need_down_once(world):
    clerk = on_duty(world.clerk, "centre_clerk", HEDE, channel="counter")
    rows = {
        register_access_need(actor=clerk, person_id=world.elder.id, kind="walking", paper="残疾人证", now=NOW)
        for _ in range(2)
    }
    assert len(rows) == 1
    register_access_need(actor=clerk, person_id=world.elder.id, kind="hearing", paper="残疾人证", now=NOW)
    assert access_needs_of([world.elder.id, world.rider.id]) == {world.elder.id: ("hearing", "walking")}
    assert len(deeds("register_access_need")) == 2


def test_a_need_is_never_taken_on_somebodys_word(world):
    elsewhere = on_duty(world.clerk, "centre_clerk", LINHAI, channel="counter")
    for actor, reason in ((as_actor(world.elder), NotAllowed), (elsewhere, MayNotActFor)):
        with pytest.raises(reason):
            register_access_need(actor=actor, person_id=world.elder.id, kind="walking", paper="残疾人证", now=NOW)
    clerk = on_duty(world.clerk, "centre_clerk", HEDE, channel="counter")
    for kind, paper in (("taste", "残疾人证"), ("walking", " ")):
        with pytest.raises(NeedUnknown):
            register_access_need(actor=clerk, person_id=world.elder.id, kind=kind, paper=paper, now=NOW)
    assert access_needs_of([world.elder.id]) == {}
    assert deeds("register_access_need") == []
