"""How a browser stays signed in: Django's sessions, an account read in one query, rotation, and idle ends."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login, logout
from django.contrib.auth.backends import BaseBackend
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from xueqiao.channels.web.gate import FACTOR_KEY
from xueqiao.domains.people.api import account_of_session, persons_of_accounts

STAFF_IDLE_SECONDS = 12 * 3600
RESIDENT_IDLE_SECONDS = 30 * 24 * 3600
TOUCHED_KEY = "touched"
BACKEND = "xueqiao.channels.web.sessions.AccountBackend"


class AccountBackend(BaseBackend):
    """Reads the session's account with its duties and family links at once; proves nobody by itself."""

    def get_user(self, user_id: int) -> Any:
        return account_of_session(user_id)


def begin_session(request: HttpRequest, account_id: int, *, is_staff: bool, factor_passed: bool) -> None:
    """Sign an account in: a new session key, no old contents, 12 hours of idleness for staff and 30 days for others."""
    account = account_of_session(account_id)
    if account is None:
        raise ValueError("no such account")
    login(request, account, backend=BACKEND)
    request.session[TOUCHED_KEY] = int(time.time())
    request.session[FACTOR_KEY] = factor_passed
    request.session.set_expiry(STAFF_IDLE_SECONDS if is_staff else RESIDENT_IDLE_SECONDS)
    if hasattr(request, "_actor"):
        del request._actor


def pass_factor(request: HttpRequest) -> None:
    """Raise the session after the second factor: a new key, so that a key seen before is worth nothing more."""
    request.session.cycle_key()
    request.session[FACTOR_KEY] = True
    request.session.set_expiry(STAFF_IDLE_SECONDS)
    if hasattr(request, "_actor"):
        del request._actor


def end_session(request: HttpRequest) -> None:
    """Sign this browser out and forget what the session held."""
    logout(request)


def keep_alive(request: HttpRequest) -> None:
    """Push the idle end forward, at most once in a twentieth of the idle time, so that most requests write nothing."""
    session = request.session
    touched = session.get(TOUCHED_KEY)
    if touched is None:
        return
    now = int(time.time())
    if now - touched > session.get_expiry_age() // 20:
        session[TOUCHED_KEY] = now


def persons_of_sessions(session_keys: Collection[str]) -> dict[str, int]:
    """Who is signed in with these sessions, for many at once: person by session key; two queries.

    The same questions as for one: the session lives, its account is open and carries the same mark.
    """
    rows = Session.objects.filter(session_key__in=session_keys, expire_date__gt=timezone.now())
    store = SessionStore()
    marks: dict[int, str] = {}
    account_of: dict[str, int] = {}
    for key, text in rows.values_list("session_key", "session_data"):
        said = store.decode(text)
        account = str(said.get(SESSION_KEY, ""))
        if account.isdigit():
            account_of[key] = int(account)
            marks[int(account)] = str(said.get(HASH_SESSION_KEY, ""))
    persons = persons_of_accounts(marks)
    return {key: persons[account] for key, account in account_of.items() if account in persons}
