import pytest

from tests.domains.classes.planning import clerk_of
from tests.worlds.programmes import add_classes, add_programme
from tests.worlds.small_county import LINHAI, acting, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import ProgrammeRun
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.reasons import NotAllowed


def test_the_class_goes_on_without_the_name_and_twice_is_once(world):
    add_classes(world, add_programme(world).code, world.run)
    for _ in range(2):
        classes.take_from_programme(actor=clerk_of(world), class_code=world.run.code, now=world.now)
    assert classes.programme_of_run(world.run.id) is None
    assert AuditEntry.objects.filter(verb="take_from_programme").count() == 1
    assert classes.get_class(world.run.code, now=world.now).state == "published"


def test_strangers_and_made_up_classes(world):
    add_classes(world, add_programme(world).code, world.run)
    for actor in (acting(world.elder), on_duty(world.clerk, "centre_clerk", LINHAI)):
        with pytest.raises(NotAllowed):
            classes.take_from_programme(actor=actor, class_code=world.run.code, now=world.now)
    with pytest.raises(classes.UnknownClass):
        classes.take_from_programme(actor=clerk_of(world), class_code="NOPE", now=world.now)
    assert ProgrammeRun.objects.count() == 1
