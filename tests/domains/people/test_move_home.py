import pytest

from tests.domains.people.conftest import as_actor, deeds
from tests.worlds.small_county import HEDE, LINHAI_VILLAGE, NOW
from xueqiao.domains.people.api import MayNotActFor, access_person, move_home
from xueqiao.domains.people.errors import HomeInvalid
from xueqiao.foundation.outbox.models import OutboxEvent


def test_a_daughter_moves_her_mother_and_the_house_hears_of_it(world):
    daughter = as_actor(world.daughter)
    for _ in range(2):
        move_home(actor=daughter, person_id=world.elder.id, region=LINHAI_VILLAGE, now=NOW)
    assert access_person(daughter, world.elder.id).region == LINHAI_VILLAGE
    event = OutboxEvent.objects.get(name="people.PersonMoved")
    assert (event.payload["from_region"], event.payload["to_region"]) == (world.elder.region, LINHAI_VILLAGE)
    assert len(deeds("move_home")) == 1


def test_strangers_and_unknown_places_move_nobody(world):
    with pytest.raises(MayNotActFor):
        move_home(actor=as_actor(world.rider), person_id=world.elder.id, region=HEDE, now=NOW)
    for place in ("320924", "320924199000", "-1", "abc", "0", ""):
        with pytest.raises(HomeInvalid):
            move_home(actor=as_actor(world.elder), person_id=world.elder.id, region=place, now=NOW)
    assert deeds("move_home") == []
