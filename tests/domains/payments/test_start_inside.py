import pytest

from tests.domains.payments.paying import money_trace, owed, pay
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors import bills as errors
from xueqiao.domains.payments.models import Payment
from xueqiao.domains.payments.ports import payer_lookups

pytestmark = pytest.mark.django_db


def begin_inside(case, **changes):
    wanted = {"gateway": "rehearsal", "device": "wechat", "now": case.now} | changes
    return payments.start_payment(actor=case.actor, bill_uuid=case.bill.uuid, **wanted)


def refused(error, payment_uuid, case, *, code="agreed", now=None):
    before = money_trace(), Payment.objects.count()
    with pytest.raises(error):
        payments.start_inside(payment_uuid=payment_uuid, code=code, now=now or case.now)
    assert (money_trace(), Payment.objects.count()) == before


def test_inside_wechat_the_company_is_asked_first_who_pays():
    case = owed()
    begun = begin_inside(case)
    assert (begun.kind, begun.url) == ("inside", "")
    address = payments.authorise_address(payment_uuid=begun.payment_uuid, back="/b/", state="s1")
    assert address == f"/pay/rehearsal/{begun.payment_uuid}/payer/?state=s1"
    started = payments.start_inside(payment_uuid=begun.payment_uuid, code="agreed", now=case.now)
    assert started.is_rehearsal
    assert started.parameters["package"] == f"prepay_id={begun.payment_uuid.hex}"
    assert set(started.parameters) == {"appId", "timeStamp", "nonceStr", "package", "signType", "paySign"}


def test_a_payer_the_company_does_not_name_pays_nothing():
    case = owed()
    begun = begin_inside(case)
    refused(errors.PayerNotKnown, begun.payment_uuid, case, code="spent")
    refused(errors.PayerNotKnown, begun.payment_uuid, case, code="")
    refused(errors.GatewayIsDown, begun.payment_uuid, case, code="silent")
    assert payments.start_inside(payment_uuid=begun.payment_uuid, code="agreed", now=case.now).parameters


def test_only_an_attempt_that_was_begun_inside_goes_on_there():
    case = owed()
    outside = payments.start_payment(actor=case.actor, bill_uuid=case.bill.uuid, gateway="rehearsal", now=case.now)
    refused(errors.BillNotFound, outside.payment_uuid, case)
    refused(errors.BillNotFound, case.bill.uuid, case)


def test_a_bill_that_is_paid_or_past_is_not_begun():
    case = owed()
    begun = begin_inside(case)
    refused(errors.BillPastDue, begun.payment_uuid, case, now=case.bill.due_at)
    pay(case)
    refused(errors.BillAlreadyPaid, begun.payment_uuid, case)


def test_without_a_word_from_the_company_nothing_is_begun():
    case = owed()
    begun = begin_inside(case)
    plugged = payer_lookups.use()
    payer_lookups.plug({})
    try:
        refused(errors.UnknownGateway, begun.payment_uuid, case)
        with pytest.raises(errors.UnknownGateway):
            payments.authorise_address(payment_uuid=begun.payment_uuid, back="/b/", state="s1")
        assert begin_inside(case).kind == "page"
    finally:
        payer_lookups.plug(plugged)
