from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.actions._entries import count_anew, lock_entry, members_of, record_entry_deed
from xueqiao.domains.enrolment.actions.enter_round import with_one_ticket
from xueqiao.domains.enrolment.actions.invite_to_entry import let_in
from xueqiao.domains.enrolment.errors.rounds import NotInvited
from xueqiao.domains.enrolment.events import InvitationAnswered
from xueqiao.domains.enrolment.queries.rounds import entry_view
from xueqiao.domains.enrolment.values.rounds import AGREED, DECLINED, INVITED, EntryView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.outbox.api import record_event


def answer_invitation(*, actor: Actor, entry_uuid: UUID, person_id: int, agrees: bool, now: datetime) -> EntryView:
    """Say yes or no to sharing an entry, oneself, through family, or at the counter, before the close.

    Yes is checked like an entry of one's own: eligible for every wish, and no other ticket in the round. The same
    answer again changes nothing. Who has not agreed by the close is left out; the rest stay. Locks as invite_to_entry.
    Raises EntryNotFound, NotInvited, EntryOver, AlreadyEntered, and what enter_round raises.
    """
    return with_one_ticket(partial(_answer, actor, entry_uuid, person_id, agrees, now))


def _answer(actor: Actor, entry_uuid: UUID, person_id: int, agrees: bool, now: datetime) -> EntryView:
    people.require_may_act_for(actor, person_id, now=now)
    admission, entry = lock_entry(actor=actor, entry_uuid=entry_uuid, now=now)
    mine = next((member for member in members_of(entry) if member.person_id == person_id), None)
    answer = AGREED if agrees else DECLINED
    if mine is not None and mine.state == answer:
        return entry_view(entry)
    if mine is None or mine.state != INVITED:
        raise NotInvited
    if agrees:
        let_in(admission, entry, person_id, now=now)
    mine.state, mine.answered_at = answer, now
    mine.save(update_fields=["state", "answered_at"])
    count_anew(entry)
    record_event(
        InvitationAnswered(entry.pk, entry.round_id, person_id, entry.region, agrees), region=entry.region, now=now
    )
    record_entry_deed(entry, "answer_invitation", actor=actor, person_id=person_id, now=now, detail={"agrees": agrees})
    return entry_view(entry)
