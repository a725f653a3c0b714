from datetime import date

import pytest

from tests.domains.payments.paying import books
from tests.worlds.small_county import NOW, small_county
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import Difference, Statement

pytestmark = pytest.mark.django_db


def statement(paid=0, refunded=0, fee=0):
    return Statement.objects.create(
        gateway="wechat",
        day=date(2026, 3, 3),
        line_count=1,
        paid_fen=paid,
        refunded_fen=refunded,
        fee_fen=fee,
        taken_at=NOW,
    )


@pytest.mark.parametrize(
    ("paid", "refunded", "fee", "expected"),
    [
        (24000, 0, 144, {"bank:wechat": -23856, "gateway:wechat:fees": -144, "gateway:wechat:clearing": 24000}),
        (0, 12000, -72, {"bank:wechat": 11928, "gateway:wechat:fees": 72, "gateway:wechat:clearing": -12000}),
        (100, 100, 0, {}),
    ],
)
def test_the_bank_gets_what_was_received_less_returned_less_fees(paid, refunded, fee, expected):
    row = statement(paid, refunded, fee)
    assert payments.settle_statement(statement_id=row.pk, now=NOW)
    assert books() == expected
    assert not payments.settle_statement(statement_id=row.pk, now=NOW), "once"
    assert books() == expected


def test_it_waits_while_a_difference_is_open():
    small_county()
    row = statement(24000)
    Difference.objects.create(statement=row, kind="amount", line_kind="payment", key="A", order_code="A", found_at=NOW)
    assert not payments.settle_statement(statement_id=row.pk, now=NOW)
    assert books() == {}
