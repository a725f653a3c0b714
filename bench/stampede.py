"""A cheap load generator: one thread, epoll, requests written beforehand. It shares two cores with what it measures."""

from __future__ import annotations

import select
import socket
import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

ANSWER_SECONDS_MAX = 30.0


@dataclass
class Stampede:
    """What came back. seconds: from the first request to the last answer; latencies in seconds, of `good` ones."""

    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    good: int = 0
    seconds: float = 0.0
    unanswered: int = 0

    @property
    def good_per_second(self) -> float:
        return self.good / self.seconds if self.seconds else 0.0


class _Line:
    """One connection: at most one request under way."""

    __slots__ = ("began", "connection", "received", "wanted")

    def __init__(self, port: int) -> None:
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.setblocking(False)
        self.received = b""
        self.began = 0.0
        self.wanted = -1

    def send(self, request: bytes) -> None:
        self.began = time.perf_counter()
        self.connection.send(request)  # a few hundred bytes into an empty buffer: never in part

    def take(self) -> bytes | None:
        """The whole answer, or None when more is to come."""
        try:
            part = self.connection.recv(262_144)
        except BlockingIOError:
            return None
        if not part:
            raise ConnectionError("the server hung up")
        self.received = self.received + part if self.received else part
        if self.wanted < 0:
            end = self.received.find(b"\r\n\r\n")
            if end < 0:
                return None
            head = self.received[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            self.wanted = end + 4 + length
        if len(self.received) < self.wanted:
            return None
        answer, self.received, self.wanted = self.received, b"", -1
        return answer


def run(
    port: int,
    requests: Iterable[bytes],
    *,
    connections: int,
    good: bytes,
    per_second: float | None = None,
    seconds_max: float = 30.0,
) -> Stampede:
    """Send the requests over `connections` lines; an answer counts as good when it contains `good` in its head.

    per_second None: each line sends its next request when the last was answered. With a number: requests come at that
    pace whether or not earlier ones were answered, as people do; those without a free line count as unanswered.
    """
    lines = {}
    poll = select.epoll()
    for _ in range(connections):
        line = _Line(port)
        lines[line.connection.fileno()] = line
        poll.register(line.connection.fileno(), select.EPOLLIN)
    free = deque(lines.values())
    coming = iter(requests)
    found, began = Stampede(), time.perf_counter()
    sent, busy, is_over, last = 0, 0, False, began
    while True:
        now = time.perf_counter()
        while free and not is_over and (per_second is None or sent < (now - began) * per_second):
            request = next(coming, None)
            if request is None or now - began > seconds_max:
                is_over = True
                break
            free.popleft().send(request)
            sent, busy = sent + 1, busy + 1
        if per_second is not None and not free and not is_over:
            missed = int((now - began) * per_second) - sent
            if missed > 0:
                found.unanswered += missed
                sent += missed
        if (is_over and not busy) or now - last > ANSWER_SECONDS_MAX:
            break
        for number, _ in poll.poll(0.002 if per_second is not None else 1.0):
            line = lines[number]
            answer = line.take()
            if answer is None:
                continue
            last = time.perf_counter()
            found.statuses[int(answer[9:12])] += 1
            if good in answer[:700]:
                found.good += 1
                found.latencies.append(last - line.began)
            busy -= 1
            free.append(line)
    found.seconds = max(last - began, 1e-9)
    found.unanswered += busy
    for line in lines.values():
        line.connection.close()
    return found
