from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from xueqiao.domains.people import factors, rules
from xueqiao.domains.people.errors import FactorTriesUsedUp, FactorUsed, FactorWrong
from xueqiao.domains.people.models import SecondFactor
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local
from xueqiao.foundation.reasons import Refused


def check_totp(*, actor: Actor, account_id: int, code: str, now: datetime) -> None:
    """Accept one code of the account's authenticator, each code once. A wrong try is counted before the refusal.

    Five wrong tries within five minutes close this account's authenticator until the five minutes are over (a passkey
    still works, and nobody else is affected). Raises FactorWrong, FactorUsed, FactorTriesUsedUp.
    """
    refusal: Refused | None = FactorWrong()
    with transaction.atomic():
        rows = list(
            SecondFactor.objects.select_for_update().filter(account_id=account_id, kind="totp").order_by("id")[:5]
        )
        window = timedelta(seconds=rules.FACTOR_WINDOW_SECONDS)
        for row in rows:
            if row.wrong_since is not None and now >= row.wrong_since + window:
                row.wrong_tries, row.wrong_since = 0, None
        closed = next((r for r in rows if r.wrong_tries >= rules.FACTOR_TRIES and r.wrong_since), None)
        if closed is not None and closed.wrong_since is not None:
            raise FactorTriesUsedUp(again_at=f"{local(closed.wrong_since + window):%H:%M:%S}")
        digits = rules.parse_code(code)
        for row in rows:
            secret = factors.unseal(settings.SECRET_KEY, account_id, bytes(row.secret)).decode()
            step = factors.matching_step(secret, digits, now)
            if step is not None and step > row.last_counter:
                row.last_counter, row.last_used_at, refusal = step, now, None
            elif step is not None:
                refusal = FactorUsed()
            if step is not None:
                break
        for row in rows:
            row.wrong_tries = 0 if refusal is None else row.wrong_tries + isinstance(refusal, FactorWrong)
            row.wrong_since = (row.wrong_since or now) if row.wrong_tries else None
            row.save(update_fields=["last_counter", "last_used_at", "wrong_tries", "wrong_since"])
        record_deed(
            actor=actor,
            verb="check_totp" if refusal is None else "factor_refused",
            object_kind="account",
            object_id=account_id,
            now=now,
            detail={} if refusal is None else {"reason": refusal.code},
        )
    if refusal is not None:
        raise refusal
