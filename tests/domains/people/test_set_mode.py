import pytest

from tests.domains.people.conftest import VISITOR, as_actor, deeds
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import access_person, set_mode
from xueqiao.domains.people.errors import ModeUnknown
from xueqiao.foundation.reasons import NotAllowed


def test_the_mode_is_remembered_and_written_once(world):
    elder = as_actor(world.elder)
    for _ in range(2):
        set_mode(actor=elder, mode="elder", now=NOW)
    assert access_person(elder, world.elder.id).mode == "elder" and len(deeds("set_mode")) == 1


def test_unknown_modes_and_visitors_change_nothing(world):
    with pytest.raises(ModeUnknown):
        set_mode(actor=as_actor(world.elder), mode="neon", now=NOW)
    with pytest.raises(NotAllowed):
        set_mode(actor=VISITOR, mode="elder", now=NOW)
    assert deeds("set_mode") == []
