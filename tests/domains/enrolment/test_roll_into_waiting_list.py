import pytest

from tests.domains.enrolment.drawn import drawn_entry, drawn_round
from tests.domains.enrolment.lines import START
from tests.domains.enrolment.seats_and_places import ALL
from tests.worlds.small_county import add_person, add_place, add_run, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import SeatPool, WaitingEntry, WaitingMember
from xueqiao.foundation.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_county()


def line(run):
    entries = WaitingEntry.objects.within(ALL).filter(run=run, state="waiting").order_by("line_key")
    return ["+".join(sorted(m.person.name for m in e.members.all().within(ALL))) for e in entries]


def test_losers_stand_in_drawn_order_in_every_class_they_wished_for(world):
    one = add_run(world, capacity=1, first_day=START)[0]
    two = add_run(world, capacity=1, first_day=START, hour=9)[0]
    admission = drawn_round(world, [one, two])
    a, b, c = (add_person(name) for name in ("甲", "乙", "丙"))
    drawn_entry(admission, [c], [one], 1, won=one)
    drawn_entry(admission, [a], [one, two], 3)
    drawn_entry(admission, [b, world.elder], [two, one], 2)
    add_place(one, c)
    assert enrolment.roll_into_waiting_list(round_id=admission.pk, now=world.now) == 4
    assert line(one) == ["乙+张桂兰", "甲"]
    assert line(two) == ["乙+张桂兰", "甲"]
    assert SeatPool.objects.get(pk=one.pk).waiting == 2
    assert AuditEntry.objects.filter(verb="roll_into_waiting_list").count() == 2


def test_rolling_twice_rolls_once(world):
    run = add_run(world, capacity=1, first_day=START)[0]
    admission = drawn_round(world, [run])
    drawn_entry(admission, [add_person("甲")], [run], 1)
    assert enrolment.roll_into_waiting_list(round_id=admission.pk, now=world.now) == 1
    assert enrolment.roll_into_waiting_list(round_id=admission.pk, now=world.now) == 0
    assert WaitingMember.objects.within(ALL).count() == 1


def test_who_is_enrolled_there_already_does_not_wait(world):
    run = add_run(world, capacity=2, first_day=START)[0]
    admission = drawn_round(world, [run])
    lucky = add_person("甲")
    drawn_entry(admission, [lucky], [run], 1)
    add_place(run, lucky)
    assert enrolment.roll_into_waiting_list(round_id=admission.pk, now=world.now) == 0
