"""Retire the key in use and sign with a new one."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from xueqiao.domains.credits.actions.signing.make_signing_key import active_key, new_key
from xueqiao.domains.credits.models import SigningKey
from xueqiao.domains.credits.queries.keys import key_view
from xueqiao.domains.credits.signing.did_key import ED25519
from xueqiao.domains.credits.values.standing import KeyView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.locks import LockSpace, lock


def rotate_signing_key(*, actor: Actor, now: datetime, algorithm: str = ED25519) -> KeyView:
    """Make a new key the one in use. What the old one signed stays valid; its lists go on being signed by it.

    algorithm: "ed25519", or "sm2" where its provider is installed. Raises SignerMissing.
    """
    with transaction.atomic():
        lock(LockSpace.CERTIFICATE, [0])
        old = active_key()
        if old is not None:
            SigningKey.objects.filter(pk=old.pk).update(retired_at=now)
        key = new_key(algorithm, server_secret=settings.SECRET_KEY, now=now)
        record_deed(
            actor=actor,
            verb="rotate_signing_key",
            object_kind="signing_key",
            object_id=key.pk,
            now=now,
            detail={"key_id": key.key_id, "retired": old.key_id if old else None},
        )
    return key_view(key)
