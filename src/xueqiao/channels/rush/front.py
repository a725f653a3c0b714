"""Answers the two busiest addresses of a rush without Django: the waiting page, and the submit of a turn.

`answer` returns False for whatever it does not know for certain; then Django answers, which knows everything. What is
answered here: GET /rush/CODE/ with a good ticket of somebody who waits; the same without one, for somebody signed in
(she comes in, with many others, in one transaction); POST /rush/CODE/hold/ of somebody whose turn it is.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
import time
from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import translation

from xueqiao.channels.rush.batches import Batches, TooMany
from xueqiao.channels.rush.copies import Copies
from xueqiao.channels.rush.pages import Pages, busy_page
from xueqiao.channels.rush.tickets import COOKIE, LIFE_SECONDS, Seal, Ticket
from xueqiao.channels.rush.words import waiting_words
from xueqiao.channels.web.guards import HEADERS
from xueqiao.channels.web.modes import CHOICES, DEFAULTS
from xueqiao.channels.web.rush.views import request_key_of
from xueqiao.channels.web.sessions import persons_of_sessions
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.api import ArrivalView, HoldAnswer, HoldRequest, RoomRequest
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import Refused

logger = logging.getLogger("xueqiao.rush")
GROUP_MAX = 500
HOLDS_WAITING_MAX = 4_000  # about a second of the writer's work
ENTRIES_WAITING_MAX = 10_000
KEEP_SECONDS, IDLE_SECONDS = 0.5, 2.0
BODY_BYTES_MAX = 4_096
SESSION_COOKIE = settings.SESSION_COOKIE_NAME


class _Submit(NamedTuple):
    """One press of "给…报名". wanted: "me", or the uuid of somebody she acts for."""

    ticket: Ticket
    session_key: str
    wanted: str


class _Visit(NamedTuple):
    session_key: str
    run_id: int


class RushFront:
    """One per web process. State that matters is in the database: any number of processes may do this at once."""

    def __init__(self) -> None:
        self.seal = Seal(settings.SECRET_KEY)
        self.copies = Copies()
        self.pages = Pages()
        # One writer: two would write groups of half the size at the same time, and most of a small group's cost is
        # the same for a large one.
        self.holds: Batches[_Submit, HoldAnswer | None] = Batches(
            "rush-holds", hold_group, most=GROUP_MAX, waiting_max=HOLDS_WAITING_MAX
        )
        self.entries: Batches[_Visit, ArrivalView | Refused | None] = Batches(
            "rush-entries", enter_group, most=GROUP_MAX, waiting_max=ENTRIES_WAITING_MAX
        )
        self._seen: set[int] = set()
        self._only_https, self._behind_proxy = settings.SECURE_SSL_REDIRECT, settings.TRUSTED_PROXY
        self._headers = [
            *((name.lower(), value) for name, value in HEADERS.items()),
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "private, no-store"),
        ]

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self.holds.start(loop)
        self.entries.start(loop)
        threading.Thread(target=self._keep, name="rush-keeper", daemon=True).start()

    async def answer(self, scope: Any, protocol: Any) -> bool:
        """Answer the request and return True, or leave it to Django."""
        parts = scope.path.split("/")  # "", "rush", CODE, [hold,] ""
        copy = self.copies.by_code.get(parts[2]) if len(parts) in {4, 5} else None
        if copy is None or not self._is_plain_enough(scope):
            return False
        cookies = read_cookies(scope.headers)
        session_key = cookies.get(SESSION_COOKIE, "")
        ticket = self.seal.read(cookies.get(COOKIE, ""), session_key=session_key, now_seconds=time.time())
        if ticket is not None and ticket.run_id != copy.view.run_id:
            ticket = None
        if scope.method == "GET" and len(parts) == 4 and parts[3] == "" and not scope.query_string:
            return await self._show(scope, protocol, cookies, ticket, copy.view.run_id)
        if scope.method == "POST" and len(parts) == 5 and parts[3] == "hold" and ticket is not None:
            return await self._hold(scope, protocol, ticket, session_key, parts[2])
        return False

    def _is_plain_enough(self, scope: Any) -> bool:
        """False when Django would redirect to HTTPS first."""
        if not self._only_https or scope.scheme == "https":
            return True
        return bool(self._behind_proxy and scope.headers.get("x-forwarded-proto") == "https")

    async def _show(
        self, scope: Any, protocol: Any, cookies: dict[str, str], ticket: Ticket | None, run_id: int
    ) -> bool:
        set_cookie: list[tuple[str, str]] = []
        session_key = cookies.get(SESSION_COOKIE, "")
        if ticket is None:
            if not session_key:
                return False
            try:
                arrival = await self.entries.ask(_Visit(session_key, run_id))
            except TooMany:
                return self._busy(protocol)
            if not isinstance(arrival, ArrivalView) or arrival.state != "waiting":
                return False
            ticket = Ticket(arrival.id, run_id, arrival.person_id, int(time.time()) + LIFE_SECONDS)
            set_cookie = [self._cookie(scope, self.seal.write(ticket, session_key=session_key))]
            number = arrival.number
        else:
            known = self.copies.arrivals.get(ticket.arrival_id)
            if known is None or known.state != "waiting":
                return False  # her turn, or over, or come in by another process a moment ago
            number = known.number
        self._seen.add(ticket.arrival_id)
        copy = self.copies.by_run.get(run_id)
        if copy is None:
            return False
        look = {name: _choice(cookies, name) for name in CHOICES}
        with translation.override(look["lang"]):
            words = waiting_words(
                copy.view,
                number=number,
                ahead=copy.ahead(number) if number is not None else 0,
                called_per_minute=copy.called_per_minute(),
                now=clock.now(),
            )
        protocol.response_bytes(200, self._headers + set_cookie, self.pages.waiting(copy.view, words, look))
        return True

    async def _hold(self, scope: Any, protocol: Any, ticket: Ticket, session_key: str, code: str) -> bool:
        if not is_from_here(scope):
            return False
        known = self.copies.arrivals.get(ticket.arrival_id)
        if known is not None and known.state == "waiting":  # of others the row decides, known here or not
            protocol.response_empty(303, [*self._headers, ("location", f"/rush/{code}/")])
            return True
        wanted = _wanted_of(await protocol())
        try:
            answer = await self.holds.ask(_Submit(ticket, session_key, wanted))
        except TooMany:
            return self._busy(protocol)
        except Exception:
            return self._busy(protocol)  # not known whether it was stored: the same press again will tell
        if answer is None:
            protocol.response_empty(303, [*self._headers, ("location", f"/rush/{code}/")])
        elif answer.place is not None:
            location = f"/enrol/place/{answer.place.uuid}/check/"
            protocol.response_empty(303, [*self._headers, ("location", location)])
        elif answer.refusal is not None and answer.refusal.status == 503:
            return self._busy(protocol)
        else:
            page = self.pages.refused(answer.refusal or Refused(), code, _choice(read_cookies(scope.headers), "lang"))
            protocol.response_bytes(409, self._headers, page)
        return True

    def _busy(self, protocol: Any) -> bool:
        seconds = str(random.randint(4, 12))  # noqa: S311 - jitter, so that they do not all come back at once
        protocol.response_bytes(503, [*self._headers, ("retry-after", seconds)], busy_page())
        return True

    def _cookie(self, scope: Any, text: str) -> tuple[str, str]:
        secure = "; Secure" if settings.SESSION_COOKIE_SECURE else ""
        return (
            "set-cookie",
            f"{COOKIE}={text}; Path={scope.path}; Max-Age={LIFE_SECONDS}; HttpOnly; SameSite=Lax{secure}",
        )

    def _keep(self) -> None:
        """Go through the rooms: presence, calls, news. Whatever breaks is tried again a moment later."""
        while True:
            is_busy = False
            try:
                is_busy = self.keep_once()
            except Exception:
                logger.warning("the waiting rooms could not be read; trying again", exc_info=True)
                connection.close()
            time.sleep(KEEP_SECONDS if is_busy else IDLE_SECONDS)

    def keep_once(self) -> bool:
        """One round; returns whether any room lives."""
        connection.close_if_unusable_or_obsolete()
        now = clock.now()
        seen, self._seen = self._seen, set()
        for start in range(0, len(ids := sorted(seen)), 5_000):
            enrolment.mark_present(arrival_ids=ids[start : start + 5_000], now=now)
        if self.copies.by_run:
            enrolment.call_next(now=now)
        return self.copies.refresh(now=now)


def hold_group(submits: Sequence[_Submit]) -> list[HoldAnswer | None]:
    """Hold for many turns in one transaction. None: the session has ended, or names nobody; the page starts over."""
    connection.close_if_unusable_or_obsolete()
    persons = persons_of_sessions({submit.session_key for submit in submits})
    uuids = {submit.wanted: uuid for submit in submits if (uuid := _uuid(submit.wanted)) is not None}
    others = people.person_ids_of(set(uuids.values())) if uuids else {}
    asked: list[HoldRequest] = []
    places: list[int | None] = []
    for submit in submits:
        agent = submit.ticket.person_id
        uuid = uuids.get(submit.wanted)
        person = agent if submit.wanted == "me" else others.get(uuid) if uuid is not None else None
        if persons.get(submit.session_key) != agent or person is None:
            places.append(None)
            continue
        places.append(len(asked))
        asked.append(HoldRequest(agent, person, submit.ticket.run_id, request_key_of(submit.ticket.arrival_id)))
    answers = enrolment.hold_seats(requests=asked, now=clock.now())
    return [None if place is None else answers[place] for place in places]


def enter_group(visits: Sequence[_Visit]) -> list[ArrivalView | Refused | None]:
    """Take many visitors in, in one transaction. None: nobody is signed in with that session."""
    connection.close_if_unusable_or_obsolete()
    persons = persons_of_sessions({visit.session_key for visit in visits})
    asked = [RoomRequest(persons[v.session_key], v.run_id) for v in visits if v.session_key in persons]
    answers = iter(enrolment.enter_rooms(requests=asked, now=clock.now()))
    return [next(answers) if visit.session_key in persons else None for visit in visits]


def is_from_here(scope: Any) -> bool:
    """True when the browser says that the form is ours. The session's cookie does not travel with strangers' forms
    (SameSite=Lax); this is the second wall, and who sends neither header is left to Django's token."""
    origin = scope.headers.get("origin") or scope.headers.get("referer")
    if not origin or origin == "null":
        return False
    host = scope.headers.get("host") or scope.authority
    return origin in {f"https://{host}", f"http://{host}"} or urlsplit(origin).netloc == host


def read_cookies(headers: Any) -> dict[str, str]:
    """The cookies of a request; of one that cannot be read, none."""
    text = headers.get("cookie") or ""
    if '"' in text:
        try:
            return {name: morsel.value for name, morsel in SimpleCookie(text).items()}
        except CookieError:
            return {}
    return dict(part.strip().split("=", 1) for part in text.split(";") if "=" in part)


def _choice(cookies: dict[str, str], name: str) -> str:
    value = cookies.get(name, "")
    return value if value in CHOICES[name] else DEFAULTS[name]


def _wanted_of(body: bytes) -> str:
    """The field `person` of a form."""
    if body == b"person=me":
        return "me"
    return parse_qs(body[:BODY_BYTES_MAX].decode("ascii", "replace")).get("person", [""])[0]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
