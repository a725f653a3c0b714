import pytest

from tests.domains.payments.paying import TO_PAY, owed, pay
from tests.worlds.small_county import acting
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors import bills as errors
from xueqiao.foundation.audit.values import Actor

pytestmark = pytest.mark.django_db


def link(case, actor=None):
    return payments.make_pay_link(actor=actor or case.actor, bill_uuid=case.bill.uuid, now=case.now)


def test_a_relative_sees_a_masked_name_and_can_pay():
    case = owed()
    token = link(case)
    seen = payments.bill_by_link(token=token, now=case.now)
    assert (seen.beneficiary_masked, seen.to_pay_fen, seen.state) == ("王*骑", TO_PAY, "due")
    start = payments.start_payment(
        actor=Actor.visitor(),
        bill_uuid=seen.bill_uuid,
        gateway="rehearsal",
        method="alipay",
        link_token=token,
        now=case.now,
    )
    assert start.url


def test_the_secret_is_not_kept():
    case = owed()
    token = link(case)
    assert token.encode() not in bytes(case.fresh().pay_link_hash)


def test_a_new_link_ends_the_one_before():
    case = owed()
    old = link(case)
    link(case)
    with pytest.raises(errors.PayLinkGone):
        payments.bill_by_link(token=old, now=case.now)


def test_a_wrong_token_opens_nothing():
    case = owed()
    link(case)
    with pytest.raises(errors.BillNotFound):
        payments.start_payment(
            actor=Actor.visitor(), bill_uuid=case.bill.uuid, gateway="rehearsal", link_token="x", now=case.now
        )


def test_after_its_time_the_link_says_expired():
    case = owed()
    token = link(case)
    assert payments.bill_by_link(token=token, now=case.bill.due_at.replace(year=2027)).state == "expired"


def test_only_who_may_see_the_bill_makes_a_link_and_only_while_it_is_due():
    case = owed()
    with pytest.raises(errors.BillNotFound):
        link(case, acting(case.world.elder))
    pay(case)
    with pytest.raises(errors.BillAlreadyPaid):
        link(case)
    assert case.fresh().pay_link_hash is None
