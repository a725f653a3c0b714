from tests.domains.people.test_add_passkey import PLACE, add
from xueqiao.domains.people.api import offer_passkey
from xueqiao.domains.people.models import Account


def test_the_offer_asks_for_user_verification_and_leaves_out_what_is_known(world):
    account = Account.objects.get(person=world.clerk)
    options, state = offer_passkey(account_id=account.pk, **PLACE)
    assert options["publicKey"]["authenticatorSelection"]["userVerification"] == "required"
    assert options["publicKey"]["rp"]["id"] == PLACE["host"]
    assert state["challenge"] == options["publicKey"]["challenge"]
    add(world)
    again, _ = offer_passkey(account_id=account.pk, **PLACE)
    assert len(again["publicKey"]["excludeCredentials"]) == 1
