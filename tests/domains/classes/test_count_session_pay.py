from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from tests.domains.classes.teaching import MEETING, amounts, owed, pay_trace, teaching
from tests.domains.payments.paying import ALL, books
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import PayLine
from xueqiao.foundation.parameters.models import Parameter

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(deliver_due):
    return teaching(deliver_due)


def promise_share(case, percent=40, hours=24):
    Parameter.objects.create(
        name="classes.late_cancel_pay",
        region=case.world.centre.region,
        value={"hours": hours, "percent": percent},
        valid_from=date(2026, 1, 1),
        source="协议第 6 条",
        approved_by="陈明",
        recorded_at=case.world.now,
    )


def test_a_held_meeting_earns_its_class_hours_once(case):
    case.sign()
    now = case.hold(1, 2)
    assert owed(case) == 2 * MEETING
    assert books()[f"payer:pay:{case.world.centre.pk}"] == -2 * MEETING
    before = pay_trace()
    for _ in range(2):
        assert classes.count_session_pay(session_id=case.world.sessions[0].pk, now=now) == 0
    assert pay_trace() == before


def test_a_planned_meeting_earns_nothing_and_without_a_contract_neither_does_a_held_one(case):
    assert classes.count_session_pay(session_id=case.world.sessions[0].pk, now=case.world.now) == 0
    case.hold(1)
    assert amounts() == []
    (unpaid,) = classes.access_unpaid_sessions(actor=case.clerk, month=date(2026, 3, 1))
    assert unpaid.why == "no_contract"


def test_a_correction_is_a_line_and_a_transfer_of_its_own(case):
    case.sign()
    now = case.hold(1)
    session_id = case.world.sessions[0].pk
    classes.reopen_session(actor=case.clerk, session_id=session_id, reason="点错了", now=now)
    case.deliver(now)
    assert amounts() == [("taught", MEETING), ("reversed", -MEETING)]
    assert owed(case) == 0
    case.hold(1)
    assert amounts() == [("taught", MEETING), ("reversed", -MEETING), ("taught", MEETING)]
    assert owed(case) == MEETING


def test_a_cancelled_meeting_pays_nothing_unless_a_share_is_written_and_it_came_too_late(case, deliver_due):
    case.sign()
    classes.cancel_session(actor=case.clerk, session_id=case.world.sessions[0].pk, reason="停电", now=case.world.now)
    deliver_due(case.world.now)
    assert amounts() == []
    promise_share(case)
    soon, far = case.world.sessions[1], case.world.sessions[2]
    now = soon.starts_at - timedelta(hours=2)
    for session in (soon, far):
        classes.cancel_session(actor=case.clerk, session_id=session.pk, reason="停电", now=now)
    deliver_due(now)
    assert amounts() == [("late_cancel", MEETING * 40 // 100)]


def test_a_meeting_the_teacher_missed_pays_no_share(case, deliver_due):
    case.sign()
    promise_share(case)
    now = case.world.sessions[0].ends_at
    classes.miss_session(actor=case.clerk, session_id=case.world.sessions[0].pk, reason="老师没来", now=now)
    deliver_due(now)
    assert amounts() == []


def test_meetings_that_fell_out_with_their_class_follow_the_same_rule(case, deliver_due):
    case.sign()
    promise_share(case, hours=24 * 7)
    now = case.world.sessions[0].starts_at - timedelta(hours=1)
    classes.cancel_class_run(actor=case.clerk, code=case.world.run.code, reason="人数不够", now=now)
    deliver_due(now)
    assert amounts() == [("late_cancel", 12_000)]  # the first; the second is 7 days and an hour ahead


def test_lines_are_never_changed_or_deleted(case):
    case.sign()
    case.hold(1)
    for forge in (lambda rows: rows.update(amount_fen=1), lambda rows: rows._raw_delete("default")):
        with pytest.raises(DatabaseError, match="pay"), transaction.atomic():
            forge(PayLine.objects.within(ALL))
    assert amounts() == [("taught", MEETING)]


def test_a_meeting_is_never_earned_twice_even_by_code_that_forgets_its_lock(case):
    case.sign()
    case.hold(1)
    line = PayLine.objects.within(ALL).get()
    line.pk, line.uuid = None, uuid4()
    with pytest.raises(DatabaseError, match="pay_line_once"), transaction.atomic():
        PayLine.objects.bulk_create([line])
