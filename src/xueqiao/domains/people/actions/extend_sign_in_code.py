from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from xueqiao.domains.people import rules
from xueqiao.domains.people.actions.request_sign_in_code import sent_of
from xueqiao.domains.people.errors import ExtendedAlready, SignInCodeExpired
from xueqiao.domains.people.models import SignInCode
from xueqiao.domains.people.values import CodeSent
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.locks import LockSpace, lock


def extend_sign_in_code(*, actor: Actor, phone: str, now: datetime) -> CodeSent:
    """Give the last code of a phone five more minutes, once (E9: people who read slowly). The tries stay counted.

    Raises SignInCodeExpired when there is nothing to extend, ExtendedAlready the second time.
    """
    number = rules.parse_phone(phone)
    with transaction.atomic():
        lock(LockSpace.SIGN_IN_PHONE, [int(number)])
        row = SignInCode.objects.filter(phone=number, purpose="sign_in").order_by("-sent_at", "-id").first()
        if row is None or row.used_at is not None or row.attempts >= rules.CODE_TRIES or now >= row.expires_at:
            raise SignInCodeExpired
        if row.extended:
            raise ExtendedAlready
        row.extended = True
        row.expires_at += timedelta(seconds=rules.CODE_SECONDS)
        row.save(update_fields=["extended", "expires_at"])
        record_deed(actor=actor, verb="extend_sign_in_code", object_kind="sign_in_code", object_id=row.id, now=now)
    return sent_of(row)
