from collections.abc import Sequence
from datetime import datetime
from functools import partial

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions._offers import offered_places, record_offers, tell, written_offers
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.models import (
    AdmissionRound,
    Entry,
    EntryMember,
    EntryResult,
    WaitingEntry,
    WaitingMember,
)
from xueqiao.domains.enrolment.queries.seats import facts_of
from xueqiao.domains.enrolment.queries.waiting import last_key, line_numbers, obstacles_of, winners_left
from xueqiao.domains.enrolment.rules.waiting import JOINED_BASE, key_for_drawn
from xueqiao.domains.enrolment.values.rounds import INTERVIEW
from xueqiao.domains.enrolment.values.seats import RunFacts
from xueqiao.domains.enrolment.values.waiting import BY_DRAW, WAITING, OfferWindow
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.scope import Scope

WINNERS_PER_STEP = 200
_EVERYTHING = Scope.everything("the winners of a published draw")


def offer_drawn_places(*, round_id: int, now: datetime) -> int:
    """Hold the seats of a draw's winners and tell them, for as long as the round says; return how many offers.

    Class by class, 200 winners a transaction, so that no lock is held for long and a stop half-way is gone on with:
    safe to repeat. Who cannot have the seat now (a class at the same time since, a consent withdrawn) stands in the
    class's line at her drawn place, with the reason; her seat goes to the line. Locks: the winners, then the pool.
    """
    admission = AdmissionRound.objects.get(pk=round_id)
    won = EntryResult.objects.filter(round_id=round_id, run__isnull=False)
    offered = 0
    for run_id in won.order_by("run_id").values_list("run_id", flat=True).distinct():
        while True:
            number, is_done = seats.with_patience(partial(_offer_some, admission, run_id, now))
            offered += number
            if is_done:
                break
    return offered


def _offer_some(admission: AdmissionRound, run_id: int, now: datetime) -> tuple[int, bool]:
    entries = list(winners_left(run_id).filter(round_id=admission.pk)[:WINNERS_PER_STEP])
    if not entries:
        return 0, True
    seats.open_pool(run_id)
    facts = facts_of([run_id])[run_id]
    window = line_numbers(facts, now=now).window(facts, now=now, hours=admission.offer_hours)
    if window is None or facts.state != "published":
        return 0, True
    members: dict[int, list[int]] = {entry.pk: [] for entry in entries}
    rows = EntryMember.objects.within(_EVERYTHING).filter(entry_id__in=members, state="agreed").order_by("pk")
    for entry_id, person_id in rows.values_list("entry_id", "person_id"):
        members[entry_id].append(person_id)
    agents = {pid: entry.entered_by_id for entry in entries for pid in members[entry.pk]}
    lock(LockSpace.PERSON_TIMETABLE, agents)
    obstacles = obstacles_of(facts, agents, now=now)
    seats.lock_pool(run_id)
    can = [entry for entry in entries if not any(pid in obstacles for pid in members[entry.pk])]
    offers = _offer_all(admission, facts, can, members, window, now)
    for entry in entries:
        if entry not in can:
            blocked = next(obstacles[pid] for pid in members[entry.pk] if pid in obstacles)
            _stand_in_line(entry, members[entry.pk], facts, blocked, now)
    return offers, len(entries) < WINNERS_PER_STEP


def _offer_all(
    admission: AdmissionRound,
    facts: RunFacts,
    entries: Sequence[Entry],
    members: dict[int, list[int]],
    window: OfferWindow,
    now: datetime,
) -> int:
    wanted = [(pid, entry) for entry in entries for pid in members[entry.pk]]
    if not wanted:
        return 0
    left = seats.hold_many(facts.id, len(wanted))
    if left is None:
        raise seats.PoolOutOfStep(f"run {facts.id} has fewer seats than its draw gave away")
    places = offered_places(
        facts, [(pid, entry.entered_by_id, entry.channel) for pid, entry in wanted], until=window.until, now=now
    )
    offers = written_offers(
        places, window, source=BY_DRAW, causes=[(entry, _rule(admission, entry)) for _pid, entry in wanted], now=now
    )
    classes.show_seats_left(run_id=facts.id, seats=left)
    tell(facts, offers, key=f"drawn:{admission.pk}:{facts.id}", now=now)
    record_offers(offers, actor=Actor.system("offer_drawn_places"), now=now)
    return len(offers)


def _rule(admission: AdmissionRound, entry: Entry) -> str:
    if admission.mode == INTERVIEW:
        return f"《{admission.title}》面谈通过，按两位老师的打分排在前面"
    return f"《{admission.title}》抽签第 {entry.result.position} 位，抽中第 {entry.result.rank} 志愿"


def _stand_in_line(entry: Entry, person_ids: list[int], facts: RunFacts, blocked: Refused, now: datetime) -> None:
    """A winner who cannot have her seat now waits for the next, at her drawn place."""
    words = (type(blocked).__doc__ or "").strip().format(**blocked.details)
    after = last_key(facts.id, below=JOINED_BASE, but_of_round=entry.round_id) or 0
    standing = WaitingEntry.objects.create(
        run_id=facts.id,
        region=facts.region,
        state=WAITING,
        source="drawn",
        draw_entry=entry,
        size=len(person_ids),
        line_key=key_for_drawn(entry.result.position, after=after),
        channel=entry.channel,
        joined_by_id=entry.entered_by_id,
        request_key=f"drawn:{entry.pk}:{facts.id}",
        joined_at=now,
        skip_code=blocked.code,
        skip_words=words[:200],
        skipped_at=now,
    )
    WaitingMember.objects.bulk_create(
        WaitingMember(entry=standing, run_id=facts.id, person_id=person_id) for person_id in person_ids
    )
    classes.show_seats_left(run_id=facts.id, seats=seats.join_line(facts.id))
    record_deed(
        actor=Actor.system("offer_drawn_places"),
        verb="pass_over_winner",
        object_kind="waiting_entry",
        object_id=standing.pk,
        now=now,
        region=facts.region,
        acting_for_id=person_ids[0],
        detail={"code": blocked.code},
    )
