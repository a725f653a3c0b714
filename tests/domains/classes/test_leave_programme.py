from datetime import timedelta

import pytest

from tests.domains.classes.planning import clerk_of
from tests.worlds.programmes import add_classes, add_programme, officer_of
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.api import BadProgramme, NotASite, SiteHasClasses
from xueqiao.domains.classes.models import ClassRun, ProgrammeSite
from xueqiao.foundation.reasons import NotAllowed


def leave(world, institution, actor=None):
    classes.leave_programme(
        actor=actor or officer_of(world), programme_code="SYYX", institution_code=institution.code, now=world.now
    )


def living():
    return ProgrammeSite.objects.filter(left_on=None).count()


def test_a_site_leaves_and_may_come_back_and_what_it_gave_stays_counted(world):
    made = add_programme(world)
    add_classes(world, made.code, world.run)
    ClassRun.objects.filter(pk=world.run.pk).update(
        state="finished", starts_on=world.now.date() - timedelta(days=60), ends_on=world.now.date() - timedelta(days=1)
    )
    leave(world, world.centre)
    assert living() == 2
    assert classes.programme_figures(made.id, now=world.now).classes_all == 1
    back = classes.add_programme_site(
        actor=officer_of(world), programme_code=made.code, institution_code=world.centre.code, now=world.now
    )
    assert back.institution_id == world.centre.id
    assert living() == 3


def test_not_while_it_has_classes_to_come_not_the_main_school_not_twice(world):
    made = add_programme(world)
    add_classes(world, made.code, world.run)
    with pytest.raises(SiteHasClasses, match="1 个没上完的班"):
        leave(world, world.centre)
    with pytest.raises(BadProgramme, match="主校"):
        leave(world, world.college)
    with pytest.raises(NotASite):
        leave(world, world.bureau)
    with pytest.raises(NotAllowed):
        leave(world, world.other_centre, clerk_of(world))
    assert living() == 3
    leave(world, world.other_centre)
    with pytest.raises(NotASite):
        leave(world, world.other_centre)
