"""The waiting rooms as this process remembers them, for showing only. Every number here is read from the database and
followed by its changes; nothing is decided by it, and a process that was killed reads it anew."""

from __future__ import annotations

import time
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.api import ArrivalChange, RoomView

# A transaction commits later than its moment, so changes are read again for a while: those of the last second at every
# look, and of as long as a transaction can wait for its locks at every few looks.
OVERLAP, LONG_OVERLAP = timedelta(seconds=1), timedelta(seconds=12)
LONG_EVERY = timedelta(seconds=4)
PACE_SECONDS = 180


@dataclass
class Copy:
    """One room: what its page shows, the waiting numbers in order, when people were called lately."""

    view: RoomView
    waiting: list[int] = field(default_factory=list)
    calls: deque[float] = field(default_factory=deque)

    def ahead(self, number: int) -> int:
        return bisect_left(self.waiting, number)

    def called_per_minute(self) -> float:
        since = time.monotonic() - PACE_SECONDS
        while self.calls and self.calls[0] < since:
            self.calls.popleft()
        return len(self.calls) * 60 / PACE_SECONDS


class Copies:
    """All rooms that have not ended. Read by the event loop, changed by the keeper's thread, whole values at a time."""

    def __init__(self) -> None:
        self.by_code: dict[str, Copy] = {}
        self.by_run: dict[int, Copy] = {}
        self.arrivals: dict[int, ArrivalChange] = {}
        self._since: datetime | None = None
        self._since_long: datetime | None = None

    def refresh(self, *, now: datetime) -> bool:
        """Read what changed; return whether any room lives."""
        views = enrolment.live_rooms(now=now)
        known = {view.run_id for view in views}
        fresh = known - self.by_run.keys()
        changes: list[ArrivalChange] = []
        if fresh:
            changes += enrolment.arrival_changes(fresh, since=None)
        if known - fresh and self._since is not None:
            changes += enrolment.arrival_changes(known - fresh, since=self._read_again_from(self._since, now))
        self._since = now
        copies = {view.run_id: self._with_view(view) for view in views}
        for change in changes:
            self._apply(copies, change)
        self._forget(known)
        self.by_run = copies
        self.by_code = {copy.view.code: copy for copy in copies.values()}
        return bool(views)

    def _read_again_from(self, since: datetime, now: datetime) -> datetime:
        if self._since_long is None or now - self._since_long >= LONG_EVERY:
            self._since_long = now
            return since - LONG_OVERLAP
        return since - OVERLAP

    def _with_view(self, view: RoomView) -> Copy:
        copy = self.by_run.get(view.run_id)
        if copy is None:
            return Copy(view)
        copy.view = view
        return copy

    def _apply(self, copies: dict[int, Copy], change: ArrivalChange) -> None:
        copy, before = copies.get(change.run_id), self.arrivals.get(change.id)
        if copy is None or before == change:
            return
        if before is not None and before.state == "waiting" and before.number is not None:
            place = bisect_left(copy.waiting, before.number)
            if place < len(copy.waiting) and copy.waiting[place] == before.number:
                del copy.waiting[place]
        if change.state == "waiting" and change.number is not None:
            insort(copy.waiting, change.number)
        if change.state == "called" and before is not None and before.state == "waiting":
            copy.calls.append(time.monotonic())
        self.arrivals[change.id] = change

    def _forget(self, known: Collection[int]) -> None:
        if self.by_run.keys() - set(known):
            self.arrivals = {number: each for number, each in self.arrivals.items() if each.run_id in known}
