from __future__ import annotations

from typing import Any

from fido2.webauthn import UserVerificationRequirement

from xueqiao.domains.people import factors
from xueqiao.domains.people.errors import PasskeyRefused
from xueqiao.domains.people.models import SecondFactor


def challenge_passkey(*, account_id: int, host: str, origin: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (options for the browser, state to keep in the session) for showing a passkey. Raises PasskeyRefused."""
    known = [
        factors.credential(f.secret) for f in SecondFactor.objects.filter(account_id=account_id, kind="passkey")[:20]
    ]
    if not known:
        raise PasskeyRefused
    options, state = factors.relying_party(host, origin).authenticate_begin(
        known, user_verification=UserVerificationRequirement.REQUIRED
    )
    return dict(options), dict(state)
