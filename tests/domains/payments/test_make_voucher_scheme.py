from datetime import date

import pytest

from tests.domains.payments.settling import learning_scheme
from tests.worlds.small_county import HEDE, on_duty, small_county
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import VoucherScheme
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


def test_it_opens_with_an_empty_budget():
    scheme = learning_scheme(small_county(), budget_fen=0)
    assert (scheme.state, scheme.budget_fen, scheme.reserved_fen, scheme.spent_fen) == ("open", 0, 0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "gift"},
        {"amount_fen": 0},
        {"valid_to": date(2025, 1, 1)},
        {"sponsor": "nobody"},
        {"age_min": 121},
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    world = small_county()
    with pytest.raises(InvalidInput):
        learning_scheme(world, **wrong)
    assert not VoucherScheme.objects.exists()


def test_a_clerk_makes_none():
    world = small_county()
    with pytest.raises(NotAllowed):
        payments.make_voucher_scheme(
            actor=on_duty(world.clerk, "centre_clerk", HEDE),
            kind="learning",
            title="券",
            source="文件",
            region=HEDE,
            amount_fen=1,
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 12, 31),
            now=world.now,
        )
    assert not VoucherScheme.objects.exists()
