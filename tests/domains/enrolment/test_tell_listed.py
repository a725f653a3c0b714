import pytest

from tests.domains.enrolment.listing import by_list, entry
from tests.domains.enrolment.seats_and_places import ALL
from tests.worlds.small_county import add_run, small_county
from xueqiao.domains.classes.api import ClassRunPublished
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.enrolment.actions.tell_listed import tell_listed
from xueqiao.domains.enrolment.subscriptions import tell_people_on_the_list
from xueqiao.domains.people.models import Notice

pytestmark = pytest.mark.django_db


def told():
    return Notice.objects.within(ALL).filter(template="class_listed")


def test_a_draft_is_told_of_when_it_is_published_and_once():
    world = small_county()
    run, _, _ = add_run(world, state="draft")
    by_list(world, run, entry(world.rider))
    assert not told().exists()
    ClassRun.objects.filter(pk=run.pk).update(state="published")
    for _ in range(2):
        tell_people_on_the_list(ClassRunPublished(run.pk, run.code, run.region, 20), now=world.now)
    assert [each.person_id for each in told()] == [world.rider.pk]


def test_a_class_for_everybody_tells_nobody():
    world = small_county()
    assert tell_listed(run_id=world.run.pk, now=world.now) == 0
    assert not told().exists()


def test_the_phone_is_not_rung_at_night():
    world = small_county()
    world.now = world.now.replace(hour=15)  # 23:00 in the region
    by_list(world, world.run, entry(world.rider))
    assert told().get().send_at > world.now
