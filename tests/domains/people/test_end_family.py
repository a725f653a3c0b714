from uuid import uuid4

import pytest

from tests.domains.people.conftest import as_actor, deeds
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import MayNotActFor, end_family, require_may_act_for
from xueqiao.domains.people.errors import LinkNotFound
from xueqiao.domains.people.models import FamilyLink
from xueqiao.foundation.scope import Scope

ALL = Scope.everything("test")


@pytest.fixture
def link(world):
    return FamilyLink.objects.within(ALL).get(agent=world.daughter, subject=world.elder)


@pytest.mark.parametrize("who", ["elder", "daughter", "clerk"])
def test_either_of_the_two_or_a_clerk_ends_it_and_authority_is_gone_at_once(world, link, who):
    stale = as_actor(world.daughter)  # an actor made before the end: its scope still names the mother
    assert require_may_act_for(stale, world.elder.id, now=NOW) == "family"
    end_family(actor=as_actor(getattr(world, who)), link_uuid=link.uuid, now=NOW)
    with pytest.raises(MayNotActFor):
        require_may_act_for(stale, world.elder.id, now=NOW)
    assert world.elder.id not in as_actor(world.daughter).scope.person_ids
    assert len(deeds("end_family")) == 1


@pytest.mark.parametrize("who", ["rider", "teacher", "officer", "other_officer"])
def test_nobody_else_ends_it_or_learns_that_it_exists(world, link, who):
    for uuid in (link.uuid, uuid4()):
        with pytest.raises(LinkNotFound):
            end_family(actor=as_actor(getattr(world, who)), link_uuid=uuid, now=NOW)
    link.refresh_from_db()
    assert link.state == "active"


def test_ending_twice_changes_nothing(world, link):
    for _ in range(2):
        end_family(actor=as_actor(world.elder), link_uuid=link.uuid, now=NOW)
    assert len(deeds("end_family")) == 1
