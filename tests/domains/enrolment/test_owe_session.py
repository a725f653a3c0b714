from datetime import timedelta

import pytest

from tests.domains.payments.paying import TO_PAY, books
from tests.domains.payments.settling import paid_case, sessions_of, states
from tests.worlds.small_county import HEDE, acting, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment

pytestmark = pytest.mark.django_db


def cancel(case, number, deliver_due):
    classes.cancel_session(
        actor=on_duty(case.world.clerk, "centre_clerk", HEDE),
        session_id=sessions_of(case)[number - 1].pk,
        reason="停电",
        now=case.now,
    )
    deliver_due(case.now)


def test_a_cancelled_meeting_earns_nothing_and_stays_owed(deliver_due):
    case = paid_case(deliver_due)
    before = books()
    cancel(case, 3, deliver_due)
    assert states(case) == ["waiting", "waiting", "owed", *["waiting"] * 5]
    assert books() == before
    assert enrolment.owe_session(session_id=sessions_of(case)[2].pk, run_id=case.run.pk, now=case.now) == 0


def test_who_leaves_gets_the_owed_meeting_back_with_the_rest(deliver_due):
    case = paid_case(deliver_due)
    cancel(case, 3, deliver_due)
    after = sessions_of(case)[0].starts_at + timedelta(hours=3)
    done = enrolment.withdraw(actor=acting(case.world.rider), place_uuid=case.place.uuid, now=after)
    assert done.refund_fen == TO_PAY * 7 // 8
    assert states(case) == ["waiting", *["returned"] * 7]
