"""Our own scheduler: two or three deeds at once, each in a thread and on a connection of its own, step by step.

Every SQL statement and every commit is a step. Before it the thread stops and asks; the scheduler lets exactly one go
and waits until that one asks again, ends, or is blocked inside the database, which PostgreSQL itself is asked
(`pg_blocking_pids`), never guessed from the time. So a schedule depends on its seed and on nothing else, and a failing
one can be run again with its trace in hand.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import psycopg
from django.db import connection

RUNNING, READY, DONE = "running", "ready", "done"
PATIENCE_SECONDS = 30
PATIENCE_TURNS = 20_000  # of 3 ms and a question to the database: minutes on a busy machine
QUIET = (
    "SAVEPOINT",
    "RELEASE SAVEPOINT",
    "ROLLBACK TO SAVEPOINT",
    "SET ",
    "SELECT set_config",
)  # nobody else sees them
# A deed that waits gives up after 3 s by the clock, which a busy machine reaches: here nobody gives up.
LOCK_TIMEOUT = "SELECT set_config('lock_timeout'"
SWITCH_CHANCES = (1.0, 0.4, 0.1)  # from restless to hardly ever: bugs of two far apart switches want the last

Deed = Callable[[], Any]


class Stuck(RuntimeError):
    """A thread neither came back nor is blocked in the database: the scheduler itself is at fault."""


@dataclass
class Played:
    """One schedule, played: what each deed returned or raised, the steps in their order, and circles of waiting."""

    outcomes: list[Any]
    trace: list[str]
    transactions: list[int] = field(default_factory=list)  # whose commit, or end, came when
    deadlocks: int = 0
    waits: int = 0  # how often a deed was seen waiting for another's lock: 0 means nobody met anybody

    @property
    def story(self) -> str:
        return "\n".join(self.trace)


@dataclass
class _Player:
    """One deed's thread. `turn` is handed over by the scheduler, under the stage's condition."""

    number: int
    stage: Stage
    state: str = DONE
    may_go: bool = False
    label: str = ""
    deed: Deed | None = None
    outcome: Any = None
    backend: int = 0
    is_commit: bool = False
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._live, daemon=True)

    def ask(self, label: str, *, is_commit: bool = False) -> None:
        """Stop until the scheduler lets this thread go."""
        if self.deed is None:  # before the first deed, while the connection is made ready
            return
        with self.stage.changed:
            self.state, self.label, self.is_commit = READY, label, is_commit
            self.stage.changed.notify_all()
            while not self.may_go:
                self.stage.changed.wait()
            self.may_go = False
            self.state = RUNNING

    def _live(self) -> None:
        with connection.execute_wrapper(self._before_statement):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.backend = cursor.fetchone()[0]
                cursor.execute("SET deadlock_timeout = '50ms'")  # a circle is a finding: do not wait a second for each
            real_commit = connection._commit

            def commit() -> None:
                self.ask("COMMIT", is_commit=True)
                real_commit()

            connection._commit = commit
            self.stage.arrived(self)
            while self._play_one():
                pass
        del connection._commit
        connection.close()

    def _play_one(self) -> bool:
        with self.stage.changed:
            while self.deed is None and not self.stage.is_over:
                self.stage.changed.wait()
            if self.stage.is_over:
                return False
            deed = self.deed
        assert deed is not None
        try:
            outcome = deed()
        except Exception as failure:
            outcome = failure
        with self.stage.changed:
            self.outcome, self.state, self.deed = outcome, DONE, None
            self.stage.changed.notify_all()
        return True

    def _before_statement(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(LOCK_TIMEOUT):
            params = ["0", *params[1:]]
        if not sql.startswith(QUIET):
            self.ask(" ".join(sql.split())[:110])
        try:
            return execute(sql, params, many, context)
        except Exception as failure:
            if isinstance(failure.__cause__, psycopg.errors.DeadlockDetected):
                self.stage.deadlocks += 1  # counted where PostgreSQL says so: the deed may try again and succeed
            raise


class Stage:
    """Keeps up to three players and their connections; `play` runs one schedule. A context manager."""

    def __init__(self, players: int = 3) -> None:
        self.changed = threading.Condition()
        self.is_over = False
        self.deadlocks = 0
        self.players = [_Player(number, self) for number in range(players)]
        self._monitor: psycopg.Connection[Any] | None = None

    def __enter__(self) -> Stage:
        params = connection.get_connection_params()
        keep = {k: v for k, v in params.items() if k in {"dbname", "user", "password", "host", "port"}}
        self._monitor = psycopg.connect(**keep, autocommit=True)
        for player in self.players:
            player.thread.start()
        with self.changed:
            assert self.changed.wait_for(lambda: all(p.backend for p in self.players), PATIENCE_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        with self.changed:
            self.is_over = True
            self.changed.notify_all()
        for player in self.players:
            player.thread.join(timeout=PATIENCE_SECONDS)
        if self._monitor is not None:
            self._monitor.close()

    def arrived(self, player: _Player) -> None:
        with self.changed:
            self.changed.notify_all()

    def play(self, deeds: Sequence[Deed], choose: Chooser) -> Played:
        """Run the deeds at once, in the order that `choose` picks step by step."""
        cast = self.players[: len(deeds)]
        played, self.deadlocks = Played([], []), 0
        with self.changed:
            for player, deed in zip(cast, deeds, strict=True):
                player.deed, player.outcome, player.state, player.may_go = deed, None, RUNNING, False
            self.changed.notify_all()
        current: _Player | None = None
        ended: set[int] = set()
        while True:
            self._settle(cast, played)
            for player in cast:
                if player.state == DONE and player.number not in ended:
                    ended.add(player.number)
                    played.transactions.append(player.number)
            ready = [player for player in cast if player.state == READY]
            if not ready:
                break
            current = choose(ready, current)
            played.trace.append(f"{current.number}: {current.label}")
            if current.is_commit:
                played.transactions.append(current.number)
            with self.changed:
                current.may_go, current.state = True, RUNNING
                self.changed.notify_all()
        played.outcomes = [player.outcome for player in cast]
        played.deadlocks = self.deadlocks
        return played

    def _settle(self, cast: Sequence[_Player], played: Played) -> None:
        """Return when every player has ended, asks for its turn, or is blocked by one that does."""
        has_waited = False
        for _ in range(PATIENCE_TURNS):
            with self.changed:
                if self.changed.wait_for(lambda: all(p.state != RUNNING for p in cast), 0.003):
                    return
                running = [player for player in cast if player.state == RUNNING]
            blocked = self._blocked([player.backend for player in running])
            with self.changed:
                running = [player for player in running if player.state == RUNNING]
                if not running or any(player.backend not in blocked for player in running):
                    continue
                played.waits += not has_waited
                has_waited = True
                if any(p.state == READY for p in cast):
                    return
            # Everybody waits for somebody: if it is a circle, PostgreSQL ends one of them after its deadlock_timeout.
        raise Stuck(played.story)

    def _blocked(self, backends: list[int]) -> set[int]:
        """Which of them wait for another player. Who waits for a stranger (autovacuum) simply has not come back yet."""
        assert self._monitor is not None
        rows = self._monitor.execute(
            "SELECT pid FROM unnest(%s::int[]) AS pid WHERE pg_blocking_pids(pid) && %s::int[]",
            [backends, [player.backend for player in self.players]],
        )
        return {pid for (pid,) in rows.fetchall()}


Chooser = Callable[[list[_Player], "_Player | None"], _Player]


def drawn(seed: int) -> Chooser:
    """A schedule drawn from `seed`: now restless, now with few switches."""
    dice = Random(seed)
    chance = dice.choice(SWITCH_CHANCES)

    def choose(ready: list[_Player], current: _Player | None) -> _Player:
        if current in ready and dice.random() >= chance:
            return current
        return dice.choice(ready)

    return choose


def in_order(order: Sequence[int]) -> Chooser:
    """A serial order: the first of `order` that can go, to its end."""

    def choose(ready: list[_Player], current: _Player | None) -> _Player:
        return min(ready, key=lambda player: order.index(player.number))

    return choose


def by_transactions(order: Sequence[int]) -> Chooser:
    """Whole transactions one after the other: `order` names whose turn it is, each to its next commit or its end."""
    left = list(order)
    has_committed = False

    def choose(ready: list[_Player], current: _Player | None) -> _Player:
        nonlocal has_committed
        if current is not None and (has_committed or current not in ready):
            if left and left[0] == current.number:
                left.pop(0)
            has_committed = False
        while left and all(player.number != left[0] for player in ready):
            left.pop(0)
        chosen = next((player for player in ready if left and player.number == left[0]), ready[0])
        has_committed = chosen.is_commit
        return chosen

    return choose


def interrupted(number: int, steps: int, order: Sequence[int]) -> Chooser:
    """Deed `number` makes so many steps, then whole transactions follow in `order`, its own remainder among them."""
    others = by_transactions(order)
    made = 0

    def choose(ready: list[_Player], current: _Player | None) -> _Player:
        nonlocal made
        first = next((player for player in ready if player.number == number), None)
        if made < steps and first is not None:
            made += 1
            return first
        made = steps
        return others(ready, current)

    return choose
