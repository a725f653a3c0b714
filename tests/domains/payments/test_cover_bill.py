import pytest

from tests.domains.payments.paying import books, owed
from tests.domains.payments.settling import SYSTEM, bill, concession, hold, learning_scheme
from tests.worlds.small_county import acting, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.seats import NothingToPay
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors import bills as errors
from xueqiao.domains.payments.models import Bill
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")


def test_registered_hardship_pays_nothing_and_the_class_is_paid_for_all_the_same(deliver_due):
    world = small_county()
    concession(world, world.rider, kind="hardship")
    place = hold(world, world.rider)
    with pytest.raises(NothingToPay):
        bill(world, world.rider, place, 24000)
    confirmed = enrolment.confirm_seat(actor=acting(world.rider), place_uuid=place.uuid, now=world.now)
    assert confirmed.state == "confirmed"
    owed_bill = Bill.objects.within(ALL).get()
    assert (owed_bill.state, owed_bill.to_pay_fen, owed_bill.amount_fen) == ("paid", 0, 36000)
    assert books() == {"payer:government": -36000, f"bill:{owed_bill.pk}:held": 36000}
    deliver_due(world.now)
    assert len(payments.parts_of(owed_bill.pk)) == 8
    assert payments.cover_bill(actor=SYSTEM, bill_id=owed_bill.pk, now=world.now).state == "paid"
    assert books()["payer:government"] == -36000


def test_a_voucher_may_carry_all_that_is_left(deliver_due):
    world = small_county()
    scheme = learning_scheme(world, amount_fen=30_000)
    place = hold(world, world.rider)
    enrolment.confirm_seat(actor=acting(world.rider), place_uuid=place.uuid, now=world.now)
    deliver_due(world.now)
    assert books()[payments.budget_account(scheme.id)] == 50_000 - 24_000
    left = enrolment.withdraw(actor=acting(world.rider), place_uuid=place.uuid, now=world.now)
    assert left.refund_fen == 0
    assert books() == {"payer:government": -50_000, payments.budget_account(scheme.id): 50_000}
    assert Bill.objects.within(ALL).get().state == "refunded"


def test_a_bill_that_is_owed_is_not_covered():
    case = owed()
    before = books()
    with pytest.raises(errors.BillNotDue):
        payments.cover_bill(actor=SYSTEM, bill_id=case.bill.id, now=case.now)
    assert books() == before
    assert case.fresh().state == "due"
