from datetime import timedelta

import pytest

from tests.domains.enrolment.test_owe_session import cancel
from tests.domains.payments.settling import paid_case, sessions_of, shares, states
from xueqiao.domains.classes.models import Session
from xueqiao.domains.enrolment import api as enrolment

pytestmark = pytest.mark.django_db


def make_up(case, days=120):
    last = sessions_of(case)[-1]
    return Session.objects.create(
        run=case.run,
        number=9,
        starts_at=last.starts_at + timedelta(days=days),
        ends_at=last.ends_at + timedelta(days=days),
        room=last.room,
        teacher=last.teacher,
    )


def test_a_meeting_added_later_makes_up_for_the_owed_one(deliver_due):
    case = paid_case(deliver_due)
    cancel(case, 3, deliver_due)
    assert enrolment.use_make_ups(run_id=case.run.pk, now=case.now) == 0
    added = make_up(case)
    assert enrolment.use_make_ups(run_id=case.run.pk, now=case.now) == 1
    assert states(case) == ["waiting"] * 8
    assert enrolment.use_make_ups(run_id=case.run.pk, now=case.now) == 0
    assert enrolment.settle_session(session_id=added.pk, run_id=case.run.pk, now=added.ends_at) == 4500


def test_a_make_up_that_was_held_before_anybody_looked_is_found_in_time(deliver_due):
    case = paid_case(deliver_due)
    cancel(case, 3, deliver_due)
    added = make_up(case)
    assert enrolment.settle_session(session_id=added.pk, run_id=case.run.pk, now=added.ends_at) == 4500
    assert shares(case)["learner"] == (3000, 0, 21000)
