"""One writer with a queue in memory: what arrives while it works is its next group; answers come after the commit."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")
logger = logging.getLogger("xueqiao.rush")
CROWD_MIN = 8
GATHER_SECONDS_MAX, GATHER_STEP_SECONDS = 0.030, 0.002


class TooMany(Exception):
    """The queue is as long as the writer can answer in time: say so at once rather than late."""


class Batches(Generic[Q, A]):
    """Collects questions of the event loop and has a thread answer them in groups of at most `most`.

    Nothing is answered that was not committed: `work` returns after its transaction. When it raises, every question of
    the group fails, and whoever asks again with the same key learns what was stored.
    """

    def __init__(self, name: str, work: Callable[[Sequence[Q]], Sequence[A]], *, most: int, waiting_max: int) -> None:
        self._work, self._most, self._waiting_max = work, most, waiting_max
        self._queue: deque[tuple[Q, asyncio.Future[A]]] = deque()
        self._arrived = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.answered = 0

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._thread.start()

    def ask(self, question: Q) -> asyncio.Future[A]:
        """Queue a question; the future is done after the commit. Raises TooMany. Call it in the event loop."""
        if self._loop is None or len(self._queue) >= self._waiting_max:
            raise TooMany
        future: asyncio.Future[A] = self._loop.create_future()
        self._queue.append((question, future))
        self._arrived.set()
        return future

    def _run(self) -> None:
        crowd = 0
        while True:
            self._arrived.wait()
            self._arrived.clear()
            while self._queue:
                self._gather(crowd)
                group = [self._queue.popleft() for _ in range(min(self._most, len(self._queue)))]
                crowd = max(len(group), crowd // 2)
                self._answer(group)

    def _gather(self, crowd: int) -> None:
        """In a crowd, wait while they come: a transaction for the first three of them costs nearly what one for all of
        them does, so a group that begins too soon makes everybody behind it wait longer. Alone, nobody waits."""
        if crowd < CROWD_MIN:
            return
        until, before = time.monotonic() + GATHER_SECONDS_MAX, 0
        while before < len(self._queue) < self._most and time.monotonic() < until:
            before = len(self._queue)
            time.sleep(GATHER_STEP_SECONDS)

    def _answer(self, group: list[tuple[Q, asyncio.Future[A]]]) -> None:
        answers: Sequence[A] | None = None
        failure: Exception | None = None
        try:
            answers = self._work([question for question, _ in group])
        except Exception as broken:
            logger.exception("a group of %s was not answered", len(group))
            failure = broken
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._deliver, group, answers, failure)

    def _deliver(
        self, group: list[tuple[Q, asyncio.Future[A]]], answers: Sequence[A] | None, failure: Exception | None
    ) -> None:
        for number, (_, future) in enumerate(group):
            if future.done():
                continue  # the browser went away; what was committed stays
            if answers is None:
                future.set_exception(failure or RuntimeError("no answer"))
            else:
                future.set_result(answers[number])
        self.answered += len(group)
