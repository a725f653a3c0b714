import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.domains.enrolment.desk_devices import public_bytes
from tests.worlds.small_county import HEDE, LINHAI, acting, add_person, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.rounds import SignatureWrong
from xueqiao.domains.enrolment.models import CounterDevice
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_county()


def register(world, key, actor=None):
    clerk = actor or on_duty(world.clerk, "centre_clerk", HEDE)
    return enrolment.register_device(actor=clerk, public_key=key, label="平板", now=world.now)


def test_a_key_is_registered_to_one_clerk_once(world):
    key = public_bytes(ec.generate_private_key(ec.SECP256R1()))
    assert register(world, key).uuid == register(world, key).uuid
    assert [each.label for each in enrolment.devices_of(actor=on_duty(world.clerk, "centre_clerk", HEDE))] == ["平板"]
    assert AuditEntry.objects.filter(verb="register_device").count() == 1
    with pytest.raises(NotAllowed):
        register(world, key, on_duty(add_person("另一位"), "centre_clerk", LINHAI))


def test_only_clerks_and_only_keys_that_can_be_checked(world):
    key = public_bytes(ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(NotAllowed):
        register(world, key, acting(world.rider))
    other_curve = public_bytes(ec.generate_private_key(ec.SECP384R1()))
    other_kind = ed25519.Ed25519PrivateKey.generate().public_key()
    for bad in (b"", b"junk", other_curve, other_kind.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)):
        with pytest.raises(SignatureWrong):
            register(world, bad)
    assert not CounterDevice.objects.exists()
