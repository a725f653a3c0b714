from __future__ import annotations

from typing import Any

from fido2.webauthn import ResidentKeyRequirement, UserVerificationRequirement

from xueqiao.domains.people import factors
from xueqiao.domains.people.models import Account, SecondFactor
from xueqiao.domains.people.rules import mask_phone


def offer_passkey(*, account_id: int, host: str, origin: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (options for the browser, state to keep in the session) for making a passkey on this site."""
    account = Account.objects.get(pk=account_id)
    known = [factors.credential(f.secret) for f in SecondFactor.objects.filter(account=account, kind="passkey")[:20]]
    options, state = factors.relying_party(host, origin).register_begin(
        factors.passkey_user(account_id, mask_phone(account.phone)),
        known,
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options), dict(state)
