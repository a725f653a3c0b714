from datetime import timedelta

import pyotp
import pytest

from tests.domains.people.conftest import as_actor, deeds, wrong
from tests.domains.people.test_add_totp import setting_up
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import check_totp
from xueqiao.domains.people.errors import FactorTriesUsedUp, FactorUsed, FactorWrong
from xueqiao.domains.people.models import Account

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def totp(world):
    return pyotp.TOTP(setting_up(world).secret)


def check(world, code, now=LATER):
    account = Account.objects.get(person=world.clerk)
    check_totp(actor=as_actor(world.clerk, factor=False), account_id=account.pk, code=code, now=now)


def test_a_code_works_once_and_never_again(world, totp):
    check(world, totp.at(LATER))
    for again in (LATER, LATER + timedelta(seconds=29)):
        with pytest.raises(FactorUsed):
            check(world, totp.at(LATER), again)
    with pytest.raises(FactorUsed):  # nor an older one that was never used
        check(world, totp.at(LATER - timedelta(seconds=30)))
    check(world, totp.at(LATER + timedelta(seconds=60)), LATER + timedelta(seconds=60))
    assert len(deeds("check_totp")) == 2


def test_the_code_that_set_it_up_counts_as_used(world, totp):
    with pytest.raises(FactorUsed):
        check(world, totp.at(NOW), NOW + timedelta(seconds=5))


def test_a_clock_may_be_thirty_seconds_off_but_not_ninety(world, totp):
    check(world, totp.at(LATER - timedelta(seconds=30)))
    with pytest.raises(FactorWrong):
        check(world, totp.at(LATER + timedelta(seconds=90)))


def test_five_wrong_tries_close_this_authenticator_for_five_minutes(world, totp):
    for _ in range(5):
        with pytest.raises(FactorWrong):
            check(world, wrong(totp.at(LATER)))
    with pytest.raises(FactorTriesUsedUp):
        check(world, totp.at(LATER))
    after = LATER + timedelta(minutes=5)
    check(world, totp.at(after), after)
    assert len(deeds("factor_refused")) == 5


def test_an_account_without_an_authenticator_passes_nothing(world):
    with pytest.raises(FactorWrong):
        check(world, "123456")
