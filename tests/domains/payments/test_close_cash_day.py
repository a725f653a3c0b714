from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.domains.payments.paying import ALL, TO_PAY, books, owed
from tests.worlds.small_county import COUNTY, HEDE, LINHAI, OTHER_COUNTY, add_person, on_duty
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors.cash_days import (
    CashDayClosed,
    CashDayNotCounted,
    CashDayNotFound,
    SecondPersonNeeded,
)
from xueqiao.domains.payments.models import CashDay, CashMovement
from xueqiao.foundation.audit.api import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return owed()


@pytest.fixture
def clerk(case):
    actor = on_duty(case.world.clerk, "centre_clerk", HEDE)
    payments.open_cash_day(actor=actor, opening_fen=20000, now=case.now)
    payments.pay_at_counter(actor=actor, bill_uuid=case.bill.uuid, cash_fen=TO_PAY, now=case.now)
    return actor


@pytest.fixture
def second(case):
    return on_duty(add_person("第二人"), "centre_clerk", HEDE)


def counted(case, clerk, amount=20000 + TO_PAY, reason=""):
    box = payments.find_my_cash_day(actor=clerk, now=case.now)
    return payments.count_cash_day(actor=clerk, day_uuid=box.uuid, counted_fen=amount, reason=reason, now=case.now)


def close(case, actor, box):
    return payments.close_cash_day(actor=actor, day_uuid=box.uuid, now=case.now)


def test_a_second_person_closes_and_the_money_goes_to_the_bank(case, clerk, second, deliver_due):
    deliver_due(case.now)
    payments.refund_bill(
        actor=Actor.system("test"),
        bill_id=case.bill.id,
        learner_amount_fen=4000,
        key="x",
        reason="退课",
        rule="规则",
        now=case.now,
    )
    deliver_due(case.now)
    refund = payments.access_cash_refunds_waiting(actor=clerk)[0]
    for _ in range(2):
        payments.hand_over_cash(actor=clerk, refund_uuid=refund.uuid, now=case.now)
    box = counted(case, clerk, 20000 + TO_PAY - 4000)
    assert (box.taken_fen, box.handed_fen) == (TO_PAY, 4000)
    closed = close(case, second, box)
    assert (closed.state, closed.confirmed_by) == ("closed", "第二人")
    assert "gateway:counter:clearing" not in books()
    assert books()["bank:counter"] == -(TO_PAY - 4000)
    with pytest.raises(CashDayClosed):
        close(case, second, box)
    assert books()["bank:counter"] == -(TO_PAY - 4000)


@pytest.mark.parametrize("difference", [-50, 50])
def test_too_much_or_too_little_is_booked_where_everybody_sees_it(case, clerk, second, difference):
    close(case, second, counted(case, clerk, 20000 + TO_PAY + difference, "找零时弄错了五角"))
    assert books()["bank:counter"] == -(TO_PAY + difference)
    assert books()["gateway:counter:difference"] == difference
    assert "gateway:counter:clearing" not in books()


def test_nobody_confirms_her_own_box_nor_a_strangers(case, clerk, second):
    box = payments.find_my_cash_day(actor=clerk, now=case.now)
    with pytest.raises(CashDayNotCounted):
        close(case, second, box)
    box = counted(case, clerk)
    with pytest.raises(SecondPersonNeeded):
        close(case, clerk, box)
    for region, role in ((LINHAI, "centre_clerk"), (OTHER_COUNTY, "county_officer")):
        with pytest.raises(CashDayNotFound):
            close(case, on_duty(add_person("外人"), role, region), box)
    assert payments.access_cash_day(actor=second, day_uuid=box.uuid).state == "counted"
    close(case, on_duty(case.world.officer, "county_officer", COUNTY), box)


def test_after_the_close_the_table_itself_refuses_every_change(case, clerk, second):
    box = close(case, second, counted(case, clerk))
    day, movement = CashDay.objects.within(ALL).get(), CashMovement.objects.get()
    statements = {
        "UPDATE payments_cashday SET counted_fen = 1, expected_fen = 1 WHERE id = %s": day.pk,
        "UPDATE payments_cashday SET state = 'counted', closed_at = NULL WHERE id = %s": day.pk,
        "DELETE FROM payments_cashday WHERE id = %s": day.pk,
        "UPDATE payments_cashmovement SET amount_fen = 1 WHERE id = %s": movement.pk,
        "DELETE FROM payments_cashmovement WHERE id = %s": movement.pk,
        "INSERT INTO payments_cashmovement (cash_day_id, payment_id, amount_fen, at)"
        " SELECT cash_day_id, payment_id, 1, at FROM payments_cashmovement WHERE id = %s": movement.pk,
    }
    for statement, number in statements.items():
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [number])
    assert payments.access_cash_day(actor=second, day_uuid=box.uuid).counted_fen == 20000 + TO_PAY


def test_without_the_trigger_a_closed_day_could_be_rewritten(case, clerk, second):
    """The mutant: what the trigger is for."""
    close(case, second, counted(case, clerk))
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER cash_day_guard ON payments_cashday")
        cursor.execute("UPDATE payments_cashday SET counted_fen = 1, expected_fen = 1")
        assert cursor.rowcount == 1


def test_the_next_morning_is_a_new_box(case, clerk, second):
    close(case, second, counted(case, clerk))
    tomorrow = case.now + timedelta(days=1)
    assert payments.open_cash_day(actor=clerk, opening_fen=0, now=tomorrow).taken_fen == 0
    due = payments.access_cash_days_due(actor=second, now=tomorrow + timedelta(days=1))
    assert [box.state for box in due] == ["open"]
