import pytest

from tests.domains.enrolment.seats_and_places import held, trace
from tests.domains.payments.paying import TO_PAY, owed
from tests.worlds.small_county import acting, add_run, small_county
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import seats as errors
from xueqiao.domains.payments.models import Bill
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")


def bill(world, place, agreed):
    return enrolment.bill_seat(actor=acting(world.rider), place_uuid=place.uuid, agreed_fen=agreed, now=world.now)


def test_pressed_twice_it_is_one_bill_due_with_the_hold():
    case = owed()
    again = enrolment.bill_seat(actor=case.actor, place_uuid=case.place.uuid, agreed_fen=TO_PAY, now=case.now)
    assert again == case.bill
    assert case.bill.due_at == case.place.hold_until


def test_a_new_price_must_be_agreed_to_again():
    world = small_county()
    run, _, _ = add_run(world, price_fen=1000)
    place = held(world, run)
    ClassRun.objects.filter(pk=run.pk).update(price_fen=2000)
    with pytest.raises(errors.PriceChanged) as refusal:
        bill(world, place, 1000)
    assert "20 元" in refusal.value.message
    assert Bill.objects.within(ALL).count() == 0
    shown = enrolment.access_place(actor=acting(world.rider), place_uuid=place.uuid)
    assert shown.to_pay_fen == 2000
    assert bill(world, shown, 2000).to_pay_fen == 2000


def test_a_price_that_was_never_shown_is_refused():
    world = small_county()
    run, _, _ = add_run(world, price_fen=1000)
    place = held(world, run)
    before = trace()
    with pytest.raises(errors.PriceChanged):
        bill(world, place, 1)
    assert trace() == before


def test_a_free_class_has_no_bill():
    world = small_county()
    with pytest.raises(errors.NothingToPay):
        bill(world, held(world), 0)
