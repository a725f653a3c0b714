"""How a browser stays signed in: Django's sessions, an account read in one query, rotation, and idle ends."""

from __future__ import annotations

import time
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login, logout
from django.contrib.auth.backends import BaseBackend
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.utils import timezone

from xueqiao.channels.web.gate import FACTOR_KEY
from xueqiao.domains.people.api import account_of_session, persons_of_accounts
from xueqiao.foundation.arrays import array
from xueqiao.foundation.prepared import prepared_rows

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
    rows = prepared_rows(
        "SELECT session_key, session_data FROM django_session"
        " WHERE session_key = ANY (%s::text[]) AND expire_date > %s",
        [array(key for key in session_keys if key.isascii() and key.isalnum()), timezone.now()],
    )
    secret = settings.SECRET_KEY
    said = {key: _account_and_mark(text, secret) for key, text in rows}
    persons = persons_of_accounts(set(said.values()))
    return {key: persons[claim] for key, claim in said.items() if claim in persons}


@lru_cache(maxsize=20_000)
def _account_and_mark(session_data: str, secret: str) -> tuple[int, str]:
    """Whose session this text is (0: nobody's) and the mark it carries; the text's own signature is checked.

    Only the reading of a text is remembered. That the session lives and the mark still holds is asked of the database
    every time, so that leaving all devices ends everything at once. secret: the key the text was signed with.
    """
    said = SessionStore().decode(session_data)
    account = str(said.get(SESSION_KEY, ""))
    return (int(account) if account.isdigit() else 0), str(said.get(HASH_SESSION_KEY, ""))
