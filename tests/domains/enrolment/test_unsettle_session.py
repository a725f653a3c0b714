import pytest

from tests.domains.enrolment.test_settle_session import held
from tests.domains.payments.paying import books
from tests.domains.payments.settling import paid_case, sessions_of, shares
from tests.worlds.small_county import HEDE, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment

pytestmark = pytest.mark.django_db


def test_a_corrected_record_holds_the_money_again_and_can_then_be_missed(deliver_due):
    case = paid_case(deliver_due)
    before = books()
    after = held(case, 1, deliver_due)
    clerk = on_duty(case.world.clerk, "centre_clerk", HEDE)
    session = sessions_of(case)[0]
    classes.reopen_session(actor=clerk, session_id=session.pk, reason="点错了", now=after)
    deliver_due(after)
    assert books() == before
    assert enrolment.unsettle_session(session_id=session.pk, now=after) == 0
    classes.miss_session(actor=clerk, session_id=session.pk, reason="老师没有来", now=after)
    deliver_due(after)
    assert shares(case)["learner"] == (0, 0, 24000)
