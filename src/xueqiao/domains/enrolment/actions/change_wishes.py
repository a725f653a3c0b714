from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from xueqiao.domains.enrolment.actions._entries import (
    count_anew,
    lock_entry,
    members_of,
    record_entry_deed,
    require_all_eligible,
    wishes_of,
    write_wishes,
)
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.rounds import NotLeader
from xueqiao.domains.enrolment.events import WishesChanged
from xueqiao.domains.enrolment.queries.rounds import access_entry_row, entry_view
from xueqiao.domains.enrolment.values.rounds import AGREED, INVITED, EntryView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.outbox.api import record_event


def change_wishes(*, actor: Actor, entry_uuid: UUID, run_ids: Sequence[int], now: datetime) -> EntryView:
    """Replace the ranked wishes of an entry, as often as one likes before the close; it costs nothing.

    Whoever agreed to the old wishes is asked anew, unless the actor may act for her: nobody is drawn into a class she
    did not agree to. The same wishes again change nothing. Locks: the round's gate (shared), the people, the entry.
    Raises EntryNotFound, NotLeader, EntryOver, and what enter_round raises.
    """
    return seats.with_patience(partial(_change, actor, entry_uuid, tuple(run_ids), now))


def _change(actor: Actor, entry_uuid: UUID, run_ids: tuple[int, ...], now: datetime) -> EntryView:
    known = access_entry_row(actor=actor, entry_uuid=entry_uuid)
    try:
        people.require_may_act_for(actor, known.leader_id, now=now)
    except people.MayNotActFor as refusal:
        raise NotLeader from refusal
    admission, entry = lock_entry(actor=actor, entry_uuid=entry_uuid, now=now)
    before = wishes_of(entry)
    if before == list(run_ids):
        return entry_view(entry)
    members = [member for member in members_of(entry) if member.state == AGREED]
    require_all_eligible(admission, [member.person_id for member in members], run_ids, now=now)
    asked_anew = []
    for member in members:
        if member.person_id != entry.leader_id and not _acts_for(actor, member.person_id, now):
            member.state, member.answered_at = INVITED, None
            member.save(update_fields=["state", "answered_at"])
            asked_anew.append(member)
    write_wishes(entry, run_ids)
    entry.wishes_changed_at = now
    entry.save(update_fields=["wishes_changed_at"])
    count_anew(entry)
    if asked_anew:
        leader = people.access_person(Actor.system("change_wishes"), entry.leader_id)
        people.notify(
            [
                people.NoticeWanted(
                    person_id=member.person_id,
                    text=f"{leader.name}改了和您一起报的志愿，请看一看，同意了才算您一份。",
                    values={"leader": leader.name, "name": member.person.name},
                    path=f"/rounds/entries/{entry.uuid}/",
                )
                for member in asked_anew
            ],
            template="entry_invited",
            key=f"wishes_changed:{entry.pk}:{now.isoformat()}",
            now=now,
        )
    record_event(WishesChanged(entry.pk, entry.round_id, entry.region), region=entry.region, now=now)
    record_entry_deed(
        entry,
        "change_wishes",
        actor=actor,
        person_id=entry.leader_id,
        now=now,
        detail={"from": before, "to": list(run_ids), "asked_anew": [m.person_id for m in asked_anew]},
    )
    return entry_view(entry)


def _acts_for(actor: Actor, person_id: int, now: datetime) -> bool:
    try:
        people.require_may_act_for(actor, person_id, now=now)
    except (people.MayNotActFor, people.GuardianConsentMissing):
        return False
    return True
