from datetime import timedelta

import pytest

from tests.domains.enrolment import rounds_to_draw
from tests.domains.enrolment.merging import merging
from tests.worlds.small_county import TODAY, acting
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.mergers import AlreadyDecided
from xueqiao.domains.enrolment.models import GroupDecision
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def due(case):
    return [each.code for each in enrolment.small_classes(institution_id=case.world.centre.id, now=case.world.now)]


def test_small_classes_are_due_a_week_before_soonest_first_until_somebody_decides(deliver_due):
    case = merging(deliver_due)
    assert due(case) == [case.run.code, case.target.code]
    [first, _] = enrolment.small_classes(institution_id=None, now=case.world.now)
    assert (first.taken, first.needed, first.days_left) == (2, 12, 5)
    enrolment.open_small_class(actor=case.clerk, code=case.run.code, now=case.world.now)
    assert due(case) == [case.target.code]
    with pytest.raises(AlreadyDecided):
        enrolment.open_small_class(actor=case.clerk, code=case.run.code, now=case.world.now)


def test_a_learner_decides_nothing(deliver_due):
    case = merging(deliver_due)
    with pytest.raises(NotAllowed):
        enrolment.open_small_class(actor=acting(case.world.rider), code=case.run.code, now=case.world.now)
    assert not GroupDecision.objects.exists()


def test_a_class_that_is_still_to_be_drawn_is_not_small(deliver_due):
    """Before its draw nobody has a place, however many wish for one; after it the number says something."""
    case = merging(deliver_due)
    made = rounds_to_draw.open_round(case.world, seats=(2,), code="L9")
    run = made.runs[0]
    ClassRun.objects.filter(pk=run.pk).update(starts_on=TODAY + timedelta(days=5), learners_min=2)
    assert run.code not in due(case)
    rounds_to_draw.drawn(made)
    assert run.code in due(case)
