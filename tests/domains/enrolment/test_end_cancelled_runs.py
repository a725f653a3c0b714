import pytest

from tests.domains.enrolment.test_end_cancelled_run import ALL, cancel
from tests.worlds.small_county import add_place, add_run, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import Place

pytestmark = pytest.mark.django_db


def test_the_sweep_takes_every_cancelled_class_and_no_other():
    world = small_county()
    runs = [add_run(world, hour=9 + number * 2)[0] for number in range(3)]
    for run in runs:
        add_place(run, world.rider)
    for run in runs[:2]:
        cancel(world, run, world.now)
    assert enrolment.end_cancelled_runs(now=world.now) == 2
    states = [Place.objects.within(ALL).get(run=run).state for run in runs]
    assert states == ["removed", "removed", "confirmed"]
