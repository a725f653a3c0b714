"""Say since when a signing key is in other hands."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from xueqiao.domains.credits.actions.signing.make_signing_key import make_signing_key
from xueqiao.domains.credits.errors.standing import KeyUnknown, TheftAlreadyNoted, TheftInTheFuture
from xueqiao.domains.credits.events import SigningKeyStolen
from xueqiao.domains.credits.models import SigningKey, StatusList
from xueqiao.domains.credits.queries.keys import key_view
from xueqiao.domains.credits.values.standing import KeyView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event


def report_stolen_key(*, actor: Actor, key_id: int, stolen_at: datetime, now: datetime) -> KeyView:
    """Note the theft and sign with another key from now on.

    Certificates whose signing time is proven to lie before `stolen_at` stay valid, all others of that key do not,
    whatever date they carry. An earlier moment may be noted later, never a later one. Its lists are signed anew by the
    key in use. Raises KeyUnknown, TheftInTheFuture, TheftAlreadyNoted.
    """
    with transaction.atomic():
        lock(LockSpace.CERTIFICATE, [0])
        key = SigningKey.objects.select_for_update().filter(pk=key_id).first()
        if key is None:
            raise KeyUnknown
        if stolen_at > now:
            raise TheftInTheFuture
        if key.stolen_at is not None and key.stolen_at <= stolen_at:
            raise TheftAlreadyNoted
        key.stolen_at = stolen_at
        key.save(update_fields=["stolen_at"])
        StatusList.objects.filter(signing_key=key).update(version=F("version") + 1)
        make_signing_key(actor=actor, now=now)
        record_event(SigningKeyStolen(key.pk, stolen_at), region=None, now=now)
        record_deed(
            actor=actor,
            verb="report_stolen_key",
            object_kind="signing_key",
            object_id=key.pk,
            now=now,
            detail={"key_id": key.key_id, "stolen_at": stolen_at.isoformat()},
        )
    return key_view(key)
