import pytest

from tests.domains.payments.paying import owed, pay
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import GatewaySecret
from xueqiao.foundation import clock
from xueqiao.gateways.payments.rehearsal import PURPOSE, RehearsalGateway, RehearsalKeys
from xueqiao.gateways.payments.sealing import SealBroken, open_sealed, seal

pytestmark = pytest.mark.django_db


def keep(make):
    return payments.keep_gateway_secret(gateway="test", make=make, now=clock.now())


def test_the_first_secret_stays():
    assert keep(lambda: b"first") == b"first"
    assert keep(lambda: b"second") == b"first"
    assert payments.find_gateway_secret("test") == b"first"
    assert payments.find_gateway_secret("other") is None


def test_the_private_key_is_not_readable_in_the_database():
    gateway = RehearsalGateway(keep_secret=payments.keep_gateway_secret, server_secret="one")
    assert gateway.keys.serial
    sealed = bytes(GatewaySecret.objects.get(gateway="rehearsal").sealed)
    assert b"PRIVATE KEY" not in sealed
    assert RehearsalKeys.load(open_sealed(sealed, secret="one", purpose=PURPOSE)).serial == gateway.keys.serial


def test_a_restarted_server_reads_the_same_keys():
    first = RehearsalGateway(keep_secret=payments.keep_gateway_secret, server_secret="one")
    serial = first.keys.serial
    assert RehearsalGateway(keep_secret=payments.keep_gateway_secret, server_secret="one").keys.serial == serial


def test_another_server_secret_opens_nothing():
    sealed = seal(b"key", secret="one", purpose="a")
    for secret, purpose, text in (("two", "a", sealed), ("one", "b", sealed), ("one", "a", sealed[:-1] + b"x")):
        with pytest.raises(SealBroken):
            open_sealed(text, secret=secret, purpose=purpose)


def test_paying_still_works_with_kept_keys():
    assert pay(owed()) == "applied"
