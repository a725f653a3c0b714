import pytest

from tests.domains.payments.paying import ALL, TO_PAY, books, money_trace, owed
from tests.worlds.small_county import HEDE, HEDE_VILLAGE, on_duty
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors.cash_days import CashDayClosed
from xueqiao.domains.payments.models import CashDay, CashMovement
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return owed()


@pytest.fixture
def clerk(case):
    return on_duty(case.world.clerk, "centre_clerk", HEDE)


def test_the_box_opens_with_the_first_money_and_change_can_be_put_right(case, clerk):
    assert payments.find_my_cash_day(actor=clerk, now=case.now) is None
    payments.pay_at_counter(actor=clerk, bill_uuid=case.bill.uuid, cash_fen=TO_PAY, now=case.now)
    payments.open_cash_day(actor=clerk, opening_fen=20000, now=case.now)
    box = payments.open_cash_day(actor=clerk, opening_fen=30000, now=case.now)
    assert (box.opening_fen, box.taken_fen, box.handed_fen, box.expected_fen) == (30000, TO_PAY, 0, 30000 + TO_PAY)
    assert (box.region, box.movements[0].bill_code) == (HEDE, case.bill.code)
    assert CashDay.objects.within(ALL).count() == 1


def test_only_clerks_have_a_box_and_only_with_a_sane_amount(case, clerk):
    for wrong in (-1, 1_000_001):
        with pytest.raises(InvalidInput):
            payments.open_cash_day(actor=clerk, opening_fen=wrong, now=case.now)
    with pytest.raises(NotAllowed):
        payments.open_cash_day(actor=case.actor, opening_fen=0, now=case.now)
    assert not CashDay.objects.within(ALL).exists()


def test_a_counted_box_takes_no_more_money(case, clerk):
    box = payments.open_cash_day(actor=clerk, opening_fen=0, now=case.now)
    payments.count_cash_day(actor=clerk, day_uuid=box.uuid, counted_fen=0, now=case.now)
    before = money_trace()
    with pytest.raises(CashDayClosed):
        payments.pay_at_counter(actor=clerk, bill_uuid=case.bill.uuid, cash_fen=TO_PAY, now=case.now)
    assert money_trace() == before
    assert not CashMovement.objects.exists()
    payments.count_cash_day(actor=clerk, day_uuid=box.uuid, counted_fen=None, now=case.now)
    payments.pay_at_counter(actor=clerk, bill_uuid=case.bill.uuid, cash_fen=TO_PAY, now=case.now)
    assert books()["gateway:counter:clearing"] == -TO_PAY


def test_the_narrowest_desk_that_holds_the_bill_is_the_box(case):
    clerk = on_duty(case.world.clerk, "centre_clerk", HEDE)
    payments.pay_at_counter(actor=clerk, bill_uuid=case.bill.uuid, cash_fen=TO_PAY, now=case.now)
    assert CashDay.objects.within(ALL).get().region == HEDE != HEDE_VILLAGE
