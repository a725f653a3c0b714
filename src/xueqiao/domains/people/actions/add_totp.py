from __future__ import annotations

import base64
import binascii
from datetime import datetime

from django.conf import settings
from django.db import transaction

from xueqiao.domains.people import factors, rules
from xueqiao.domains.people.errors import FactorNeeded, FactorWrong, NoStaffDuty
from xueqiao.domains.people.models import Account, SecondFactor
from xueqiao.domains.people.queries import has_staff_duty
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor


def add_totp(
    *, actor: Actor, account_id: int, sealed: str, code: str, now: datetime, has_shown_factor: bool = False
) -> None:
    """Keep an authenticator after one right code of it. The code counts as used.

    The first factor is added right after the phone code; a further one only when `has_shown_factor`, so that a stolen
    phone number alone can add none. Raises FactorWrong, FactorNeeded, NoStaffDuty.
    """
    require_may_add(account_id, now, has_shown_factor)
    try:
        secret = factors.unseal(settings.SECRET_KEY, account_id, base64.urlsafe_b64decode(sealed)).decode()
    except (ValueError, binascii.Error):
        raise FactorWrong from None
    step = factors.matching_step(secret, rules.parse_code(code), now)
    if step is None:
        raise FactorWrong
    with transaction.atomic():
        require_may_add(account_id, now, has_shown_factor)
        row = SecondFactor.objects.create(
            account_id=account_id,
            kind="totp",
            label="动态口令",
            secret=factors.seal(settings.SECRET_KEY, account_id, secret.encode()),
            last_counter=step,
            added_at=now,
            last_used_at=now,
        )
        record_deed(
            actor=actor,
            verb="add_totp",
            object_kind="second_factor",
            object_id=row.id,
            now=now,
            detail={"account": account_id},
        )


def require_may_add(account_id: int, now: datetime, has_shown_factor: bool) -> None:
    """Raise unless the account has staff duties and has shown a factor if it owns one. Locks the account's row when a
    transaction is open, so that two first factors cannot be added at once."""
    accounts = Account.objects.filter(pk=account_id, is_active=True)
    account = (accounts.select_for_update() if transaction.get_connection().in_atomic_block else accounts).first()
    if account is None or not has_staff_duty(account, now=now):
        raise NoStaffDuty
    if not has_shown_factor and SecondFactor.objects.filter(account_id=account_id).exists():
        raise FactorNeeded
