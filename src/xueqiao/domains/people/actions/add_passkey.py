from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from xueqiao.domains.people import factors
from xueqiao.domains.people.actions.add_totp import require_may_add
from xueqiao.domains.people.errors import PasskeyRefused
from xueqiao.domains.people.models import SecondFactor
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor


def add_passkey(
    *,
    actor: Actor,
    account_id: int,
    host: str,
    origin: str,
    state: dict[str, Any],
    answer: dict[str, Any],
    now: datetime,
    has_shown_factor: bool = False,
) -> None:
    """Keep a passkey after the browser's answer to `offer_passkey` was checked: challenge, origin, user verified.

    Same condition as `add_totp` for a further factor. Raises PasskeyRefused, FactorNeeded, NoStaffDuty.
    """
    try:
        made = factors.relying_party(host, origin).register_complete(state, answer)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise PasskeyRefused from None
    if made.credential_data is None:
        raise PasskeyRefused
    with transaction.atomic():
        require_may_add(account_id, now, has_shown_factor)
        row = SecondFactor.objects.create(
            account_id=account_id,
            kind="passkey",
            label="通行密钥",
            secret=bytes(made.credential_data),
            last_counter=made.counter,
            added_at=now,
            last_used_at=now,
        )
        record_deed(
            actor=actor,
            verb="add_passkey",
            object_kind="second_factor",
            object_id=row.id,
            now=now,
            detail={"account": account_id},
        )
