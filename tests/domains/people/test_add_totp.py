import pyotp
import pytest

from tests.domains.people.conftest import as_actor, deeds
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import FactorNeeded, add_totp, offer_totp
from xueqiao.domains.people.errors import FactorWrong, NoStaffDuty
from xueqiao.domains.people.models import Account, SecondFactor


def setting_up(world, who="clerk", *, code=None, shown=False):
    person = getattr(world, who)
    account = Account.objects.get(person=person)
    offer = offer_totp(account_id=account.pk)
    add_totp(
        actor=as_actor(person, factor=False),
        account_id=account.pk,
        sealed=offer.sealed,
        code=pyotp.TOTP(offer.secret).at(NOW) if code is None else code,
        has_shown_factor=shown,
        now=NOW,
    )
    return offer


def test_an_authenticator_is_kept_sealed_after_one_right_code(world):
    offer = setting_up(world)
    row = SecondFactor.objects.get()
    assert row.kind == "totp" and offer.secret.encode() not in bytes(row.secret)
    assert len(deeds("add_totp")) == 1


@pytest.mark.parametrize("code", ["000000", "", "abcdef", "12345", "１２３４５６７"])
def test_a_wrong_code_keeps_nothing(world, code):
    with pytest.raises(FactorWrong):
        setting_up(world, code=code)
    assert not SecondFactor.objects.exists()


def test_a_second_one_needs_the_first_one_shown(world):
    setting_up(world)
    with pytest.raises(FactorNeeded):
        setting_up(world)
    setting_up(world, shown=True)
    assert SecondFactor.objects.count() == 2


def test_residents_need_none(world):
    with pytest.raises(NoStaffDuty):
        setting_up(world, "elder")
