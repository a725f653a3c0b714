"""Who calls the API: a browser session (with CSRF protection) or a program with a bearer token; and who may.

    @router.get("/classes", auth=PUBLIC)          anybody
    @router.get("/places")                        signed in, token scope "read" (the default of the whole API)
    @router.post("/places", auth=MAY_ENROL)       signed in, token scope "enrol"

`actor_of(request)` gives the Actor for the actions, with channel "api". Tokens never carry staff duties; a browser
session does after its second factor. Whether the actor may do it is asked by the action.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from xueqiao.channels.web.gate import has_factor
from xueqiao.domains.people.api import account_of_token, actor_of_account, require_token_scope
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor


@dataclass(frozen=True)
class Caller:
    """One authenticated call. scopes: None for a browser session, which may do all its owner may."""

    actor: Actor
    account_id: int | None = None
    scopes: frozenset[str] | None = None


class SessionCaller(APIKeyCookie):
    """The session cookie of a browser. Calls that change something need the CSRF token, as forms do."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:
        user: Any = request.user
        if not key or not user.is_authenticated:
            return None
        actor = actor_of_account(user, now=clock.now(), channel="api", factor_passed=has_factor(request))
        return Caller(actor, user.pk)


class TokenCaller(HttpBearer):
    """`Authorization: Bearer xq_...`. Raises TokenInvalid or ScopeNotGranted."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        now = clock.now()
        account, scopes = account_of_token(token, now=now)
        require_token_scope(scopes, self.scope)
        return Caller(actor_of_account(account, now=now, channel="api", factor_passed=False), account.pk, scopes)


def anyone(request: HttpRequest) -> Caller:
    """Anybody, as a visitor: what is public does not depend on who asks."""
    return Caller(Actor(kind="visitor", authority="none", channel="api"))


PUBLIC = anyone
SIGNED_IN = [TokenCaller("read"), SessionCaller()]
MAY_ENROL = [TokenCaller("enrol"), SessionCaller()]


def actor_of(request: HttpRequest) -> Actor:
    """The Actor of this call, for the actions."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return caller.actor
