"""Reads of late forms and devices."""

from xueqiao.domains.enrolment.models import CounterDevice, LateEntry
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.values.late import DeviceView, LateView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.scope import Scope


def late_view(row: LateEntry) -> LateView:
    return LateView(
        uuid=row.uuid,
        round_id=row.round_id,
        person_id=row.person_id,
        person_name=row.person.name,
        run_ids=tuple(row.run_ids),
        source=row.source,
        stamped_at=row.stamped_at,
        why=row.why,
        state=row.state,
        received_by_id=row.received_by_id,
        received_at=row.received_at,
        decision=row.decision,
        entry_id=row.entry_id,
    )


def late_entries_of(*, actor: Actor, round_id: int, limit: int = 100) -> list[LateView]:
    """Late forms of a round for the staff of its unit, those that wait first. Raises NotAllowed."""
    people.require_role(actor, *STAFF_ROLES)
    rows = LateEntry.objects.within(Scope(ranges=actor.scope.ranges) if actor.kind != "system" else actor.scope)
    rows = rows.select_related("person").filter(round_id=round_id)
    return [late_view(row) for row in rows.order_by("-state", "received_at", "pk")[:limit]]


def devices_of(*, actor: Actor) -> list[DeviceView]:
    """The actor's own registered devices, newest first."""
    rows = CounterDevice.objects.filter(clerk_id=actor.person_id).order_by("-registered_at")
    return [device_view(row) for row in rows[:50]]


def device_view(row: CounterDevice) -> DeviceView:
    return DeviceView(row.uuid, row.clerk_id, row.label, row.registered_at, row.withdrawn_at is None)
