from datetime import timedelta

import pytest

from tests.domains.people.conftest import VISITOR, deeds
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import (
    CodeTooSoon,
    PhoneInvalid,
    ProofSpent,
    TooManyCodes,
    request_sign_in_code,
    work_factor_for,
)
from xueqiao.domains.people.errors import MessageNotSent
from xueqiao.domains.people.models import SignInCode

PHONE = "13900001111"


def test_a_code_goes_out_and_only_its_hash_stays(world, outbox):
    sent = request_sign_in_code(actor=VISITOR, phone=" 139-0000 1111", now=NOW)
    code = outbox.code_for(PHONE)
    row = SignInCode.objects.get()
    assert (len(code), sent.phone_masked, sent.expires_at) == (6, "139****1111", NOW + timedelta(minutes=5))
    assert code.encode() not in bytes(row.code_hash) and len(bytes(row.code_hash)) == 32
    assert len(deeds("request_sign_in_code")) == 1
    assert code not in str(deeds("request_sign_in_code")[0].detail)


def test_the_answer_is_the_same_for_known_and_unknown_phones(world, outbox):
    known = request_sign_in_code(actor=VISITOR, phone=world.elder.phone, now=NOW)
    unknown = request_sign_in_code(actor=VISITOR, phone=PHONE, now=NOW)
    assert {k: v for k, v in vars(known).items() if "phone" not in k} == {
        k: v for k, v in vars(unknown).items() if "phone" not in k
    }


def test_a_call_reads_the_code_aloud(world, outbox):
    request_sign_in_code(actor=VISITOR, phone=PHONE, way="voice", now=NOW)
    assert [way for way, *_ in outbox.sent] == ["voice"]


def test_the_second_code_waits_a_minute_and_the_sixth_an_hour(world, outbox):
    request_sign_in_code(actor=VISITOR, phone=PHONE, now=NOW)
    with pytest.raises(CodeTooSoon) as caught:
        request_sign_in_code(actor=VISITOR, phone=PHONE, now=NOW + timedelta(seconds=59))
    assert "18:11:00" in caught.value.message
    for minute in range(1, 5):
        request_sign_in_code(actor=VISITOR, phone=PHONE, now=NOW + timedelta(minutes=minute))
    with pytest.raises(TooManyCodes):
        request_sign_in_code(actor=VISITOR, phone=PHONE, now=NOW + timedelta(minutes=10))
    assert len(outbox.sent) == 5 and SignInCode.objects.count() == 5
    request_sign_in_code(actor=VISITOR, phone=PHONE, now=NOW + timedelta(minutes=61))


def test_a_whole_centre_behind_one_address_gets_slower_but_is_never_locked_out(world, outbox):
    for number in range(60):
        request_sign_in_code(actor=VISITOR, phone=f"139{number:08d}", address="203.0.113.9", now=NOW)
    assert len(outbox.sent) == 60
    factors = work_factor_for("203.0.113.9", now=NOW), work_factor_for("203.0.113.10", now=NOW)
    assert factors == (16, 0)
    assert work_factor_for("203.0.113.9", now=NOW + timedelta(minutes=61)) == 0


def test_a_proof_buys_one_code(world, outbox):
    request_sign_in_code(actor=VISITOR, phone=PHONE, proof="solved", now=NOW)
    with pytest.raises(ProofSpent):
        request_sign_in_code(actor=VISITOR, phone="13900002222", proof="solved", now=NOW)
    assert len(outbox.sent) == 1 and SignInCode.objects.count() == 1


def test_no_code_is_left_when_nobody_takes_the_message(world, outbox):
    outbox.is_broken = True
    with pytest.raises(MessageNotSent):
        request_sign_in_code(actor=VISITOR, phone=PHONE, now=NOW)
    assert SignInCode.objects.count() == 0


@pytest.mark.parametrize("text", ["", "123", "23900001111", "1390000111a", "139000011112", "'; DROP TABLE", "１２３"])
def test_what_is_no_phone_is_refused(world, outbox, text):
    with pytest.raises(PhoneInvalid):
        request_sign_in_code(actor=VISITOR, phone=text, now=NOW)
    assert outbox.sent == []


def test_demo_phones_do_not_exist_outside_a_demo(world, outbox, settings):
    settings.DEMO = False
    with pytest.raises(PhoneInvalid):
        request_sign_in_code(actor=VISITOR, phone=world.elder.phone, now=NOW)
