from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.waiting import MoveNeedsAnother, MoveNotWaiting, WaitingEntryNotFound
from xueqiao.domains.enrolment.models import LineMove, WaitingEntry
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.queries.waiting import last_key, line_of
from xueqiao.domains.enrolment.rules.waiting import JOINED_BASE, STEP, key_between
from xueqiao.domains.enrolment.values.waiting import OFFERED, WAITING
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.scope import Scope

_EVERYTHING = Scope.everything("the line of one class, checked for staff of its unit")


def move_in_line(*, actor: Actor, move_uuid: UUID, is_approved: bool, now: datetime) -> None:
    """Do (or refuse) a change of a line's order that another member of staff asked for with a reason.

    Repeating a decision changes nothing. Locks the pool. Raises WaitingEntryNotFound, NotAllowed, MoveNeedsAnother when
    it is the same person, MoveNotWaiting when the entry waits no more.
    """
    seats.with_patience(partial(_move, actor, move_uuid, is_approved, now))


def _move(actor: Actor, move_uuid: UUID, is_approved: bool, now: datetime) -> None:
    known = LineMove.objects.within(_EVERYTHING).select_related("entry").filter(uuid=move_uuid).first()
    if known is None:
        raise WaitingEntryNotFound
    people.require_role(actor, *STAFF_ROLES, region=known.entry.region)
    run_id = known.entry.run_id
    seats.lock_pool(run_id)
    move = LineMove.objects.within(_EVERYTHING).select_for_update().get(pk=known.pk)
    if move.state != "asked":
        return
    if move.asked_by_id == actor.person_id:
        raise MoveNeedsAnother
    if is_approved:
        entry = WaitingEntry.objects.within(_EVERYTHING).get(pk=move.entry_id)
        if entry.state != WAITING:
            raise MoveNotWaiting
        _place_at(entry, move.position)
    move.state = "done" if is_approved else "refused"
    move.decided_by_id, move.decided_at = actor.person_id, now
    move.save(update_fields=["state", "decided_by", "decided_at"])
    record_deed(
        actor=actor,
        verb="move_in_line" if is_approved else "refuse_move_in_line",
        object_kind="waiting_entry",
        object_id=move.entry_id,
        now=now,
        region=known.entry.region,
        detail={
            "from": move.position_before,
            "to": move.position,
            "reason": move.reason,
            "asked_by": move.asked_by_id,
        },
    )


def _place_at(entry: WaitingEntry, position: int) -> None:
    """Put the entry where `position` (from 1) is among those who wait. Needs the pool locked."""
    others = [each for each in line_of(entry.run_id) if each.pk != entry.pk]
    if not others:
        return  # whoever waits alone stands where she stood
    key = _key_at(others, position)
    if key is None or _is_taken(entry, key):
        key = _key_at(_spread(entry, others), position)
    if key is None:
        raise RuntimeError("no room in a line that was just spread")
    entry.line_key = key
    entry.save(update_fields=["line_key"])


def _key_at(others: list[WaitingEntry], position: int) -> int | None:
    at = min(position - 1, len(others))
    return key_between(others[at - 1].line_key if at else None, others[at].line_key if at < len(others) else None)


def _is_taken(entry: WaitingEntry, key: int) -> bool:
    """By somebody who is being offered a seat: she stands between places, and may come back to hers."""
    living = WaitingEntry.objects.within(_EVERYTHING).filter(run_id=entry.run_id, line_key=key, state=OFFERED)
    return living.exists()


def _spread(entry: WaitingEntry, others: list[WaitingEntry]) -> list[WaitingEntry]:
    """Make room between neighbours: new keys in the same order, above every key in use."""
    base = max(last_key(entry.run_id) or 0, JOINED_BASE) + STEP
    for number, each in enumerate(others, start=1):
        each.line_key = base + number * STEP
    WaitingEntry.objects.within(_EVERYTHING).bulk_update(others, ["line_key"])
    return others
