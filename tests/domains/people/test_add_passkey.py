import pytest

from tests.domains.people.authenticator import Authenticator
from tests.domains.people.conftest import as_actor, deeds
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import FactorNeeded, add_passkey, offer_passkey
from xueqiao.domains.people.errors import NoStaffDuty, PasskeyRefused
from xueqiao.domains.people.models import Account, SecondFactor

HOST, ORIGIN = "learn.example.org", "https://learn.example.org"
PLACE = {"host": HOST, "origin": ORIGIN}


def add(world, who="clerk", *, device=None, flags=0x45, state=None, answer=None, shown=False):
    person = getattr(world, who)
    account = Account.objects.get(person=person)
    device = device or Authenticator(ORIGIN, HOST)
    options, offered = offer_passkey(account_id=account.pk, **PLACE)
    add_passkey(
        actor=as_actor(person, factor=False),
        account_id=account.pk,
        state=offered if state is None else state,
        answer=device.make(options, flags=flags) if answer is None else answer,
        has_shown_factor=shown,
        now=NOW,
        **PLACE,
    )
    return device


def test_a_verified_user_keeps_a_passkey(world):
    add(world)
    assert SecondFactor.objects.get().kind == "passkey" and len(deeds("add_passkey")) == 1


def test_other_origins_other_challenges_and_unverified_users_are_refused(world):
    account = Account.objects.get(person=world.clerk)
    _, old_state = offer_passkey(account_id=account.pk, **PLACE)
    for wrong in (
        {"device": Authenticator("https://evil.example", HOST)},
        {"device": Authenticator(ORIGIN, "evil.example")},
        {"flags": 0x41},  # present, not verified
        {"state": old_state},
        {"state": {}},
        {"answer": {}},
        {"answer": {"id": "x", "rawId": "!!", "response": {}, "type": "public-key"}},
    ):
        with pytest.raises(PasskeyRefused):
            add(world, **wrong)
    assert not SecondFactor.objects.exists()


def test_a_further_passkey_needs_a_factor_shown_and_residents_need_none(world):
    add(world)
    with pytest.raises(FactorNeeded):
        add(world)
    add(world, shown=True)
    with pytest.raises(NoStaffDuty):
        add(world, "elder")
    assert SecondFactor.objects.count() == 2
