import pytest

from tests.domains.people.conftest import deeds
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import make_entry_link
from xueqiao.domains.people.errors import OnlyInDemo
from xueqiao.domains.people.models import EntryLink
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotFound

SYSTEM = Actor.system("demo")


def test_the_token_is_known_once_and_kept_as_a_hash(world):
    made = make_entry_link(actor=SYSTEM, person_id=world.elder.id, now=NOW)
    assert made.token.encode() not in bytes(EntryLink.objects.get().token_hash)
    assert len(deeds("make_entry_link")) == 1


def test_only_in_demo_and_only_for_demo_people(world, settings):
    world.rider.is_demo = False
    world.rider.save()
    with pytest.raises(NotFound):
        make_entry_link(actor=SYSTEM, person_id=world.rider.id, now=NOW)
    settings.DEMO = False
    with pytest.raises(OnlyInDemo):
        make_entry_link(actor=SYSTEM, person_id=world.elder.id, now=NOW)
    assert not EntryLink.objects.exists()
