from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tests.domains.incentives.pointing import ALL, balance, pointing, sign, trace
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.incentives import jobs, subscriptions
from xueqiao.domains.incentives.models import Earning
from xueqiao.domains.learning import api as learning
from xueqiao.domains.learning.events import AttendanceCorrected, RollSigned
from xueqiao.foundation.ledger import api as ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return pointing()


def correct(case, number, state):
    learning.correct_attendance(
        actor=case.room.teacher,
        session_id=case.room.sessions[number - 1].pk,
        person_id=case.elder.pk,
        state=state,
        reason="点错了",
        now=case.now,
    )
    return incentives.earn_points(person_id=case.elder.pk, session_id=case.room.sessions[number - 1].pk, now=case.now)


def test_ninety_minutes_bring_one_and_a_half_points(case):
    sign(case.room, 1)
    assert case.available() == 150
    (entry,) = case.points().history
    assert (entry.deed, entry.amount, entry.memo["minutes"]) == ("earn", 150, 90)
    assert balance("issuer:320924000000") == -450  # three learners


def test_told_twice_it_is_earned_once(case):
    sign(case.room, 1)
    before = trace()
    sign(case.room, 1)
    assert trace() == before


def test_who_was_not_there_earns_nothing(case):
    sign(case.room, 1, {case.elder.pk: "absent"})
    assert case.available() == 0
    assert case.available(case.other) == 150


def test_the_day_and_the_year_are_capped(case):
    case.set("points_day_most", 100)
    sign(case.room, 1)
    assert case.available() == 100
    assert case.points().history[0].memo["is_capped"] is True
    case.set("points_year_most", 180)
    sign(case.room, 2)
    assert case.available() == 180
    sign(case.room, 3)
    assert case.available() == 180


def test_a_place_may_give_other_numbers(case):
    case.set("points_per_hour", 50)
    sign(case.room, 1)
    assert case.available() == 75


def test_a_corrected_roll_corrects_the_points_and_back_again(case):
    sign(case.room, 1)
    assert correct(case, 1, "absent") == 0
    assert case.available() == 0
    assert correct(case, 1, "present") == 150
    assert case.available() == 150
    assert [entry.deed for entry in case.points().history] == ["correct", "correct", "earn"]


def test_what_was_spent_is_not_taken_back(case):
    sign(case.room, 1)
    incentives.donate_points(actor=case.me, person_id=case.elder.pk, hundredths=100, request_key="a", now=case.now)
    assert correct(case, 1, "absent") == 100
    assert case.available() == 0
    assert ledger.verify_ledger().is_sound


def test_a_signed_roll_queues_one_job_that_pays_everybody(case, monkeypatch):
    queued = []
    monkeypatch.setattr(
        subscriptions, "enqueue", lambda name, arguments, **when: queued.append((name, arguments, when))
    )
    session = case.room.first
    learning.record_roll(actor=case.room.teacher, session_id=session.pk, marks={}, now=case.room.during(1))
    subscriptions.earn_for_presence(RollSigned(session.pk, case.room.run.pk, 3, 0), now=case.room.during(1))
    ((name, arguments, when),) = queued
    assert when["run_at"] == session.ends_at
    jobs.earn_for_roll(**arguments, now=case.now)
    assert name == "incentives.earn_for_roll"
    assert [case.available(each) for each in case.room.learners] == [150, 150, 150]


def test_the_facts_of_learning_reach_the_queue(case, deliver_due):
    learning.record_roll(actor=case.room.teacher, session_id=case.room.first.pk, marks={}, now=case.room.during(1))
    deliver_due(case.room.during(1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'incentives.earn_for_roll'")
        ((arguments,),) = cursor.fetchall()
    assert str(case.room.first.pk) in str(arguments)


def test_a_corrected_roll_queues_her_job(case, monkeypatch):
    queued = []
    monkeypatch.setattr(subscriptions, "enqueue", lambda name, arguments: queued.append(arguments))
    sign(case.room, 1)
    session = case.room.first
    event = AttendanceCorrected(
        1, session.pk, case.room.run.pk, case.elder.pk, "present", "absent", 0, "", date(2026, 3, 4)
    )
    subscriptions.earn_again_after_correction(event, now=case.now)
    jobs.earn_again(**queued[0], now=case.now)
    assert case.available() == 150  # the roll itself still says present: the message is not believed


def test_the_table_lets_one_meeting_bring_points_once(case, mutants):
    sign(case.room, 1)
    row = Earning.objects.within(ALL).filter(person=case.elder).get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    mutants.tell("points", "one meeting earned twice", caught=True)
