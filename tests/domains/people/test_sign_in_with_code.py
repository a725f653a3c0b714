from datetime import timedelta

import pytest

from tests.domains.people.conftest import VISITOR, deeds, wrong
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import (
    CodeUsedUp,
    CodeWrong,
    SignInCodeExpired,
    request_sign_in_code,
    sign_in_with_code,
)
from xueqiao.domains.people.errors import AccountClosed
from xueqiao.domains.people.models import Account, SignInCode


def ask(outbox, phone, now=NOW):
    request_sign_in_code(actor=VISITOR, phone=phone, now=now)
    return outbox.code_for(phone)


def test_the_right_code_signs_in_once(world, outbox):
    code = ask(outbox, world.elder.phone)
    signed = sign_in_with_code(actor=VISITOR, phone=world.elder.phone, code=f" {code[:3]} {code[3:]}", now=NOW)
    assert (signed.person_id, signed.is_staff, signed.factor_passed) == (world.elder.id, False, False)
    with pytest.raises(SignInCodeExpired):
        sign_in_with_code(actor=VISITOR, phone=world.elder.phone, code=code, now=NOW)
    assert [d.actor_person_id for d in deeds("sign_in")] == [world.elder.id]


def test_staff_are_told_that_a_second_factor_is_due(world, outbox):
    code = ask(outbox, world.clerk.phone)
    assert sign_in_with_code(actor=VISITOR, phone=world.clerk.phone, code=code, now=NOW).is_staff


def test_five_wrong_tries_end_the_code_and_are_counted_although_refused(world, outbox):
    code = ask(outbox, world.elder.phone)
    for left in (4, 3, 2, 1):
        with pytest.raises(CodeWrong) as caught:
            sign_in_with_code(actor=VISITOR, phone=world.elder.phone, code=wrong(code), now=NOW)
        assert caught.value.details["tries_left"] == left
    with pytest.raises(CodeUsedUp):
        sign_in_with_code(actor=VISITOR, phone=world.elder.phone, code=wrong(code), now=NOW)
    with pytest.raises(CodeUsedUp):  # even the right one
        sign_in_with_code(actor=VISITOR, phone=world.elder.phone, code=code, now=NOW)
    assert SignInCode.objects.get().used_at is None
    assert deeds("sign_in") == [] and len(deeds("sign_in_refused")) == 6


def test_a_code_dies_after_five_minutes_and_with_the_next_one(world, outbox):
    first = ask(outbox, world.elder.phone)
    with pytest.raises(SignInCodeExpired):
        sign_in_with_code(actor=VISITOR, phone=world.elder.phone, code=first, now=NOW + timedelta(minutes=5))
    second = ask(outbox, world.elder.phone, NOW + timedelta(minutes=2))
    if first != second:
        with pytest.raises(CodeWrong):
            sign_in_with_code(actor=VISITOR, phone=world.elder.phone, code=first, now=NOW + timedelta(minutes=2))
    assert sign_in_with_code(
        actor=VISITOR, phone=world.elder.phone, code=second, now=NOW + timedelta(minutes=3)
    ).person_id


def test_a_code_of_one_phone_opens_no_other(world, outbox):
    code = ask(outbox, world.elder.phone)
    with pytest.raises(SignInCodeExpired):
        sign_in_with_code(actor=VISITOR, phone=world.daughter.phone, code=code, now=NOW)


def test_a_closed_account_stays_closed(world, outbox):
    Account.objects.filter(person=world.elder).update(is_active=False)
    code = ask(outbox, world.elder.phone)
    with pytest.raises(AccountClosed):
        sign_in_with_code(actor=VISITOR, phone=world.elder.phone, code=code, now=NOW)
    assert deeds("sign_in") == []


def test_an_unknown_phone_gets_a_ticket_and_no_account(world, outbox):
    before = Account.objects.count()
    signed = sign_in_with_code(actor=VISITOR, phone="13900001111", code=ask(outbox, "13900001111"), now=NOW)
    assert signed.account_id is None and signed.ticket and Account.objects.count() == before
