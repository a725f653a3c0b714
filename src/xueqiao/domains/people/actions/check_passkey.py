from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from fido2.webauthn import AuthenticationResponse

from xueqiao.domains.people import factors
from xueqiao.domains.people.errors import PasskeyRefused
from xueqiao.domains.people.models import SecondFactor
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor


def check_passkey(
    *,
    actor: Actor,
    account_id: int,
    host: str,
    origin: str,
    state: dict[str, Any],
    answer: dict[str, Any],
    now: datetime,
) -> None:
    """Accept the browser's answer to `challenge_passkey`. The channel forgets `state` before calling: one answer each.

    A counter that did not grow means a copied authenticator and is refused (counters that stay 0 are passkeys synced by
    design). Raises PasskeyRefused.
    """
    with transaction.atomic():
        rows = list(
            SecondFactor.objects.select_for_update().filter(account_id=account_id, kind="passkey").order_by("id")[:20]
        )
        by_id = {factors.credential(row.secret).credential_id: row for row in rows}
        try:
            used = factors.relying_party(host, origin).authenticate_complete(
                state, [factors.credential(row.secret) for row in rows], answer
            )
            counter = AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            raise PasskeyRefused from None
        row = by_id[used.credential_id]
        if counter <= row.last_counter and (counter or row.last_counter):
            raise PasskeyRefused
        row.last_counter, row.last_used_at = counter, now
        row.save(update_fields=["last_counter", "last_used_at"])
        record_deed(actor=actor, verb="check_passkey", object_kind="account", object_id=account_id, now=now)
