import pytest

from tests.domains.enrolment.test_settle_session import held
from tests.domains.payments.paying import books
from tests.domains.payments.settling import paid_case, part_trace, shares, states
from tests.worlds.small_county import HEDE, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment

pytestmark = pytest.mark.django_db


def cancel_run(case, now, deliver_due):
    classes.cancel_class_run(
        actor=on_duty(case.world.clerk, "centre_clerk", HEDE), code=case.run.code, reason="人数不够", now=now
    )
    deliver_due(now)


def test_before_the_start_everybody_gets_everything_back(deliver_due):
    case = paid_case(deliver_due)
    cancel_run(case, case.now, deliver_due)
    assert books() == {}
    assert case.fresh().state == "refunded"


def test_in_the_middle_what_was_held_stays_earned_and_the_rest_goes_back_to_the_fen(deliver_due):
    case = paid_case(deliver_due)
    after = held(case, 1, deliver_due)
    cancel_run(case, after, deliver_due)
    assert shares(case) == {"government": (1500, 10500, 0), "learner": (3000, 21000, 0)}
    assert states(case) == ["released", *["returned"] * 7]
    before = part_trace(case), books()
    assert enrolment.return_cancelled_run(run_id=case.run.pk, reason="人数不够", now=after) == 0
    assert (part_trace(case), books()) == before
