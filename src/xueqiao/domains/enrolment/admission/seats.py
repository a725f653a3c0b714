"""The only code that moves a seat pool. Every function needs an open transaction; doctrine and order: README.md."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import uniform
from time import sleep
from typing import Any, TypeVar
from uuid import UUID

from django.db import OperationalError, connection, transaction

from xueqiao.domains.enrolment.errors.seats import SeatsBusy
from xueqiao.foundation.arrays import array
from xueqiao.foundation.locks import require_transaction, set_lock_timeout
from xueqiao.foundation.prepared import prepared_rows

T = TypeVar("T")
_FOLDER = Path(__file__).parent
TRIES_MAX = 3
LOCK_TIMEOUT, DEADLOCK = "55P03", "40P01"


class PoolOutOfStep(RuntimeError):
    """A place says held or taken and its pool does not: stop rather than go on with wrong numbers."""


class ListMoved(RuntimeError):
    """The name list of a class was written after the caller read it: whoever it judged must be judged again."""


def hold_one(run_id: int, list_version: int = 0) -> int | None:
    """Take one seat on hold; return how many are left, or None when the class is full. Locks the pool row.

    list_version: of the list by which the person was judged (`RunFacts`), 0 when the class was everybody's. None too
    when the list is another by now: `require_list` tells the two apart.
    """
    return _run("hold_one", run_id, list_version=list_version)


def require_list(run_id: int, list_version: int) -> None:
    """Raise ListMoved when the class has another list by now than the one the caller read. Locks the pool row."""
    if _run("lock_list", run_id) not in {None, list_version}:
        raise ListMoved


def change_list(run_id: int) -> None:
    """Say that the class has a new name list: nobody takes a seat who was judged by the one before. Locks the pool."""
    _must(_run("change_list", run_id), run_id)


def take_one(run_id: int) -> int | None:
    """Take one seat for good; return how many are left, or None when the class is full. Locks the pool row."""
    return _run("take_one", run_id)


def confirm_one(run_id: int) -> int:
    """Turn one held seat into a taken one; return how many are left. Locks the pool row."""
    return _must(_run("confirm_one", run_id), run_id)


def free_held(run_id: int, number: int = 1) -> int:
    """Give `number` held seats back, to the line if somebody waits; return how many newcomers find. Locks the pool."""
    return _must(_run("free_held", run_id, number), run_id)


def free_taken(run_id: int) -> int:
    """Give one taken seat back, to the line if somebody waits; return how many newcomers find. Locks the pool row."""
    return _must(_run("free_taken", run_id), run_id)


def change_capacity(run_id: int, capacity: int) -> int | None:
    """Set how many seats there are; return how many newcomers find, or None when more are in use. Locks the pool."""
    return _run("change_capacity", run_id, capacity)


@dataclass(frozen=True)
class LinePool:
    """What a line may be offered, under the pool's lock: free, kept for it; its length; `freed` so far; which list."""

    free: int
    kept: int
    waiting: int
    freed: int
    list_version: int

    @property
    def available(self) -> int:
        return self.free + self.kept


def lock_line(run_id: int) -> LinePool | None:
    """Lock the pool row; return what the line may be offered, or None when there is no pool."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_statement("lock_line"), {"run_id": run_id})
        row = cursor.fetchone()
    return LinePool(*row) if row else None


def join_line(run_id: int, number: int = 1) -> int:
    """Count `number` entries into the line, or out of it when negative; return how many newcomers find. Locks the pool.

    When the last one leaves, what was kept for the line goes back to everybody.
    """
    return _must(_run("join_line", run_id, number), run_id)


def offer_line(run_id: int, number: int) -> int:
    """Hold `number` seats for one waiting entry, waiting no more; return how many newcomers find. Locks the pool."""
    return _must(_run("offer_line", run_id, number), run_id)


def let_go(run_id: int) -> int:
    """Give what is kept for the line back to everybody; return how many newcomers find. Locks the pool row."""
    return _must(_run("let_go", run_id), run_id)


def hold_many(run_id: int, number: int) -> int | None:
    """Take `number` seats on hold; return how many are left, or None when so many are not free. Locks the pool row."""
    return _run("hold_many", run_id, number)


def close_pool(run_id: int, *, held: int = 0, taken: int = 0) -> int:
    """Give up the seats of ended places of a cancelled class; return how many live ones are left. Locks the pool row.

    The capacity shrinks to those, so that no path finds a free seat in a class that is no more.
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_statement("close_pool"), {"run_id": run_id, "held": held, "taken": taken})
        row = cursor.fetchone()
    return _must(None if row is None else row[0], run_id)


def lock_pool(run_id: int) -> int | None:
    """Lock the pool row; return how many seats are left, or None when there is no pool."""
    return _run("lock_pool", run_id)


def open_pool(run_id: int) -> None:
    """Insert the pool of a run as zero, with the planned capacity, unless it is there."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_statement("open_pool"), {"run_id": run_id})


def lock_pools(run_ids: Collection[int], list_versions: Mapping[int, int] | None = None) -> dict[int, int]:
    """Lock the pool rows of several classes, lowest id first; return the free seats of those that have a pool.

    list_versions: the lists by which people were judged, by class. Raises ListMoved when one is another by now.
    """
    rows = rows_of("lock_pools", {"run_ids": array(sorted(set(run_ids)))})
    if list_versions and any(version != list_versions.get(run_id, version) for run_id, _, version in rows):
        raise ListMoved
    return {run_id: free for run_id, free, _ in rows}


def open_pools(run_ids: Collection[int]) -> None:
    """As open_pool, for several classes. Needs an open transaction."""
    run_statement("open_pools", {"run_ids": array(sorted(set(run_ids)))})


def admit_group(columns: Mapping[str, Any]) -> list[tuple[int, int, UUID, int]]:
    """Admit a group by the one statement; return (number, place id, uuid, seats left) of those who got a seat.

    Needs the persons' locks and the pools locked by `lock_pools`. columns: the parameters that admit_group.sql names.
    """
    return rows_of("admit_group", columns)


def new_place_ids(count: int) -> list[int]:
    """Take `count` numbers for places that are about to be written."""
    rows = prepared_rows(
        "SELECT nextval(sequence.name) FROM (SELECT pg_get_serial_sequence('enrolment_place', 'id')::regclass"
        " OFFSET 0) AS sequence (name), generate_series(1, %s::int)",
        [count],
    )
    return [number for (number,) in rows]


def with_patience(deed: Callable[[], T]) -> T:
    """Run `deed` in a transaction; when a lock is not to be had within 3 s, try again with jitter, then say busy.

    When a list moved under it, it is tried again at once. Inside somebody else's transaction a lock that is not to be
    had is raised: the owner of that transaction decides what to do.
    """
    is_inside = connection.in_atomic_block
    for attempt in range(TRIES_MAX):
        try:
            with transaction.atomic():
                set_lock_timeout(by_key=True)
                return deed()
        except ListMoved:
            continue
        except OperationalError as failure:
            if is_inside or getattr(failure.__cause__, "sqlstate", None) not in {LOCK_TIMEOUT, DEADLOCK}:
                raise
            sleep(uniform(0.02, 0.1) * (attempt + 1))  # noqa: S311 - jitter, not a secret
    raise SeatsBusy


def _run(name: str, run_id: int, number: int = 1, *, list_version: int = 0) -> int | None:
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_statement(name), {"run_id": run_id, "number": number, "list": list_version})
        row = cursor.fetchone()
    return None if row is None else row[0]


def rows_of(name: str, parameters: Mapping[str, Any]) -> list[Any]:
    """Run a statement of this folder; return its rows. Needs an open transaction."""
    require_transaction()
    return prepared_rows(_statement(name), parameters)


def run_statement(name: str, parameters: Mapping[str, Any]) -> None:
    """Run a statement of this folder that returns nothing. Needs an open transaction."""
    rows_of(name, parameters)


def _must(left: int | None, run_id: int) -> int:
    if left is None:
        raise PoolOutOfStep(f"pool of run {run_id}")
    return left


@cache
def _statement(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text()
