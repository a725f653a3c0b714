import pytest

from tests.domains.payments.settling import officer_of
from tests.domains.payments.test_grant_concession import grant
from tests.domains.payments.test_quotes import amounts, quote
from tests.worlds.small_county import LINHAI, on_duty, small_county
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors.quotes import ConcessionNotFound

pytestmark = pytest.mark.django_db


def test_from_now_on_the_full_price_is_due():
    world = small_county()
    made = grant(world, world.elder)
    ended = payments.end_concession(actor=officer_of(world), concession_uuid=made.uuid, now=world.now)
    assert not ended.is_live
    assert amounts(quote(world, world.elder)) == {"government": 12_000, "learner": 24_000}
    assert payments.end_concession(actor=officer_of(world), concession_uuid=made.uuid, now=world.now) == ended


def test_a_desk_elsewhere_does_not_find_it():
    world = small_county()
    made = grant(world, world.elder)
    with pytest.raises(ConcessionNotFound):
        payments.end_concession(
            actor=on_duty(world.clerk, "centre_clerk", LINHAI), concession_uuid=made.uuid, now=world.now
        )
    assert quote(world, world.elder).to_pay_fen == 0
