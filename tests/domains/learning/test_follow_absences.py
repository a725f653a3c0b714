from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.domains.learning.absent import FIRST_DAY, AbsentClass
from tests.domains.learning.classroom import EVERYTHING
from tests.worlds.small_county import HEDE, NOW
from xueqiao.domains.learning import api as learning
from xueqiao.domains.learning.models import AbsenceCase
from xueqiao.domains.people.models import Notice
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.parameters.models import Parameter

pytestmark = pytest.mark.django_db


def test_two_in_a_row_are_nobody_s_business():
    case = AbsentClass()
    case.roll(times=2)
    assert case.cases() == []
    assert case.told() == []


def test_three_in_a_row_warn_once():
    case = AbsentClass()
    now = case.roll(times=3)
    assert case.cases() == [("warned", 3)]
    assert case.told() == ["absence_warned"]
    assert learning.follow_absences(run_id=case.run.pk, now=now) == 0
    case.roll()
    assert case.cases() == [("warned", 4)]
    assert case.told() == ["absence_warned"]


def test_five_in_a_row_are_told_a_day_before():
    case = AbsentClass()
    now = case.roll(times=5)
    assert case.cases() == [("due", 5)]
    assert case.case().release_at == now + timedelta(hours=24)
    assert case.told() == ["absence_warned", "absence_release"]
    assert case.place_state() == "confirmed"


def test_after_an_evening_class_the_day_begins_when_she_may_be_told():
    case = AbsentClass(hour=20)
    now = case.roll(times=5)
    morning = at_local(now.date() + timedelta(days=1), 8)
    assert case.case().release_at == morning + timedelta(hours=24)
    told = Notice.objects.within(EVERYTHING).get(person=case.away, template="absence_release")
    assert told.send_at == morning


@pytest.mark.parametrize("state", ["present", "late", "excused"])
def test_coming_or_being_excused_ends_the_row(state):
    case = AbsentClass()
    case.roll(times=4)
    case.roll(state)
    assert case.cases() == [("ended", 4)]
    case.roll(times=2)
    assert case.cases() == [("ended", 4)]


def test_a_corrected_roll_takes_the_announcement_back():
    case = AbsentClass()
    now = case.roll(times=5)
    learning.correct_attendance(
        actor=case.room.teacher,
        session_id=case.room.sessions[2].pk,
        person_id=case.away.pk,
        state="excused",
        reason="打过电话请假",
        now=now,
    )
    learning.follow_absences(run_id=case.run.pk, now=now)
    assert case.cases() == [("ended", 5)]


def test_near_the_end_nobody_is_warned_any_more():
    case = AbsentClass()
    case.roll("present", times=7)
    case.roll(times=3)
    assert case.cases() == []


def test_the_numbers_are_those_of_the_place():
    Parameter.objects.create(
        name="learning.absences_warned",
        region=HEDE,
        value=2,
        valid_from=FIRST_DAY,
        recorded_at=NOW,
        source="本中心章程第 4 条",
    )
    case = AbsentClass()
    case.roll(times=2)
    assert case.cases() == [("warned", 2)]


def test_one_live_case_per_place():
    case = AbsentClass()
    now = case.roll(times=3)
    row = case.case()
    with pytest.raises(IntegrityError, match="absence_case_one_live"), transaction.atomic():
        AbsenceCase.objects.create(
            place=row.place, run=row.run, person=row.person, region=row.region, state="warned", absences=3,
            counted_until=now, opened_at=now,
        )  # fmt: skip
