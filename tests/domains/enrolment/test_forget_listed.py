import pytest

from tests.domains.enrolment.listing import HOST, by_list, entry, hold
from tests.domains.enrolment.seats_and_places import ALL, state_of
from tests.worlds.small_county import small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.lists import NotOnTheList
from xueqiao.domains.enrolment.models import ListedPerson
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.audit.values import Actor

pytestmark = pytest.mark.django_db


def test_the_names_go_and_the_class_stays_closed_to_others():
    world = small_county()
    by_list(world, world.run, entry(world.rider), entry(world.teacher))
    place = hold(world, world.run, world.rider)
    for left in (2, 0):
        gone = enrolment.forget_listed(
            actor=Actor.system("test"), run_id=world.run.pk, region=world.run.region, now=world.now
        )
        assert gone == left
    assert not ListedPerson.objects.within(ALL).exists()
    assert enrolment.host_of_class(world.run.pk) == HOST
    assert state_of(place) == "held"
    with pytest.raises(NotOnTheList):
        hold(world, world.run, world.teacher)
    assert AuditEntry.objects.get(verb="forget_listed").detail == {"deleted": 2}
