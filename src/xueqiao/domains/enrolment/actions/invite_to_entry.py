from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.actions._entries import (
    EVERYTHING,
    count_anew,
    lock_entry,
    members_of,
    record_entry_deed,
    require_all_eligible,
    wishes_of,
)
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.rounds import AlreadyEntered, CompanionUnknown, GroupFull, NotLeader
from xueqiao.domains.enrolment.events import CompanionInvited
from xueqiao.domains.enrolment.models import AdmissionRound, Entry, EntryMember
from xueqiao.domains.enrolment.queries.rounds import access_entry_row, entry_view
from xueqiao.domains.enrolment.values.rounds import AGREED, INVITED, EntryView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.outbox.api import record_event


def invite_to_entry(*, actor: Actor, entry_uuid: UUID, who: str, now: datetime) -> EntryView:
    """Ask somebody to share an entry: all get the same class or none. who: a phone number or a learner number.

    Somebody the actor may act for (family, or a clerk's resident) agrees by the same press; others are told and agree
    themselves. Asking again changes nothing. Locks: the round's gate (shared), the people, the entry.
    Raises EntryNotFound, NotLeader, EntryOver, CompanionUnknown, GroupFull, and what enter_round raises.
    """
    return seats.with_patience(partial(_invite, actor, entry_uuid, who, now))


def _invite(actor: Actor, entry_uuid: UUID, who: str, now: datetime) -> EntryView:
    known = access_entry_row(actor=actor, entry_uuid=entry_uuid)
    try:
        people.require_may_act_for(actor, known.leader_id, now=now)
    except people.MayNotActFor as refusal:
        raise NotLeader from refusal
    person_id = _find(who)
    admission, entry = lock_entry(actor=actor, entry_uuid=entry_uuid, also=[person_id], now=now)
    members = members_of(entry)
    mine = next((member for member in members if member.person_id == person_id), None)
    if mine is not None and mine.state in {AGREED, INVITED}:
        return entry_view(entry)
    if sum(member.state in {AGREED, INVITED} for member in members) >= admission.group_size_max:
        raise GroupFull(most=admission.group_size_max)
    if mine is None:
        mine = EntryMember(entry=entry, round_id=entry.round_id, person_id=person_id)
    agrees = _acts_for(actor, person_id, now)
    if agrees:
        let_in(admission, entry, person_id, now=now)
    mine.state, mine.answered_at = (AGREED, now) if agrees else (INVITED, None)
    mine.save()
    count_anew(entry)
    if not agrees:
        _tell(entry, person_id, now)
    record_event(CompanionInvited(entry.pk, entry.round_id, person_id, entry.region), region=entry.region, now=now)
    record_entry_deed(
        entry, "invite_to_entry", actor=actor, person_id=person_id, now=now, detail={"agreed_at_once": agrees}
    )
    return entry_view(entry)


def let_in(admission: AdmissionRound, entry: Entry, person_id: int, *, now: datetime) -> None:
    """Check that somebody may share this entry. Needs her lock and the entry's. Raises AlreadyEntered or a reason."""
    other = EntryMember.objects.within(EVERYTHING).filter(round_id=entry.round_id, person_id=person_id, state=AGREED)
    if other.exists():
        raise AlreadyEntered(name=people.access_person(Actor.system("let_in"), person_id).name)
    require_all_eligible(admission, [person_id], wishes_of(entry), now=now)


def _find(who: str) -> int:
    """Who has this phone or learner number; the one person of a phone several share is not guessed."""
    system = Actor.system("invite_to_entry")
    digits = who.replace(" ", "").strip()
    found = people.find_person_by_code(system, digits)
    if found is not None:
        return found.id
    by_phone = people.find_persons_by_phone(system, digits)
    if len(by_phone) != 1:
        raise CompanionUnknown
    return by_phone[0].id


def _acts_for(actor: Actor, person_id: int, now: datetime) -> bool:
    try:
        people.require_may_act_for(actor, person_id, now=now)
    except (people.MayNotActFor, people.GuardianConsentMissing):
        return False
    return True


def _tell(entry: Entry, person_id: int, now: datetime) -> None:
    leader = people.access_person(Actor.system("invite_to_entry"), entry.leader_id)
    person = people.access_person(Actor.system("invite_to_entry"), person_id)
    people.notify(
        [
            people.NoticeWanted(
                person_id=person_id,
                text=f"{leader.name}请您一起报名：要么都录取，要么都不录取。请看看想报的班，再回答同意还是不参加。",
                values={"leader": leader.name, "name": person.name},
                path=f"/rounds/entries/{entry.uuid}/",
            )
        ],
        template="entry_invited",
        key=f"entry_invited:{entry.pk}:{person_id}:{now.isoformat()}",
        now=now,
    )
