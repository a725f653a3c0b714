"""The statements that give numbers and turns. Every function needs an open transaction; locks: README.md."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from xueqiao.domains.enrolment.admission.seats import rows_of, run_statement
from xueqiao.foundation.arrays import array


def open_rooms(run_ids: Collection[int], *, now: datetime) -> None:
    """Make the rooms that are missing or have ended."""
    run_statement("open_rooms", {"run_ids": array(sorted(set(run_ids))), "now": now})


def lock_openings(run_ids: Collection[int]) -> dict[int, bool]:
    """Lock rooms, lowest id first; return whether their numbers were given already."""
    rows = rows_of("lock_openings", {"run_ids": array(sorted(set(run_ids)))})
    return {run_id: is_numbered for run_id, is_numbered, _ in rows}


def enter(columns: Mapping[str, Any]) -> None:
    """Take people in. Needs their rooms locked. columns: the parameters that enter_rooms.sql names."""
    run_statement("enter_rooms", columns)


def number_arrivals(run_id: int, seed: bytes, *, now: datetime) -> None:
    """Give everybody present a number in the order drawn with `seed` (32 bytes). Needs the room locked."""
    run_statement("number_arrivals", {"run_id": run_id, "seed": seed, "now": now})


def lock_live_rooms(*, now: datetime) -> list[tuple[int, bool, int, int, datetime]]:
    """Lock the rooms of open classes that nobody else is busy with: (run, numbered, institution, region, closes)."""
    return rows_of("lock_live_rooms", {"now": now})


def lapse_turns(run_ids: Collection[int], *, now: datetime) -> None:
    """End the turns past their time. Needs the rooms locked."""
    run_statement("lapse_turns", {"run_ids": array(run_ids), "now": now})


def call_next(columns: Mapping[str, Any]) -> int:
    """Call people as far as seats are free; return how many. Needs the rooms locked."""
    return len(rows_of("call_next", columns))


def end_rooms(run_ids: Collection[int], *, quiet_since: datetime, seen_since: datetime, now: datetime) -> list[int]:
    """End the rooms in which nobody is left; return which. Needs the rooms locked."""
    parameters = {"run_ids": array(run_ids), "quiet_since": quiet_since, "seen_since": seen_since, "now": now}
    return [run_id for (run_id,) in rows_of("end_rooms", parameters)]


def lock_turns(pairs: Collection[tuple[int, int]], *, now: datetime) -> dict[tuple[int, int], int]:
    """Lock the living turns of (run, person); return their arrivals by pair. Needs the persons' locks."""
    wanted = sorted(set(pairs))
    parameters = {"run_ids": array(r for r, _ in wanted), "person_ids": array(p for _, p in wanted), "now": now}
    return {(run_id, person_id): arrival_id for arrival_id, run_id, person_id in rows_of("lock_turns", parameters)}


def use_turns(place_of_arrival: Mapping[int, int], *, now: datetime) -> None:
    """Mark turns as used, each for its place. Needs the turns locked."""
    if place_of_arrival:
        ids, place_ids = array(place_of_arrival), array(place_of_arrival.values())
        run_statement("use_turns", {"ids": ids, "place_ids": place_ids, "now": now})
