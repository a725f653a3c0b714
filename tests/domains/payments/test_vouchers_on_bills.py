"""Vouchers from the check page to the refund: reserved, spent, freed, given back; never above the budget."""

from datetime import date, timedelta

import pytest

from tests.domains.payments.paying import Owed, books, pay, send, signed
from tests.domains.payments.paying import begin as begin_payment
from tests.domains.payments.settling import SYSTEM, bill, hold, learning_scheme
from tests.worlds.small_county import acting, add_run, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.seats import PriceChanged
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import Bill, Voucher, VoucherUse
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")


def used():
    return dict(Voucher.objects.within(ALL).values_list("person__name", "used_fen"))


def paying(world, person, place, made):
    run = type("Run", (), {"pk": place.run_id})
    return Owed(world, run, acting(person), place, made)


def test_a_due_bill_reserves_and_payment_spends(deliver_due):
    world = small_county()
    scheme = learning_scheme(world)
    place = hold(world, world.rider)
    made = bill(world, world.rider, place, 14_000)
    assert [(s.payer_kind, s.amount_fen, s.source_id) for s in made.shares] == [
        ("government", 12_000, 0),
        ("voucher", 10_000, scheme.id),
        ("learner", 14_000, 0),
    ]
    assert used() == {"王小骑": 10_000}
    assert books()[payments.budget_account(scheme.id)] == 50_000  # on hold, not moved
    pay(paying(world, world.rider, place, made))
    deliver_due(world.now)
    assert books() == {
        "gateway:rehearsal:clearing": -14_000,
        "payer:government": -62_000,
        payments.budget_account(scheme.id): 40_000,
        f"bill:{made.id}:held": 36_000,
    }


def test_the_last_of_the_budget_is_promised_to_one_bill_only():
    world = small_county()
    learning_scheme(world, budget_fen=15_000)
    one, other = hold(world, world.rider), hold(world, world.elder)
    shown = enrolment.quote_for(place=other, now=world.now)
    assert shown.to_pay_fen == 14_000
    bill(world, world.rider, one, 14_000)
    assert enrolment.quote_for(place=other, now=world.now).to_pay_fen == 19_000
    before = books(), used()
    with pytest.raises(PriceChanged):
        bill(world, world.elder, other, shown.to_pay_fen)
    assert (books(), used()) == before


def test_a_quote_that_came_too_late_is_refused_whole():
    world = small_county()
    learning_scheme(world, budget_fen=10_000)
    one, other = hold(world, world.rider), hold(world, world.elder)
    stale = enrolment.quote_for(place=other, now=world.now)
    bill(world, world.rider, one, 14_000)
    before = books(), used(), Bill.objects.within(ALL).count()
    with pytest.raises(payments.VoucherGone):
        payments.make_bill(
            actor=SYSTEM,
            payer_id=world.elder.pk,
            beneficiary_id=world.elder.pk,
            institution_id=world.centre.pk,
            region=world.centre.region,
            purpose="enrolment",
            purpose_id=other.id,
            subject="课",
            price_fen=36_000,
            subsidy_fen=12_000,
            quote=stale,
            due_at=world.now + timedelta(minutes=15),
            now=world.now,
        )
    assert (books(), used(), Bill.objects.within(ALL).count()) == before


def test_a_bill_that_ends_unpaid_frees_its_voucher():
    world = small_county()
    scheme = learning_scheme(world)
    made = bill(world, world.rider, hold(world, world.rider), 14_000)
    payments.close_bill(actor=SYSTEM, bill_id=made.id, has_expired=True, now=world.now)
    assert used() == {"王小骑": 0}
    assert VoucherUse.objects.get().state == "freed"
    assert books() == {"payer:government": -50_000, payments.budget_account(scheme.id): 50_000}


def test_late_money_takes_the_voucher_again_while_it_lasts(deliver_due):
    world = small_county()
    scheme = learning_scheme(world)
    place = hold(world, world.rider)
    case = paying(world, world.rider, place, bill(world, world.rider, place, 14_000))
    payment = begin_payment(case)
    later = world.now + timedelta(hours=1)
    enrolment.expire_holds(now=later)
    assert send(signed(payment, later), later) == "late"
    deliver_due(later)
    assert used() == {"王小骑": 10_000}
    assert books()[payments.budget_account(scheme.id)] == 40_000


def test_late_money_goes_straight_back_when_the_voucher_is_used_up(deliver_due):
    world = small_county()
    learning_scheme(world)
    place = hold(world, world.rider)
    case = paying(world, world.rider, place, bill(world, world.rider, place, 14_000))
    payment = begin_payment(case)
    later = world.now + timedelta(hours=1)
    enrolment.expire_holds(now=later)
    Voucher.objects.within(ALL).update(used_fen=10_000)  # spent on something else meanwhile
    before = books()
    assert send(signed(payment, later), later) == "returned"
    deliver_due(later)
    assert books() == before
    assert Bill.objects.within(ALL).get().state == "expired"
    assert [(r.amount_fen, r.state) for r in payments.refunds_of(case.bill.id)] == [(14_000, "done")]


def test_a_refund_goes_back_to_the_voucher_and_an_expired_one_lasts_a_month_longer(deliver_due):
    world = small_county()
    scheme = learning_scheme(world, valid_to=date(2026, 3, 10))
    run, _, _ = add_run(world, price_fen=36_000, subsidy_fen=12_000, first_day=date(2026, 3, 18))
    place = enrolment.hold_seat(
        actor=acting(world.rider),
        run_id=run.pk,
        person_id=world.rider.pk,
        request_key="x",
        channel="web",
        now=world.now,
    )
    case = paying(world, world.rider, place, bill(world, world.rider, place, 14_000))
    pay(case)
    deliver_due(world.now)
    after = world.now + timedelta(days=9)
    assert enrolment.withdraw(actor=acting(world.rider), place_uuid=place.uuid, now=after).refund_fen == 14_000
    assert books() == {"payer:government": -50_000, payments.budget_account(scheme.id): 50_000}
    voucher = Voucher.objects.within(ALL).get()
    assert (voucher.used_fen, voucher.valid_to) == (0, date(2026, 4, 12))
    assert VoucherUse.objects.get().returned_fen == 10_000


def test_half_back_is_half_back_to_the_voucher_too(deliver_due):
    world = small_county()
    scheme = learning_scheme(world)
    place = hold(world, world.rider)
    case = paying(world, world.rider, place, bill(world, world.rider, place, 14_000))
    pay(case)
    deliver_due(world.now)
    payments.refund_bill(
        actor=SYSTEM, bill_id=case.bill.id, learner_amount_fen=7_000, key="k", reason="退", rule="半", now=world.now
    )
    assert books()[payments.budget_account(scheme.id)] == 45_000
    assert used() == {"王小骑": 5_000}
