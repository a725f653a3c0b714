from datetime import timedelta

import pytest

from tests.domains.learning.absent import AbsentClass
from tests.domains.learning.classroom import EVERYTHING
from tests.worlds.small_county import acting
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import Offer, SeatPool
from xueqiao.domains.learning import api as learning

pytestmark = pytest.mark.django_db


def offered(case):
    return list(Offer.objects.within(EVERYTHING).filter(run=case.run).values_list("person__name", flat=True))


def test_a_day_after_it_was_told_the_seat_is_offered_to_the_line(deliver_due):
    case = AbsentClass()
    now = case.roll(times=5)
    assert learning.release_no_shows(now=now + timedelta(hours=24) - timedelta(seconds=1)) == 0
    assert case.place_state() == "confirmed"
    assert learning.release_no_shows(now=now + timedelta(hours=24)) == 1
    assert case.place_state() == "removed"
    assert case.cases() == [("released", 5)]
    assert case.told()[-1] == "absence_released"
    deliver_due(now + timedelta(hours=24))
    assert offered(case) == ["候补1"]
    assert learning.release_no_shows(now=now + timedelta(hours=25)) == 0


def test_while_nobody_waits_the_seat_stays_hers():
    case = AbsentClass(waiting=0)
    now = case.roll(times=5) + timedelta(hours=24)
    assert learning.release_no_shows(now=now) == 0
    assert (case.place_state(), case.cases()) == ("confirmed", [("due", 5)])
    case.wait("晚来候补", now=now)
    assert learning.release_no_shows(now=now) == 1
    assert case.place_state() == "removed"


def test_coming_to_the_last_meeting_before_the_day_keeps_the_seat():
    case = AbsentClass()
    case.roll(times=5)
    later = case.roll("present")
    assert learning.release_no_shows(now=later) == 0
    assert (case.place_state(), case.cases()) == ("confirmed", [("ended", 5)])


def test_an_excuse_recorded_on_the_roll_counts_although_its_fact_was_not_delivered_yet():
    case = AbsentClass()
    now = case.roll(times=5) + timedelta(hours=30)
    learning.correct_attendance(
        actor=case.room.teacher,
        session_id=case.room.sessions[4].pk,
        person_id=case.away.pk,
        state="excused",
        reason="住院，家人来过电话",
        now=now,
    )
    assert learning.release_no_shows(now=now) == 0
    assert case.place_state() == "confirmed"


def test_who_left_by_herself_is_not_released_again():
    case = AbsentClass()
    now = case.roll(times=5)
    enrolment.withdraw(actor=acting(case.away), place_uuid=fresh_uuid(case), now=now)
    freed = SeatPool.objects.get(pk=case.run.pk).freed
    assert learning.release_no_shows(now=now + timedelta(hours=24)) == 0
    assert case.cases() == [("ended", 5)]
    assert SeatPool.objects.get(pk=case.run.pk).freed == freed


def fresh_uuid(case):
    case.place.refresh_from_db(from_queryset=type(case.place).objects.within(EVERYTHING))
    return case.place.uuid
