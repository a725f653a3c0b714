from datetime import timedelta

import pytest

from tests.domains.payments.paying import books
from tests.domains.payments.settling import SYSTEM, bill, hold, learning_scheme, officer_of
from tests.worlds.small_county import acting, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.payments import api as payments

pytestmark = pytest.mark.django_db


def close(world, scheme, later=0):
    return payments.close_voucher_scheme(
        actor=officer_of(world), scheme_uuid=scheme.uuid, now=world.now + timedelta(minutes=later)
    )


def test_the_rest_goes_back_to_the_sponsor_and_reserved_money_stays_promised():
    world = small_county()
    scheme = learning_scheme(world)
    place = hold(world, world.rider)
    made = bill(world, world.rider, place, 14_000)
    shown = close(world, scheme)
    assert (shown.state, shown.budget_fen, shown.reserved_fen) == ("closed", 0, 10_000)
    payments.close_bill(actor=SYSTEM, bill_id=made.id, has_expired=False, now=world.now)
    assert close(world, scheme, later=1).budget_fen == 0
    assert books() == {}


def test_money_refunded_after_the_end_goes_to_the_sponsor(deliver_due):
    world = small_county()
    scheme = learning_scheme(world, amount_fen=24_000)
    place = hold(world, world.rider)
    enrolment.confirm_seat(actor=acting(world.rider), place_uuid=place.uuid, now=world.now)
    deliver_due(world.now)
    close(world, scheme)
    enrolment.withdraw(actor=acting(world.rider), place_uuid=place.uuid, now=world.now)
    assert books() == {}
