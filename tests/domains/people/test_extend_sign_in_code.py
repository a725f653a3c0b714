from datetime import timedelta

import pytest

from tests.domains.people.conftest import VISITOR, deeds
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import (
    SignInCodeExpired,
    extend_sign_in_code,
    request_sign_in_code,
    sign_in_with_code,
)
from xueqiao.domains.people.errors import ExtendedAlready

PHONE = "13900001111"


def test_a_slow_reader_gets_five_more_minutes_once(world, outbox):
    request_sign_in_code(actor=VISITOR, phone=PHONE, now=NOW)
    extended = extend_sign_in_code(actor=VISITOR, phone=PHONE, now=NOW + timedelta(minutes=4))
    assert extended.expires_at == NOW + timedelta(minutes=10)
    with pytest.raises(ExtendedAlready):
        extend_sign_in_code(actor=VISITOR, phone=PHONE, now=NOW + timedelta(minutes=5))
    code = outbox.code_for(PHONE)
    assert sign_in_with_code(actor=VISITOR, phone=PHONE, code=code, now=NOW + timedelta(minutes=9)).ticket
    assert len(deeds("extend_sign_in_code")) == 1


def test_an_expired_or_missing_code_cannot_be_extended(world, outbox):
    with pytest.raises(SignInCodeExpired):
        extend_sign_in_code(actor=VISITOR, phone=PHONE, now=NOW)
    request_sign_in_code(actor=VISITOR, phone=PHONE, now=NOW)
    with pytest.raises(SignInCodeExpired):
        extend_sign_in_code(actor=VISITOR, phone=PHONE, now=NOW + timedelta(minutes=5))
