from datetime import datetime

from django.db import transaction

from xueqiao.domains.classes.errors.runs import BadClassPlan, NotInThisState, RoomTooSmall, UnknownClass
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.classes.queries import get_class_by_id
from xueqiao.domains.classes.queries.sessions import smallest_room_to_come
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.values.runs import ClassDetail
from xueqiao.foundation.audit.api import Actor, record_deed

CHANGEABLE = ("draft", "awaiting", "published")


def change_capacity(*, actor: Actor, run_id: int, capacity: int, now: datetime) -> ClassDetail:
    """Plan more or fewer seats for a class; a published one's seats are moved by enrolment in the same transaction.

    Locks the run's row (against a move to a smaller room), not its key: places go on being taken. Raises NotAllowed,
    UnknownClass, NotInThisState, BadClassPlan, RoomTooSmall; then nothing moved.
    """
    with transaction.atomic():
        run = ClassRun.objects.select_for_update(of=("self",), no_key=True).filter(id=run_id).first()
        if run is None:
            raise UnknownClass(code=str(run_id))
        rules.require_may_plan(actor, run.region)
        if run.state not in CHANGEABLE:
            raise NotInThisState(state=rules.STATE_WORDS[run.state])
        if not max(1, run.learners_min) <= capacity <= rules.CAPACITY_MAX:
            raise BadClassPlan(what=f"座位数要在 {max(1, run.learners_min)}（开班人数）到 {rules.CAPACITY_MAX} 之间")
        room = smallest_room_to_come(run_id, now=now)
        if room is not None and capacity > room[1] and capacity > run.capacity:
            raise RoomTooSmall(room=room[0], seats=room[1], capacity=capacity)
        before, run.capacity = run.capacity, capacity
        run.save(update_fields=["capacity"])
        record_deed(
            actor=actor,
            verb="change_capacity",
            object_kind="class_run",
            object_id=run.id,
            region=run.region,
            now=now,
            detail={"code": run.code, "before": before, "after": capacity},
        )
        return get_class_by_id(run.id, now=now)
