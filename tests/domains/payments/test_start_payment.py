import pytest

from tests.domains.payments.paying import begin, money_trace, owed, pay
from tests.worlds.small_county import HEDE, OTHER_COUNTY, acting, on_duty
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.actions.start_payment import INSIDE_OPEN_MAX
from xueqiao.domains.payments.errors import bills as errors
from xueqiao.domains.payments.models import Payment
from xueqiao.domains.payments.rules.bills import order_device
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


@pytest.mark.parametrize(
    ("device", "method", "can_pay_inside", "order"),
    [
        ("desktop", "wechat", True, "desktop"),
        ("phone", "wechat", True, "phone"),
        ("wechat", "wechat", True, "wechat"),
        ("wechat", "wechat", False, "desktop"),
        ("wechat", "alipay", True, "phone"),
    ],
)
def test_the_kind_of_order_follows_the_browser(device, method, can_pay_inside, order):
    assert order_device(device, method=method, can_pay_inside=can_pay_inside) == order


def test_each_kind_of_order_has_a_number_of_its_own():
    """WeChat takes a merchant's order number for one kind of order only (201 商户订单号重复)."""
    case = owed()
    begun = [start(case, device=device).payment_uuid for device in ("desktop", "phone", "desktop", "phone")]
    assert begun[:2] == begun[2:]
    assert {payment.device for payment in Payment.objects.all()} == {"desktop", "phone"}
    assert len({payment.order_code for payment in Payment.objects.all()}) == 2


def test_inside_wechat_an_order_is_taken_up_by_the_browser_that_began_it_only():
    case = owed()
    mine = start(case, device="wechat")
    assert start(case, device="wechat", attempt=mine.payment_uuid) == mine
    assert start(case, device="wechat").payment_uuid != mine.payment_uuid
    outside = start(case)
    assert start(case, device="wechat", attempt=outside.payment_uuid).payment_uuid != outside.payment_uuid


def test_too_many_open_orders_inside_end_in_a_code():
    case = owed()
    mine = [start(case, device="wechat") for _ in range(INSIDE_OPEN_MAX)]
    assert start(case, device="wechat").kind == "page"
    assert start(case, device="wechat", attempt=mine[0].payment_uuid) == mine[0]
    assert Payment.objects.count() == INSIDE_OPEN_MAX + 1
