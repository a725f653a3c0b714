import pytest

from tests.domains.payments.paying import TO_PAY, books, money_trace, owed, pay
from tests.worlds.small_county import COUNTY, HEDE, LINHAI, acting, on_duty
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors import bills as errors
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def cash(case, actor, fen=TO_PAY):
    return payments.pay_at_counter(actor=actor, bill_uuid=case.bill.uuid, cash_fen=fen, now=case.now)


def refused(error, case, actor, fen=TO_PAY):
    before = money_trace()
    with pytest.raises(error):
        cash(case, actor, fen)
    assert money_trace() == before


def test_cash_confirms_the_place(deliver_due):
    case = owed()
    assert cash(case, on_duty(case.world.clerk, "centre_clerk", HEDE, channel="counter")).state == "paid"
    deliver_due(case.now)
    assert case.place_state() == "confirmed"
    assert books()["gateway:counter:clearing"] == -TO_PAY


@pytest.mark.parametrize("fen", [0, -TO_PAY, TO_PAY - 1, TO_PAY + 1])
def test_another_amount_is_not_taken(fen):
    case = owed()
    refused(errors.CashAmountDiffers, case, on_duty(case.world.clerk, "centre_clerk", HEDE), fen)


def test_only_a_clerk_of_the_unit_takes_cash():
    case = owed()
    refused(NotAllowed, case, case.actor)
    refused(NotAllowed, case, on_duty(case.world.officer, "county_officer", COUNTY))
    refused(errors.BillNotFound, case, on_duty(case.world.clerk, "centre_clerk", LINHAI))
    refused(NotAllowed, case, acting(case.world.clerk))


def test_cash_for_a_paid_bill_is_refused():
    case = owed()
    pay(case)
    refused(errors.BillAlreadyPaid, case, on_duty(case.world.clerk, "centre_clerk", HEDE))
