"""What a bench is, how it is measured, and where it runs.

A bench compares a figure with a limit measured in the same run, round by round in turn, so that a busy machine slows
both. The figure, the limit and the ratio are medians over the rounds.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

HIGHER, LOWER = "higher", "lower"


@dataclass(frozen=True)
class Result:
    """One line of the table and of latest.json.

    limit: what the figure is held against, in the same unit (None: nothing). ratio: figure / limit. aim: what the ratio
    (or, without a limit, the figure) should reach, or stay under when lower is better; None: for information.
    """

    name: str
    figure: float
    unit: str
    limit: float | None
    ratio: float | None
    rounds: int
    aim: float | None
    met: bool | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Bench:
    """A registered bench: `run()` yields results."""

    name: str
    run: Callable[[], Iterator[Result]]


benches: dict[str, Bench] = {}
own_server: list[str] = []  # the DATABASE_URL that was given, before benches got a database of their own


def bench(name: str) -> Callable[[Callable[[], Iterator[Result]]], Callable[[], Iterator[Result]]]:
    """Register a generator of results as the bench `name` ("ledger.transfers")."""

    def register(run: Callable[[], Iterator[Result]]) -> Callable[[], Iterator[Result]]:
        if name in benches:
            raise ValueError(f"two benches are called {name}")
        benches[name] = Bench(name, run)
        return run

    return register


def result(
    name: str,
    figures: Sequence[float],
    unit: str,
    *,
    limits: Sequence[float] = (),
    aim: float | None = None,
    better: str = HIGHER,
) -> Result:
    """Medians of measured rounds as a Result. The ratio is the median of the rounds' own ratios."""
    figure = statistics.median(figures)
    limit = statistics.median(limits) if limits else None
    ratio = statistics.median(f / lim for f, lim in zip(figures, limits, strict=True)) if limits else None
    judged = figure if ratio is None else ratio
    met = None if aim is None else (judged >= aim if better == HIGHER else judged <= aim)
    return Result(
        name,
        round(figure, 3),
        unit,
        None if limit is None else round(limit, 3),
        None if ratio is None else round(ratio, 3),
        len(figures),
        aim,
        met,
    )


def in_turn(rounds: int, *acts: Callable[[], float]) -> list[list[float]]:
    """Run every act once per round, in turn and starting with another one each round; the figures per act."""
    figures: list[list[float]] = [[] for _ in acts]
    for turn in range(rounds):
        for step in range(len(acts)):
            position = (turn + step) % len(acts)
            figures[position].append(acts[position]())
    return figures


def percentile(figures: Sequence[float], percent: int) -> float:
    """The smallest figure that at least `percent` of 100 do not exceed."""
    ordered = sorted(figures)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def tail_result(
    name: str, figures: Sequence[float], unit: str, *, limits: Sequence[float], percent: int, aim: float | None = None
) -> Result:
    """A percentile of single measurements, held against the same percentile of the limit's; lower is better."""
    figure, limit = percentile(figures, percent), percentile(limits, percent)
    ratio = round(figure / limit, 3)
    met = None if aim is None else ratio <= aim
    return Result(name, round(figure, 3), unit, round(limit, 3), ratio, len(figures), aim, met)


def per_second(count: int, act: Callable[[], object]) -> float:
    """How many of `count` things `act` does in a second."""
    start = time.perf_counter()
    act()
    return count / (time.perf_counter() - start)


@contextlib.contextmanager
def throwaway_database() -> Iterator[None]:
    """A migrated database of our own that is dropped at the end: on the server of DATABASE_URL, or on an embedded one
    with the durable settings of the product. Django is set up on it."""
    with contextlib.ExitStack() as stack:
        url = os.environ.get("DATABASE_URL")
        own_server[:] = [url] if url else []
        if url:
            url = stack.enter_context(own_database(url, f"bench_{os.getpid()}"))
        else:
            from xueqiao.server.embedded_database import throwaway

            url = stack.enter_context(throwaway(durable=True))
        os.environ["DATABASE_URL"] = url

        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        try:
            yield
        finally:
            connections.close_all()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextlib.contextmanager
def own_database(url: str, name: str) -> Iterator[str]:
    """An empty database `name` on the server of `url` for the block; yields its address."""
    with admin_of(url) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        for (old,) in admin.execute("SELECT datname FROM pg_database WHERE datname ~ '^bench_[0-9]+$'").fetchall():
            if not _is_alive(int(old.removeprefix("bench_"))):  # left behind by a bench that was killed
                admin.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield address_on(url, name)
        finally:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def admin_of(url: str) -> psycopg.Connection[Any]:
    """A connection for statements about databases, each its own transaction."""
    return psycopg.connect(address_on(url, "postgres"), autocommit=True)


def address_on(url: str, name: str) -> str:
    """The address of another database on the server of `url`."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@contextlib.contextmanager
def connected_to(url: str) -> Iterator[None]:
    """Let Django work on another database, with a folder of its own for files, for the block."""
    from django.db import connection
    from django.test.utils import override_settings

    from xueqiao.server.settings import database_settings

    changed = database_settings(url)
    before = {name: connection.settings_dict[name] for name in changed}
    connection.close()
    connection.settings_dict.update(before | changed)
    try:
        with tempfile.TemporaryDirectory() as media, override_settings(MEDIA_ROOT=media):
            yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
