"""Short words for tests of waiting rooms."""

from datetime import timedelta
from typing import Any

from tests.worlds.small_county import add_person, add_run, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.api import RoomRequest
from xueqiao.domains.enrolment.models import Arrival
from xueqiao.foundation.scope import Scope

ALL = Scope.everything("test")


def opening_soon(capacity: int = 3, minutes: int = 10, **extra: Any) -> tuple[Any, Any]:
    """The world and a class that opens for enrolment in some minutes."""
    world = small_county()
    run, _, _ = add_run(world, capacity=capacity, enrol_opens_at=world.now + timedelta(minutes=minutes), **extra)
    return world, run


def people(count: int) -> list[Any]:
    return [add_person(f"居民{n}") for n in range(count)]


def enter(run: Any, persons: list[Any], now: Any) -> list[Any]:
    return enrolment.enter_rooms(requests=[RoomRequest(person.pk, run.pk) for person in persons], now=now)


def arrivals(run: Any) -> Any:
    return Arrival.objects.within(ALL).filter(opening_id=run.pk)


def states(run: Any) -> list[str]:
    """States in the order of numbers."""
    return list(arrivals(run).order_by("number").values_list("state", flat=True))
