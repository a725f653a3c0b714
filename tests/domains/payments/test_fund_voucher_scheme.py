import pytest

from tests.domains.payments.paying import books
from tests.domains.payments.settling import learning_scheme, officer_of
from tests.worlds.small_county import OTHER_COUNTY, on_duty, small_county
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors.quotes import VoucherSchemeClosed, VoucherSchemeNotFound
from xueqiao.foundation.ledger.api import KeyReused

pytestmark = pytest.mark.django_db


def fund(world, scheme, fen, key="again", actor=None):
    return payments.fund_voucher_scheme(
        actor=actor or officer_of(world), scheme_uuid=scheme.uuid, amount_fen=fen, key=key, now=world.now
    )


def test_the_sponsor_pays_into_the_budget_once_per_form():
    world = small_county()
    scheme = learning_scheme(world)
    fund(world, scheme, 5_000)
    assert fund(world, scheme, 5_000).budget_fen == 55_000
    assert books() == {"payer:government": -55_000, payments.budget_account(scheme.id): 55_000}
    with pytest.raises(KeyReused):
        fund(world, scheme, 5_001)
    assert books()["payer:government"] == -55_000


def test_a_closed_scheme_and_another_county_are_refused():
    world = small_county()
    scheme = learning_scheme(world)
    with pytest.raises(VoucherSchemeNotFound):
        fund(world, scheme, 1, actor=on_duty(world.other_officer, "county_officer", OTHER_COUNTY))
    payments.close_voucher_scheme(actor=officer_of(world), scheme_uuid=scheme.uuid, now=world.now)
    with pytest.raises(VoucherSchemeClosed):
        fund(world, scheme, 1)
    assert books() == {}
