"""What several actions do to one entry of a round, under its locks. Every function needs an open transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from xueqiao.domains.enrolment.admission import rounds, seats
from xueqiao.domains.enrolment.errors.rounds import EntryOver
from xueqiao.domains.enrolment.models import AdmissionRound, Entry, EntryMember, RoundRun, Wish
from xueqiao.domains.enrolment.queries.rounds import (
    access_entry_row,
    candidate,
    terms_of_round,
    ties_of,
    wanted_classes,
)
from xueqiao.domains.enrolment.rules.rounds import (
    ENTRY_STATE_WORDS,
    group_kind,
    require_eligible,
    require_takes_wishes,
    require_wishes,
)
from xueqiao.domains.enrolment.values.rounds import AGREED, ENTERED
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.scope import Scope

EVERYTHING = Scope.everything("authority is checked by the action")


def members_of(entry: Entry) -> list[EntryMember]:
    """All people of an entry, in order of coming."""
    return list(EntryMember.objects.within(EVERYTHING).filter(entry=entry).select_related("person").order_by("pk"))


def lock_entry(
    *, actor: Actor, entry_uuid: UUID, also: Iterable[int] = (), now: datetime
) -> tuple[AdmissionRound, Entry]:
    """Pass the round's gate, lock the people of an entry (and `also`), then its row; return both as they are now.

    Raises EntryNotFound, RoundNotTaking, WishesNotOpenYet, WishesClosed, or EntryOver unless it waits for the draw.
    """
    known = access_entry_row(actor=actor, entry_uuid=entry_uuid)
    admission = rounds.pass_gate(known.round_id)
    require_takes_wishes(admission.state, admission.wishes_open_at, admission.wishes_close_at, now=now)
    lock(LockSpace.PERSON_TIMETABLE, {member.person_id for member in members_of(known)} | set(also))
    entry = Entry.objects.within(EVERYTHING).select_for_update().get(pk=known.pk)
    if entry.state != ENTERED:
        raise EntryOver(state_words=ENTRY_STATE_WORDS[entry.state])
    return admission, entry


def require_all_eligible(
    admission: AdmissionRound, person_ids: Sequence[int], run_ids: Sequence[int], *, now: datetime
) -> None:
    """Check the wishes, and every person for every wish. Needs the people's locks. Opens the classes' pools."""
    offered = RoundRun.objects.filter(round=admission, is_live=True).values_list("run_id", flat=True)
    require_wishes(run_ids, list(offered), most=admission.wishes_max)
    for run_id in sorted(run_ids):
        seats.open_pool(run_id)
    wanted, terms = wanted_classes(run_ids), terms_of_round(admission.rules)
    for person_id in person_ids:
        require_eligible(candidate(person_id, run_ids, now=now), wanted, ties_of(person_id, now=now), terms, now=now)


def write_wishes(entry: Entry, run_ids: Sequence[int]) -> None:
    """Replace the ranked wishes of an entry. Needs its row locked, or just made."""
    Wish.objects.filter(entry=entry).delete()
    Wish.objects.bulk_create(Wish(entry=entry, rank=rank, run_id=run_id) for rank, run_id in enumerate(run_ids, 1))


def wishes_of(entry: Entry) -> list[int]:
    """The ranked runs of an entry, the dearest first."""
    return list(Wish.objects.filter(entry=entry).order_by("rank").values_list("run_id", flat=True))


def count_anew(entry: Entry) -> None:
    """Write how many agreed and what kind of group that makes. Needs the entry's row locked."""
    agreed = [member.person_id for member in members_of(entry) if member.state == AGREED]
    family = {
        person_id
        for person_id in agreed
        if person_id == entry.leader_id or people.are_family(entry.leader_id, person_id)
    }
    entry.size = max(1, len(agreed))
    entry.kind = group_kind(len(agreed), only_family=len(family) == len(agreed))
    entry.save(update_fields=["size", "kind"])


def record_entry_deed(
    entry: Entry, verb: str, *, actor: Actor, person_id: int, now: datetime, detail: dict[str, object] | None = None
) -> None:
    record_deed(
        actor=actor,
        verb=verb,
        object_kind="entry",
        object_id=entry.pk,
        now=now,
        region=entry.region,
        acting_for_id=person_id if person_id != actor.person_id else None,
        detail=detail or {},
    )
