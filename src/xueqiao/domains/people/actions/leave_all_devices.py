from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from xueqiao.domains.people.models import Account, ApiToken
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotAllowed


def leave_all_devices(*, actor: Actor, now: datetime) -> None:
    """End every session and every bearer token of the actor's account, this one included. Raises NotAllowed."""
    if actor.person_id is None:
        raise NotAllowed
    with transaction.atomic():
        account = Account.objects.select_for_update().filter(person_id=actor.person_id).first()
        if account is None:
            raise NotAllowed
        Account.objects.filter(pk=account.pk).update(session_epoch=F("session_epoch") + 1)
        ApiToken.objects.filter(account=account, withdrawn_at=None).update(withdrawn_at=now)
        record_deed(actor=actor, verb="leave_all_devices", object_kind="account", object_id=account.id, now=now)
