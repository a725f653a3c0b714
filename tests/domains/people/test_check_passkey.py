import pytest

from tests.domains.people.authenticator import Authenticator
from tests.domains.people.conftest import as_actor, deeds
from tests.domains.people.test_add_passkey import HOST, ORIGIN, PLACE, add
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import challenge_passkey, check_passkey
from xueqiao.domains.people.errors import PasskeyRefused
from xueqiao.domains.people.models import Account


def check(world, device, *, flags=0x05, answer=None, state=None):
    account = Account.objects.get(person=world.clerk)
    options, offered = challenge_passkey(account_id=account.pk, **PLACE)
    check_passkey(
        actor=as_actor(world.clerk, factor=False),
        account_id=account.pk,
        state=offered if state is None else state,
        answer=device.show(options, flags=flags) if answer is None else answer,
        now=NOW,
        **PLACE,
    )


def test_the_passkey_opens(world):
    device = add(world)
    check(world, device)
    check(world, device)
    assert len(deeds("check_passkey")) == 2


def test_copies_strangers_replays_and_unverified_users_do_not(world):
    device = add(world)
    account = Account.objects.get(person=world.clerk)
    old_options, _ = challenge_passkey(account_id=account.pk, **PLACE)
    for wrong in (
        {"device": Authenticator(ORIGIN, HOST)},
        {"device": device, "flags": 0x01},
        {"device": device, "answer": device.show(old_options)},
        {"device": device, "state": {}},
        {"device": device, "answer": {"response": None}},
    ):
        with pytest.raises(PasskeyRefused):
            check(world, **wrong)
    check(world, device)
    device.counter = 0  # a copy made earlier counts from where it was
    with pytest.raises(PasskeyRefused):
        check(world, device)
    assert len(deeds("check_passkey")) == 1
