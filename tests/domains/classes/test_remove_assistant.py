import pytest

from tests.domains.classes.planning import clerk_of
from tests.domains.classes.test_add_assistant import add, on_staff
from tests.worlds.small_county import LINHAI, acting, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import Session, SessionAssistant, TeachingUse
from xueqiao.foundation.reasons import NotAllowed


def remove(world, person, *, actor=None, sessions=()):
    return classes.remove_assistant(
        actor=actor or clerk_of(world),
        code=world.run.code,
        person_id=person.pk,
        session_ids=[each.pk for each in sessions],
        now=world.now,
    )


def test_coming_meetings_are_free_of_her_and_past_ones_stay_as_they_were(world):
    helper = on_staff(world, "周助教")
    add(world, helper)
    Session.objects.filter(pk=world.sessions[0].pk).update(
        starts_at=world.now.replace(hour=0), ends_at=world.now.replace(hour=1), state="held"
    )
    assert remove(world, helper, sessions=world.sessions[3:4]) == 1
    assert remove(world, helper) == 6
    assert remove(world, helper) == 0
    assert [row.session_id for row in SessionAssistant.objects.all()] == [world.sessions[0].pk]
    assert TeachingUse.objects.filter(is_assistant=True).count() == 1


def test_strangers_take_nobody_away(world):
    helper = on_staff(world, "周助教")
    add(world, helper)
    for actor in (acting(world.elder), on_duty(world.clerk, "centre_clerk", LINHAI)):
        with pytest.raises(NotAllowed):
            remove(world, helper, actor=actor)
    assert SessionAssistant.objects.count() == 8
    assert classes.assistants_of_run(world.run.id)[0][1] == 8
