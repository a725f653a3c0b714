"""One voucher with money for one order, two orders at once, on real connections: it pays for one.

The two walls: the voucher's row is locked before it is looked at, and the CHECK of the voucher. Either alone holds;
only without both is it spent twice. The scheme's budget has money for both, so that the ledger's floor does not help.
"""

import sys
import threading
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection

from tests.domains.payments.paying import ALL
from tests.domains.payments.settling import bill, hold, learning_scheme, officer_of
from tests.races.test_seats import contend
from tests.worlds.small_county import small_county
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import Bill, Voucher, VoucherUse

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
AMOUNT, TO_PAY = 10_000, 14_000
VOUCHERS = "xueqiao.domains.payments.actions._vouchers"
BILLING = "xueqiao.domains.enrolment.actions.bill_seat"


@contextmanager
def lock_off():
    """The mutant: both have looked at the voucher before either spends it."""
    both = threading.Barrier(2)

    def look_only(ids):
        found = list(Voucher.objects.within(ALL).filter(pk__in=ids).order_by("pk"))
        both.wait(timeout=20)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules[VOUCHERS], "lock_vouchers", look_only)
        yield


@contextmanager
def constraint_off():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE payments_voucher DROP CONSTRAINT voucher_not_overspent")
    try:
        yield
    finally:
        Voucher.objects.within(ALL).update(used_fen=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE payments_voucher ADD CONSTRAINT voucher_not_overspent"
                " CHECK (used_fen >= 0 AND used_fen <= amount_fen)"
            )


def two_orders():
    """One person, two held seats, both promised the voucher, both billed at once; return (fen spent, outcomes)."""
    world = small_county()
    scheme = learning_scheme(world, amount_fen=AMOUNT, budget_fen=5 * AMOUNT, kind="campaign")
    payments.issue_voucher(actor=officer_of(world), scheme_uuid=scheme.uuid, person_id=world.rider.pk, now=world.now)
    places = [hold(world, world.rider, hour=hour) for hour in (8, 15)]
    module, both_promised = sys.modules[BILLING], threading.Barrier(2)
    real = module.quote_for

    def quote_for(**given):
        quote = real(**given)
        assert [part.amount_fen for part in quote.vouchers] == [AMOUNT]
        both_promised.wait(timeout=20)
        return quote

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "quote_for", quote_for)
        outcomes = contend([lambda place=place: bill(world, world.rider, place, TO_PAY) for place in places])
    return sum(VoucherUse.objects.values_list("amount_fen", flat=True)), outcomes


def test_the_voucher_pays_for_one_order_and_the_other_is_told():
    spent, outcomes = two_orders()
    assert spent == AMOUNT
    assert sorted(type(each).__name__ for each in outcomes) == ["BillView", "VoucherGone"]
    assert list(Voucher.objects.within(ALL).values_list("used_fen", flat=True)) == [AMOUNT]
    assert Bill.objects.within(ALL).count() == 1


def test_without_its_lock_the_constraint_alone_holds(mutants):
    with lock_off():
        spent, outcomes = two_orders()
    refused = [each for each in outcomes if isinstance(each, IntegrityError)]
    mutants.tell("voucher races", "no lock: the constraint alone holds", caught=spent == AMOUNT and len(refused) == 1)


def test_without_the_constraint_the_lock_alone_holds(mutants):
    with constraint_off():
        spent, _outcomes = two_orders()
    mutants.tell("voucher races", "no constraint: the lock alone holds", caught=spent == AMOUNT)


def test_without_both_walls_the_voucher_is_spent_twice(mutants):
    with lock_off(), constraint_off():
        spent, _outcomes = two_orders()
    mutants.tell("voucher races", "neither: it is spent twice", caught=spent == 2 * AMOUNT)
