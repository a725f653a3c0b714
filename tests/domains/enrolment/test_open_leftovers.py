from datetime import timedelta

import pytest

from tests.domains.enrolment.rounds_to_draw import drawn, enter_strangers, open_round
from tests.worlds.small_county import acting, add_person, small_county
from xueqiao.domains.classes.models import ClassRun, Session
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.actions.open_leftovers import open_leftovers
from xueqiao.domains.enrolment.errors.seats import AdmissionNotFirstCome
from xueqiao.domains.enrolment.models import Place
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")


@pytest.fixture
def made(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    world = small_county()
    made = open_round(world, seats=(5, 2), leftovers_open_at=world.now + timedelta(days=10))
    for session in Session.objects.filter(run__in=made.runs):
        later = timedelta(days=30)
        Session.objects.filter(pk=session.pk).update(
            starts_at=session.starts_at + later, ends_at=session.ends_at + later
        )
    enter_strangers(made, 3, (0, 1), channel="web")
    drawn(made)
    return made


def hold(made, person, now):
    return enrolment.hold_seat(
        actor=acting(person),
        run_id=made.runs[0].pk,
        person_id=person.pk,
        request_key=f"left-{person.pk}",
        channel="web",
        now=now,
    )


def test_before_its_moment_a_drawn_class_is_not_first_come(made):
    now = made.world.now + timedelta(days=9)
    assert open_leftovers(now=now) == 0
    assert made.again().state == "drawn"
    with pytest.raises(AdmissionNotFirstCome):
        hold(made, add_person("后来的人"), now)
    assert not Place.objects.within(ALL).filter(person__name="后来的人").exists()


def test_from_its_moment_on_the_rest_is_first_come_once(made):
    now = made.world.now + timedelta(days=10)
    assert open_leftovers(now=now) == 1
    assert open_leftovers(now=now) == 0
    assert made.again().state == "closed"
    assert set(ClassRun.objects.filter(pk__in=[run.pk for run in made.runs]).values_list("admission", flat=True)) == {
        "first_come"
    }
    assert hold(made, add_person("后来的人"), now).state == "held"


def test_a_round_without_such_a_moment_stays_drawn(made):
    row = made.again()
    row.leftovers_open_at = None
    row.save(update_fields=["leftovers_open_at"])
    assert open_leftovers(now=made.world.now + timedelta(days=20)) == 0
    assert made.again().state == "drawn"
