from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from xueqiao.domains.enrolment.actions._entries import EVERYTHING, record_entry_deed
from xueqiao.domains.enrolment.admission.rounds import pass_gate
from xueqiao.domains.enrolment.errors.interviews import (
    InterviewOver,
    NotAnInterview,
    SlotFull,
    SlotNotFound,
    SlotPast,
)
from xueqiao.domains.enrolment.errors.rounds import EntryOver
from xueqiao.domains.enrolment.models import Entry, Interview, InterviewSlot
from xueqiao.domains.enrolment.queries.interviews import find_interview_of
from xueqiao.domains.enrolment.queries.rounds import access_entry_row
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.rules.rounds import ENTRY_STATE_WORDS, require_list_open
from xueqiao.domains.enrolment.values.interviews import BOOKED, MISSED, InterviewView
from xueqiao.domains.enrolment.values.rounds import ENTERED, INTERVIEW
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor


def book_interview(*, actor: Actor, entry_uuid: UUID, slot_uuid: UUID, now: datetime) -> InterviewView:
    """Take a time for an entry's interview, or move it to another before it is judged; the old time is free again.

    Pressing twice changes nothing. Who did not come is given another time by the desk alone. Passes the round's gate;
    locks the entry, then the slots: the guarded UPDATE counts, the slot's CHECK is the last wall.
    Raises EntryNotFound, EntryOver, NotAnInterview, RoundNotTaking, SlotNotFound, SlotPast, SlotFull, InterviewOver,
    or what require_may_act_for raises.
    """
    with transaction.atomic():
        known = access_entry_row(actor=actor, entry_uuid=entry_uuid)
        people.require_may_act_for(actor, known.leader_id, now=now)
        admission = pass_gate(known.round_id)
        if admission.mode != INTERVIEW:
            raise NotAnInterview
        require_list_open(admission.state)
        entry = Entry.objects.within(EVERYTHING).select_for_update().get(pk=known.pk)
        if entry.state != ENTERED:
            raise EntryOver(state_words=ENTRY_STATE_WORDS[entry.state])
        slot = _slot(entry, slot_uuid)
        interview = Interview.objects.within(EVERYTHING).select_for_update().filter(entry=entry).first()
        if interview is not None and interview.state == BOOKED and interview.slot_id == slot.pk:
            return _shown(actor, entry_uuid)
        if slot.starts_at <= now:
            raise SlotPast
        is_desk = actor.has_role(*STAFF_ROLES) and actor.scope.has_region(entry.region)
        if interview is not None and interview.state != BOOKED and not (interview.state == MISSED and is_desk):
            raise InterviewOver
        if (
            not InterviewSlot.objects.within(EVERYTHING)
            .filter(pk=slot.pk, taken__lt=F("capacity"))
            .update(taken=F("taken") + 1)
        ):
            raise SlotFull
        if interview is None:
            interview = Interview(entry=entry, region=entry.region)
        elif interview.state == BOOKED:
            InterviewSlot.objects.within(EVERYTHING).filter(pk=interview.slot_id).update(taken=F("taken") - 1)
        interview.slot, interview.state = slot, BOOKED
        interview.booked_by_id, interview.booked_at = actor.person_id, now
        interview.save()
        record_entry_deed(
            entry,
            "book_interview",
            actor=actor,
            person_id=entry.leader_id,
            now=now,
            detail={"at": slot.starts_at.isoformat(), "where": slot.where},
        )
        return _shown(actor, entry_uuid)


def _slot(entry: Entry, slot_uuid: UUID) -> InterviewSlot:
    slot = (
        InterviewSlot.objects.within(EVERYTHING)
        .filter(uuid=slot_uuid, round_run__round_id=entry.round_id, round_run__run__in=entry.wishes.values("run_id"))
        .first()
    )
    if slot is None:
        raise SlotNotFound
    return slot


def _shown(actor: Actor, entry_uuid: UUID) -> InterviewView:
    found = find_interview_of(actor=actor, entry_uuid=entry_uuid)
    assert found is not None
    return found
