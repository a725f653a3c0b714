"""Short words for tests of places."""

from typing import Any

from tests.worlds.small_county import SmallCounty, acting
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import Place, SeatPool
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.scope import Scope

ALL = Scope.everything("test")


def held(world: SmallCounty, run: Any = None, *, key: str = "held") -> enrolment.PlaceView:
    """The rider's hold in a run (the free one unless told)."""
    return enrolment.hold_seat(
        actor=acting(world.rider),
        run_id=(run or world.run).pk,
        person_id=world.rider.pk,
        request_key=key,
        channel="web",
        now=world.now,
    )


def pool(run: Any) -> tuple[int, int]:
    row = SeatPool.objects.get(pk=run.pk)
    return row.held, row.taken


def state_of(place: enrolment.PlaceView) -> str:
    return Place.objects.within(ALL).get(pk=place.id).state


def trace() -> tuple[Any, ...]:
    """All that must not move when something is refused."""
    return (
        list(Place.objects.within(ALL).order_by("pk").values()),
        list(SeatPool.objects.order_by("pk").values()),
        OutboxEvent.objects.count(),
        AuditEntry.objects.count(),
    )
