import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from tests.worlds.small_county import NOW
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.certificates import SealCannotBeOpened
from xueqiao.domains.credits.models import SigningKey
from xueqiao.domains.credits.signing import did_key, sealing
from xueqiao.foundation.audit.values import Actor

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")


def test_the_key_is_made_once_and_opens_only_with_the_servers_secret() -> None:
    key = credit_bank.make_signing_key(actor=SYSTEM, now=NOW)
    assert credit_bank.make_signing_key(actor=SYSTEM, now=NOW).pk == key.pk
    sealed = bytes(SigningKey.objects.get().private_key_sealed)
    private = sealing.unseal(sealed, server_secret=settings.SECRET_KEY, bound_to=key.public_key)
    public = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    assert did_key.multikey_of(public) == key.public_key
    assert private not in sealed
    with pytest.raises(SealCannotBeOpened):
        sealing.unseal(sealed, server_secret="another secret", bound_to=key.public_key)


def test_a_sealed_key_with_one_bit_changed_or_moved_to_another_row_stays_shut() -> None:
    sealed = sealing.seal(b"k" * 32, server_secret="s", bound_to="z6Mk1")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealCannotBeOpened):
            sealing.unseal(bytes(changed), server_secret="s", bound_to="z6Mk1")
    with pytest.raises(SealCannotBeOpened):
        sealing.unseal(sealed, server_secret="s", bound_to="z6Mk2")
    with pytest.raises(SealCannotBeOpened):
        sealing.unseal(b"", server_secret="s", bound_to="z6Mk1")
