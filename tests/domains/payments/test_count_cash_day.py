import pytest
from django.db import IntegrityError, transaction

from tests.domains.payments.paying import ALL, TO_PAY, owed
from tests.worlds.small_county import HEDE, add_person, give_role, on_duty
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors.cash_days import CashDayNotFound, CashDifferenceUnexplained
from xueqiao.domains.payments.models import CashDay
from xueqiao.foundation.reasons import InvalidInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return owed()


@pytest.fixture
def clerk(case):
    actor = on_duty(case.world.clerk, "centre_clerk", HEDE)
    payments.pay_at_counter(actor=actor, bill_uuid=case.bill.uuid, cash_fen=TO_PAY, now=case.now)
    return actor


def count(case, clerk, counted, reason=""):
    box = payments.find_my_cash_day(actor=clerk, now=case.now)
    return payments.count_cash_day(actor=clerk, day_uuid=box.uuid, counted_fen=counted, reason=reason, now=case.now)


def test_what_is_there_needs_no_words_and_what_is_not_does(case, clerk):
    with pytest.raises(CashDifferenceUnexplained) as refusal:
        count(case, clerk, TO_PAY - 50)
    assert "-0.50 元" in refusal.value.message
    assert payments.find_my_cash_day(actor=clerk, now=case.now).state == "open"
    box = count(case, clerk, TO_PAY - 50, "找零时多找了五角")
    assert (box.state, box.difference_fen, box.difference_reason) == ("counted", -50, "找零时多找了五角")
    box = count(case, clerk, TO_PAY, "这句不用留")
    assert (box.difference_fen, box.difference_reason) == (0, "")
    with pytest.raises(InvalidInput):
        count(case, clerk, -1)


def test_only_her_own_box(case, clerk):
    other = add_person("另一人")
    give_role(other, "centre_clerk", HEDE)
    box = payments.find_my_cash_day(actor=clerk, now=case.now)
    with pytest.raises(CashDayNotFound):
        payments.count_cash_day(
            actor=on_duty(other, "centre_clerk", HEDE), day_uuid=box.uuid, counted_fen=TO_PAY, now=case.now
        )


def test_the_table_refuses_a_difference_without_words(case, clerk):
    with pytest.raises(IntegrityError), transaction.atomic():
        CashDay.objects.within(ALL).update(state="counted", counted_fen=1, expected_fen=2)
