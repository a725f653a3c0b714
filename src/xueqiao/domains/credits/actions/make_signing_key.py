"""Make the key that signs certificates."""

from datetime import datetime

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction

from xueqiao.domains.credits.models import SigningKey
from xueqiao.domains.credits.signing import did_key, sealing
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.locks import LockSpace, lock


def make_signing_key(*, actor: Actor, now: datetime) -> SigningKey:
    """Return the active signing key, made now if there is none. Two callers at once get the same key."""
    with transaction.atomic():
        key = active_key()
        if key is not None:
            return key
        lock(LockSpace.CERTIFICATE, [0])
        key = active_key()
        if key is not None:
            return key
        private = Ed25519PrivateKey.generate()
        public_raw = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        private_raw = private.private_bytes(
            serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
        )
        did = did_key.did_of(public_raw)
        key = SigningKey.objects.create(
            key_id=did_key.method_of(did),
            public_key=did_key.multikey_of(public_raw),
            private_key_sealed=sealing.seal(
                private_raw, server_secret=settings.SECRET_KEY, bound_to=did_key.multikey_of(public_raw)
            ),
            made_at=now,
        )
        record_deed(
            actor=actor,
            verb="make_signing_key",
            object_kind="signing_key",
            object_id=key.pk,
            now=now,
            detail={"key_id": key.key_id},
        )
    return key


def active_key() -> SigningKey | None:
    """Return the key that signs now, or None before the first."""
    return SigningKey.objects.filter(retired_at=None, stolen_at=None).order_by("-id").first()
