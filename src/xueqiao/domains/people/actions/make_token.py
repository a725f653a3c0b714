from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from xueqiao.domains.people import rules
from xueqiao.domains.people.errors import TooManyTokens
from xueqiao.domains.people.models import Account, ApiToken
from xueqiao.domains.people.values import TokenMade
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

TOKEN_SCOPES = ("read", "enrol")


def make_token(*, actor: Actor, label: str, scopes: Iterable[str], now: datetime, days: int = 90) -> TokenMade:
    """Make a bearer token for the actor's own account; the text is shown once, only its hash is kept.

    scopes: "read" (look), "enrol" (also act). A token never carries staff duties. At most ten live ones.
    Raises InvalidInput, TooManyTokens, NotAllowed.
    """
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(TOKEN_SCOPES) or not 1 <= days <= 366 or not 1 <= len(label.strip()) <= 60:
        raise InvalidInput(what="令牌的名称、权限或天数")
    if actor.person_id is None:
        raise NotAllowed
    token = "xq_" + secrets.token_urlsafe(32)
    with transaction.atomic():
        account = Account.objects.select_for_update().filter(person_id=actor.person_id, is_active=True).first()
        if account is None:
            raise NotAllowed
        if ApiToken.objects.filter(account=account, withdrawn_at=None, expires_at__gt=now).count() >= rules.TOKENS_MAX:
            raise TooManyTokens
        row = ApiToken.objects.create(
            account=account,
            token_hash=rules.keyed_hash(settings.SECRET_KEY, "token", token),
            label=label.strip(),
            scopes=wanted,
            made_at=now,
            expires_at=now + timedelta(days=days),
        )
        record_deed(
            actor=actor,
            verb="make_token",
            object_kind="api_token",
            object_id=row.id,
            now=now,
            detail={"scopes": wanted, "days": days},
        )
    return TokenMade(row.uuid, token, row.expires_at)
