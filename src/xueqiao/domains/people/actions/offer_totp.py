from __future__ import annotations

import base64

from django.conf import settings

from xueqiao.domains.people import factors
from xueqiao.domains.people.models import Account
from xueqiao.domains.people.rules import mask_phone
from xueqiao.domains.people.values import TotpOffer


def offer_totp(*, account_id: int) -> TotpOffer:
    """Make a secret for an authenticator app. Nothing is stored until `add_totp` has seen one right code."""
    account = Account.objects.get(pk=account_id)
    secret = factors.new_totp_secret()
    sealed = factors.seal(settings.SECRET_KEY, account_id, secret.encode())
    return TotpOffer(
        uri=factors.totp_uri(secret, mask_phone(account.phone)),
        secret=secret,
        sealed=base64.urlsafe_b64encode(sealed).decode(),
    )
