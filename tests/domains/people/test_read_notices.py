import pytest

from tests.domains.people.conftest import VISITOR, as_actor
from tests.domains.people.test_notify import tell
from xueqiao.domains.people import api as people
from xueqiao.foundation.reasons import NotAllowed


def test_reading_is_for_the_reader_alone(world):
    tell(world, world.elder)
    mother, daughter = as_actor(world.elder), as_actor(world.daughter)
    assert people.read_notices(actor=mother, now=world.now) == 1
    assert people.read_notices(actor=mother, now=world.now) == 0
    assert people.notices_of(mother)[0].is_read
    assert [n.person_name for n in people.notices_of(daughter, unread_only=True)] == ["张桂兰"]


def test_a_visitor_has_no_page(world):
    tell(world, world.rider)
    with pytest.raises(NotAllowed):
        people.read_notices(actor=VISITOR, now=world.now)
    assert len(people.notices_of(as_actor(world.rider), unread_only=True)) == 1
