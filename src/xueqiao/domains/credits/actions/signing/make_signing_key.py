"""Make the key that signs certificates."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from xueqiao.domains.credits.errors.certificates import SealCannotBeOpened
from xueqiao.domains.credits.models import SigningKey
from xueqiao.domains.credits.signing import did_key, sealing
from xueqiao.domains.credits.signing.did_key import ED25519
from xueqiao.domains.credits.signing.signers import Signer, new_private_key, signer_of
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.locks import LockSpace, lock


def make_signing_key(*, actor: Actor, now: datetime) -> SigningKey:
    """Return the active signing key, made now if there is none. Two callers at once get the same key."""
    if (key := active_key()) is not None:
        return key
    with transaction.atomic():
        lock(LockSpace.CERTIFICATE, [0])
        key = active_key()
        if key is not None:
            return key
        key = new_key(ED25519, server_secret=settings.SECRET_KEY, now=now)
        record_deed(
            actor=actor,
            verb="make_signing_key",
            object_kind="signing_key",
            object_id=key.pk,
            now=now,
            detail={"key_id": key.key_id},
        )
    return key


def new_key(algorithm: str, *, server_secret: str, now: datetime) -> SigningKey:
    """Write a new key. The caller holds `CERTIFICATE` 0 and has retired the one before. Raises SignerMissing."""
    private_key = new_private_key(algorithm)
    method = signer_of(algorithm, private_key).method
    multikey = method.partition("#")[2]
    return SigningKey.objects.create(
        key_id=method,
        public_key=multikey,
        private_key_sealed=sealing.seal(private_key, server_secret=server_secret, bound_to=multikey),
        algorithm=algorithm,
        made_at=now,
    )


def signer_in(key: SigningKey) -> Signer:
    """Return the signer of a stored key. Raises SealCannotBeOpened when the server's secret was changed."""
    private_key = sealing.unseal(
        bytes(key.private_key_sealed), server_secret=settings.SECRET_KEY, bound_to=key.public_key
    )
    signer = signer_of(key.algorithm, private_key)
    if signer.method != did_key.method_of(key.key_id.partition("#")[0]):
        raise SealCannotBeOpened
    return signer


def active_key() -> SigningKey | None:
    """Return the key that signs now, or None before the first."""
    return SigningKey.objects.filter(retired_at=None, stolen_at=None).order_by("-id").first()
