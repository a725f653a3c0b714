import pytest

from tests.domains.people.test_add_passkey import PLACE, add
from xueqiao.domains.people.api import challenge_passkey
from xueqiao.domains.people.errors import PasskeyRefused
from xueqiao.domains.people.models import Account


def test_every_challenge_is_new_and_only_for_owners_of_a_passkey(world):
    account = Account.objects.get(person=world.clerk)
    with pytest.raises(PasskeyRefused):
        challenge_passkey(account_id=account.pk, **PLACE)
    add(world)
    first, second = (challenge_passkey(account_id=account.pk, **PLACE)[0] for _ in range(2))
    assert first["publicKey"]["challenge"] != second["publicKey"]["challenge"]
    assert len(first["publicKey"]["allowCredentials"]) == 1
