import pytest

from tests.domains.classes.planning import clerk_of, open_class
from tests.worlds.small_county import acting
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import ClassRun
from xueqiao.foundation.reasons import NotAllowed


def test_no_more_learners_from_now_on(world):
    shown = classes.stop_enrolment(actor=clerk_of(world), code=world.run.code, now=world.now)
    assert (shown.card.enrolment, shown.state) == ("closed", "published")
    again = classes.stop_enrolment(actor=clerk_of(world), code=world.run.code, now=world.now)
    assert again.card.enrol_closes_at == world.now


def test_a_draft_and_a_stranger_are_refused(world):
    draft = open_class(world)
    with pytest.raises(classes.NotInThisState):
        classes.stop_enrolment(actor=clerk_of(world), code=draft.code, now=world.now)
    before = ClassRun.objects.get(pk=world.run.pk).enrol_closes_at
    with pytest.raises(NotAllowed):
        classes.stop_enrolment(actor=acting(world.elder), code=world.run.code, now=world.now)
    assert ClassRun.objects.get(pk=world.run.pk).enrol_closes_at == before
