from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.actions._entries import (
    EVERYTHING,
    count_anew,
    lock_entry,
    members_of,
    record_entry_deed,
)
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.rounds import EntryNotFound
from xueqiao.domains.enrolment.events import RoundLeft
from xueqiao.domains.enrolment.models import Entry, EntryMember
from xueqiao.domains.enrolment.queries.rounds import entry_view
from xueqiao.domains.enrolment.values.rounds import AGREED, ENTERED, INVITED, LEFT, LEFT_ROUND, EntryView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.outbox.api import record_event


def leave_round(*, actor: Actor, entry_uuid: UUID, person_id: int, now: datetime) -> EntryView:
    """Take one person out of an entry before the close; she may enter again. The others keep their ticket.

    When who filled it in leaves, the next who agreed carries it on; when nobody who agreed is left, the entry is over
    and open invitations end. Leaving again changes nothing. Locks: the round's gate (shared), the people, the entry.
    Raises EntryNotFound, RoundNotTaking, WishesClosed, EntryOver, or what require_may_act_for raises.
    """
    return seats.with_patience(partial(_leave, actor, entry_uuid, person_id, now))


def _leave(actor: Actor, entry_uuid: UUID, person_id: int, now: datetime) -> EntryView:
    people.require_may_act_for(actor, person_id, now=now)
    gone = (
        EntryMember.objects.within(EVERYTHING)
        .filter(entry__uuid=entry_uuid, person_id=person_id, state=LEFT)
        .values_list("entry_id", flat=True)
        .first()
    )
    if gone is not None:
        return entry_view(Entry.objects.within(EVERYTHING).get(pk=gone))
    _admission, entry = lock_entry(actor=actor, entry_uuid=entry_uuid, now=now)
    members = members_of(entry)
    mine = next((m for m in members if m.person_id == person_id and m.state in {AGREED, INVITED}), None)
    if mine is None:
        raise EntryNotFound
    mine.state, mine.answered_at = LEFT, now
    mine.save(update_fields=["state", "answered_at"])
    stay = [member for member in members if member.state == AGREED and member is not mine]
    if stay:
        if entry.leader_id == person_id:
            entry.leader_id = stay[0].person_id
            entry.save(update_fields=["leader"])
        count_anew(entry)
    else:
        EntryMember.objects.within(EVERYTHING).filter(entry=entry, state=INVITED).update(state=LEFT, answered_at=now)
        entry.state, entry.ended_at, entry.end_reason = LEFT_ROUND, now, "left"
        entry.save(update_fields=["state", "ended_at", "end_reason"])
    is_over = entry.state != ENTERED
    record_event(RoundLeft(entry.pk, entry.round_id, person_id, entry.region, is_over), region=entry.region, now=now)
    record_entry_deed(entry, "leave_round", actor=actor, person_id=person_id, now=now, detail={"is_over": is_over})
    return entry_view(entry)
