"""Two classes with waiting rooms: one about to open with people gathering, one where it is the elder's turn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.worlds import small_county as small
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.api import RoomRequest
from xueqiao.domains.enrolment.models import Arrival
from xueqiao.foundation.scope import Scope


def add_waiting_rooms(world: Any, now: datetime) -> dict[str, Any]:
    """gathering: opens in ten minutes. queue: opened a moment ago, few seats. turn: the elder has been called."""
    day = small.TODAY + timedelta(days=9)
    soon, _, _ = small.add_run(
        world, hour=8, first_day=day, title="钢琴入门", capacity=12, enrol_opens_at=now + timedelta(minutes=10)
    )
    opened = {"first_day": day, "capacity": 1, "enrol_opens_at": now - timedelta(minutes=1)}
    queue, _, _ = small.add_run(world, hour=10, title="声乐基础", **opened)
    turn, _, _ = small.add_run(world, hour=14, title="国画山水", **opened)
    waiting = [small.add_person(f"等候{n}") for n in range(6)]
    enrolment.enter_rooms(
        requests=[RoomRequest(p.pk, queue.pk) for p in waiting] + [RoomRequest(world.elder.pk, turn.pk)],
        now=now - timedelta(minutes=2),
    )
    clerk = small.on_duty(world.clerk, "centre_clerk", small.HEDE, channel="counter")
    for run, person in ((soon, world.elder), (queue, world.elder)):  # at the window, without a telephone
        enrolment.enter_room(
            actor=clerk, run_id=run.pk, person_id=person.pk, channel="counter", now=now - timedelta(minutes=2)
        )
    enrolment.mark_present(
        arrival_ids=list(Arrival.objects.within(Scope.everything("test")).values_list("pk", flat=True)), now=now
    )
    enrolment.call_next(now=now)
    return {"gathering": soon, "queue": queue, "turn": turn}
