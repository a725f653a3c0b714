import pytest

from tests.domains.payments.paying import begin, money_trace, owed, pay
from tests.worlds.small_county import HEDE, OTHER_COUNTY, acting, on_duty
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors import bills as errors
from xueqiao.domains.payments.models import Payment
from xueqiao.foundation.audit.values import Actor

pytestmark = pytest.mark.django_db


def start(case, actor=None, **changes):
    wanted = {"gateway": "rehearsal", "method": "wechat", "now": case.now} | changes
    return payments.start_payment(actor=actor or case.actor, bill_uuid=case.bill.uuid, **wanted)


def refused(error, case, *args, **changes):
    before = money_trace(), Payment.objects.count()
    with pytest.raises(error):
        start(case, *args, **changes)
    assert (money_trace(), Payment.objects.count()) == before


def test_the_payer_is_sent_to_the_cashier():
    case = owed()
    begun = start(case)
    assert begun.url == f"/pay/rehearsal/{begun.payment_uuid}/"


def test_pressing_twice_is_one_attempt():
    case = owed()
    assert start(case) == start(case)
    assert Payment.objects.count() == 1


def test_another_method_is_another_attempt_with_its_own_order_number():
    case = owed()
    assert begin(case, method="wechat").order_code != begin(case, method="alipay").order_code


def test_a_stranger_does_not_learn_that_the_bill_exists():
    case = owed()
    refused(errors.BillNotFound, case, acting(case.world.elder))
    refused(errors.BillNotFound, case, Actor.visitor())


def test_an_officer_of_another_county_does_not_either():
    case = owed()
    refused(errors.BillNotFound, case, on_duty(case.world.other_officer, "county_officer", OTHER_COUNTY))
    assert start(case, on_duty(case.world.clerk, "centre_clerk", HEDE)).url


def test_a_paid_bill_is_not_paid_again():
    case = owed()
    pay(case)
    refused(errors.BillAlreadyPaid, case)


def test_after_its_time_nothing_is_collected():
    case = owed()
    refused(errors.BillPastDue, case, now=case.bill.due_at)


def test_a_cancelled_bill_says_so():
    case = owed()
    payments.close_bill(actor=case.actor, bill_id=case.bill.id, has_expired=False, now=case.now)
    refused(errors.BillNotDue, case)


@pytest.mark.parametrize("way", [{"gateway": "nobody"}, {"gateway": "counter"}, {"method": "cash"}])
def test_ways_that_are_not_open_are_refused(way):
    refused(errors.UnknownGateway, owed(), **way)
