"""The web process: one RSGI application that answers the rush itself and hands everything else to Django in threads.

In front of the threads stands a queue with lanes. When more comes than can be served in time, what matters least is
turned away first, politely and at once: 503 with Retry-After and a telephone number. Payment callbacks, what leads from
a held seat to a paid one, and health are never turned away. See docs/decisions/rush-beside-django.md.
"""

from __future__ import annotations

import asyncio
import gc
import io
import logging
import os
import random
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

SWITCH_SECONDS = 0.0005
THREADS = 4  # each keeps one database connection
BODY_BYTES_MAX = 10 * 1024 * 1024  # as guards say; what announces more is refused unread
WHOLE_BYTES_MAX = 1 << 20  # a response up to this size is sent in one piece
SURE, SOON, LATER = 0, 1, 2
WAITING_MAX = {SOON: 240, LATER: 80}
PATIENCE_SECONDS = {SOON: 10.0, LATER: 4.0}  # who waited longer has gone or pressed again: not worth a thread's time
_SURE = ("/-/", "/pay/", "/enrol/place/", "/api/v1/places", "/api/v1/bills", "/api/v1/payments")
_SOON = ("/rush/", "/enrol/", "/sign-in/", "/mine/", "/static/", "/me/", "/family/", "/centre/", "/teacher/")
logger = logging.getLogger("xueqiao.front")

Environ = dict[str, Any]
Reply = tuple[int, list[tuple[str, str]], bytes, Iterator[bytes] | None]


def lane_of(path: str) -> int:
    """How much it matters that this request is answered now: SURE is never turned away."""
    if path.startswith(_SURE):
        return SURE
    return SOON if path.startswith(_SOON) else LATER


class Lanes:
    """The queue before Django's threads: the lane that matters most first, each in order of arrival."""

    def __init__(self, run: Callable[[Environ], Reply], *, threads: int = THREADS) -> None:
        self._run = run
        self._queues: tuple[deque[tuple[float, Environ, asyncio.Future[Reply | None]]], ...] = (
            deque(),
            deque(),
            deque(),
        )
        self._some = threading.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._threads = [
            threading.Thread(target=self._serve, name=f"django-{number}", daemon=True) for number in range(threads)
        ]
        self.turned_away = 0

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        for thread in self._threads:
            thread.start()

    def ask(self, lane: int, environ: Environ) -> asyncio.Future[Reply | None] | None:
        """Queue a request; None when its lane is too long. The future's result is None when it waited too long."""
        if self._loop is None or (lane != SURE and len(self._queues[lane]) >= WAITING_MAX[lane]):
            self.turned_away += 1
            return None
        future: asyncio.Future[Reply | None] = self._loop.create_future()
        with self._some:
            self._queues[lane].append((time.monotonic(), environ, future))
            self._some.notify()
        return future

    def _serve(self) -> None:
        while True:
            lane, came, environ, future = self._next()
            reply: Reply | None = None
            if lane == SURE or time.monotonic() - came < PATIENCE_SECONDS[lane]:
                try:
                    reply = self._run(environ)
                except Exception:
                    logger.exception("a request broke outside Django")
            else:
                self.turned_away += 1
            if self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(_answer, future, reply)

    def _next(self) -> tuple[int, float, Environ, asyncio.Future[Reply | None]]:
        with self._some:
            while True:
                for lane, queue in enumerate(self._queues):
                    if queue:
                        return lane, *queue.popleft()
                self._some.wait()


def _answer(future: asyncio.Future[Reply | None], reply: Reply | None) -> None:
    if not future.done():  # else the browser went away
        future.set_result(reply)


class Front:
    """What granian serves. Django is loaded with the process, the threads start with its event loop."""

    def __init__(self) -> None:
        from xueqiao.channels.rush.front import RushFront  # noqa: PLC0415 - models exist only once Django is set up
        from xueqiao.channels.rush.pages import busy_page  # noqa: PLC0415
        from xueqiao.channels.web.guards import HEADERS  # noqa: PLC0415
        from xueqiao.server.wsgi import application as django  # noqa: PLC0415

        self.rush = RushFront()
        self.lanes = Lanes(lambda environ: run_wsgi(django, environ))
        self._streams = ThreadPoolExecutor(2, "stream")
        self._busy = busy_page()
        self._busy_headers = [
            *((name.lower(), value) for name, value in HEADERS.items()),
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
        ]

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        # Threads hand the interpreter over within half a millisecond: a writer that comes back from the database after
        # each of its statements would else wait five, every time.
        sys.setswitchinterval(SWITCH_SECONDS)
        gc.collect()
        gc.freeze()  # what was loaded stays; looking through it again and again would stop everybody for 0.1 s
        self.rush.start(loop)
        self.lanes.start(loop)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        path = scope.path
        if path.startswith("/rush/") and await self.rush.answer(scope, protocol):
            return
        body = await _read(scope, protocol)
        asked = self.lanes.ask(lane_of(path), environ_of(scope, body))
        reply = None if asked is None else await asked
        if reply is None:
            self._turn_away(protocol)
        else:
            await self._send(protocol, reply)

    def _turn_away(self, protocol: Any) -> None:
        seconds = str(random.randint(5, 15))  # noqa: S311 - jitter, so that they do not all come back at once
        protocol.response_bytes(503, [*self._busy_headers, ("retry-after", seconds)], self._busy)

    async def _send(self, protocol: Any, reply: Reply) -> None:
        status, headers, body, rest = reply
        if rest is None:
            protocol.response_bytes(status, headers, body)
            return
        loop = asyncio.get_running_loop()
        stream = protocol.response_stream(status, headers)
        try:
            while body:
                await stream.send_bytes(body)
                body = await loop.run_in_executor(self._streams, next, rest, b"")
        finally:
            await loop.run_in_executor(self._streams, getattr(rest, "close", lambda: None))


async def _read(scope: Any, protocol: Any) -> bytes:
    """The body, unless it announces more than anybody may send. A body without length stops at the same size."""
    if scope.method in {"GET", "HEAD", "OPTIONS"} and not scope.headers.get("content-length"):
        return b""
    announced = scope.headers.get("content-length")
    if announced is not None:
        return b"" if announced.isdigit() and int(announced) > BODY_BYTES_MAX else await protocol()
    body = bytearray()
    async for chunk in protocol:
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            break
    return bytes(body)


def environ_of(scope: Any, body: bytes) -> Environ:
    """The request as WSGI names it (PEP 3333): bytes of the path as Latin-1 text, headers under HTTP_."""
    host, _, port = scope.server.rpartition(":")
    client, _, client_port = scope.client.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.strip("[]") or "localhost",
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_SOFTWARE": "Granian",
        "REMOTE_ADDR": client.strip("[]"),
        "REMOTE_PORT": client_port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # would pass for the header with hyphens that only our proxy may set
        key = name.upper().replace("-", "_")
        if key in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            environ[key] = value
        else:
            key = f"HTTP_{key}"
            joiner = "; " if key == "HTTP_COOKIE" else ","
            environ[key] = f"{environ[key]}{joiner}{value}" if key in environ else value
    if "CONTENT_LENGTH" not in environ:
        environ["CONTENT_LENGTH"] = str(len(body)) if body else ""
    if scope.authority and "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority
    return environ


def run_wsgi(application: Any, environ: Environ) -> Reply:
    """Run a WSGI application; small answers come back whole, of large ones the beginning and an iterator of more."""
    status, headers = 500, []

    def start_response(said: str, said_headers: list[tuple[str, str]], _exc: object = None) -> None:
        nonlocal status, headers
        status, headers = int(said.split(" ", 1)[0]), said_headers

    result: Iterable[bytes] = application(environ, start_response)
    parts, size = [], 0
    chunks = iter(result)
    for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        if size > WHOLE_BYTES_MAX:
            return status, headers, b"".join(parts), _rest(result, chunks)
    if hasattr(result, "close"):
        result.close()
    return status, headers, b"".join(parts), None


def _rest(result: Any, chunks: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from (chunk for chunk in chunks if chunk)
    finally:
        if hasattr(result, "close"):
            result.close()


def _load() -> Front:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xueqiao.server.settings")
    import django  # noqa: PLC0415

    django.setup()
    front = Front()
    from django.urls import get_resolver  # noqa: PLC0415

    _ = get_resolver().url_patterns  # every view is imported now, not while the first readers wait
    return front


def __getattr__(name: str) -> Front:
    """`application`, made when granian's worker asks for it: importing this module alone sets nothing up."""
    if name == "application":
        globals()["application"] = front = _load()
        return front
    raise AttributeError(name)
