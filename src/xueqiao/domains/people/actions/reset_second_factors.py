from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from xueqiao.domains.people.errors import ReasonMissing
from xueqiao.domains.people.models import Account, SecondFactor
from xueqiao.domains.people.queries import require_role
from xueqiao.domains.people.rules import parse_phone
from xueqiao.domains.people.values import OPERATOR
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotFound


def reset_second_factors(*, actor: Actor, phone: str, reason: str, now: datetime) -> int:
    """Take all second factors off a staff account whose owner lost them, and end its sessions. Returns how many.

    Only an operator, never for her own account; the reason stays in the audit. At the next sign-in the owner sets up a
    new factor. Raises NotAllowed, ReasonMissing, PhoneInvalid, NotFound.
    """
    require_role(actor, OPERATOR)
    if not reason.strip():
        raise ReasonMissing(what="原因")
    with transaction.atomic():
        account = Account.objects.select_for_update().filter(phone=parse_phone(phone)).first()
        if account is None or account.person_id == actor.person_id:
            raise NotFound
        count, _rows = SecondFactor.objects.filter(account=account).delete()
        Account.objects.filter(pk=account.pk).update(session_epoch=F("session_epoch") + 1)
        record_deed(
            actor=actor,
            verb="reset_second_factors",
            object_kind="account",
            object_id=account.id,
            now=now,
            acting_for_id=account.person_id,
            detail={"reason": reason.strip()[:200], "count": count},
        )
    return count
