from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions._offers import drop_enrolled, offer_to_entry
from xueqiao.domains.enrolment.actions.expire_holds import expire_run_holds
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.events import LineToWalk
from xueqiao.domains.enrolment.models import Offer, PassedOver, WaitingEntry
from xueqiao.domains.enrolment.queries.seats import facts_of
from xueqiao.domains.enrolment.queries.waiting import (
    is_before_draw,
    line_numbers,
    line_of,
    members_of,
    obstacles_of,
    pool_of,
)
from xueqiao.domains.enrolment.values.seats import RunFacts
from xueqiao.domains.enrolment.values.waiting import WAITING, Obstacle, OfferWindow
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.scope import Scope

ENTRIES_PER_WALK = 60  # whose people are locked and judged at once
_EVERYTHING = Scope.everything("the line of one class is judged as a whole")


@dataclass(frozen=True)
class _Judged:
    """What was learned of a stretch of the line before its pool was locked. members: of the entries looked at."""

    members: Mapping[int, Sequence[int]]
    obstacles: Mapping[int, Refused]
    elders: frozenset[int]


@dataclass
class _Walk:
    """One walk under the pool's lock: what is left to offer, who was passed over, what was offered."""

    available: int
    freed: int
    after: int
    passed: list[WaitingEntry] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)


def offer_freed_seats(*, run_id: int, now: datetime, after_key: int = 0) -> int:
    """Offer what came free in a class to its line, in order; return how many offers were made. The one promotion.

    Each entry is judged again: who cannot have the seat now is passed over with a stored reason and keeps her place. A
    party is offered all its seats or none. What nobody in the line can use goes back to everybody. A long line is
    walked in stretches: the rest follows by the event LineToWalk. Safe to repeat, and safe beside any other path.
    Locks: the people of the stretch, then the pool. Raises SeatsBusy.
    """
    pool = pool_of(run_id)
    if pool is None or not pool.waiting:
        return 0
    return seats.with_patience(partial(_walk_stretch, run_id, after_key, now))


def _walk_stretch(run_id: int, after_key: int, now: datetime) -> int:
    facts = facts_of([run_id])[run_id]
    numbers = line_numbers(facts, now=now)
    judged = _judge(facts, line_of(run_id, after=after_key, limit=ENTRIES_PER_WALK), now)
    expire_run_holds(run_id=run_id, now=now)
    drop_enrolled(run_id, now=now)
    pool = seats.lock_line(run_id)
    if pool is None or not pool.waiting or not pool.available:
        return 0
    if pool.list_version != facts.list_version:
        raise seats.ListMoved
    windows = {
        hours: numbers.window(facts, now=now, hours=hours) for hours in (numbers.offer_hours, numbers.offer_hours_elder)
    }
    if is_before_draw(facts):
        return 0
    if facts.state != "published" or None in windows.values():
        _let_go(run_id)
        return 0
    line = line_of(run_id, after=after_key, limit=ENTRIES_PER_WALK)
    walk = _Walk(pool.available, pool.freed, after_key)
    was_whole = len(line) < ENTRIES_PER_WALK
    for entry in line:
        if not walk.available:
            break
        people_here = judged.members.get(entry.pk)
        if people_here is None:  # it came into this stretch after its people were locked
            was_whole = False
            break
        obstacle = _obstacle(entry, people_here, judged, walk)
        walk.after = entry.line_key
        if obstacle is not None:
            _pass_over(entry, obstacle, walk, now)
            continue
        is_elder = not judged.elders.isdisjoint([*people_here, entry.joined_by_id])
        window = windows[numbers.offer_hours_elder if is_elder else numbers.offer_hours]
        assert window is not None
        _offer(entry, people_here, facts, window, walk, now)
    _write_passed(walk)
    if walk.available:
        if was_whole:
            _let_go(run_id)
        else:
            record_event(LineToWalk(run_id, facts.region, walk.after), region=facts.region, now=now)
    return len(walk.offers)


def _judge(facts: RunFacts, line: Sequence[WaitingEntry], now: datetime) -> _Judged:
    """Lock the timetables of the people in this stretch and learn who may have a seat."""
    members = members_of(entry.pk for entry in line)
    agents = {pid: entry.joined_by_id for entry in line for pid in members.get(entry.pk, ())}
    lock(LockSpace.PERSON_TIMETABLE, agents)
    obstacles = obstacles_of(facts, agents, now=now)
    everybody = set(agents) | {agent for agent in agents.values() if agent is not None}
    cards = people.access_persons(Actor.system("waiting line"), everybody)
    elders = frozenset(pid for pid, card in cards.items() if card.mode)
    return _Judged(members, obstacles, elders)


def _obstacle(entry: WaitingEntry, people_here: Sequence[int], judged: _Judged, walk: _Walk) -> Obstacle | None:
    """Why this entry is passed over now, or None."""
    for person_id in people_here:
        refusal = judged.obstacles.get(person_id)
        if refusal is not None:
            words = (type(refusal).__doc__ or "").strip().format(**refusal.details)
            return Obstacle(refusal.code, words[:200])
    if entry.passed_at_freed is not None and walk.freed <= entry.passed_at_freed:
        return Obstacle("let_go_already", "这个空出来的座位您刚放过，等下一个空座位。")
    if len(people_here) > walk.available:
        words = f"你们 {len(people_here)} 人要一起上，这次只空出 {walk.available} 个座位。"
        return Obstacle("not_enough_together", words)
    return None


def _pass_over(entry: WaitingEntry, obstacle: Obstacle, walk: _Walk, now: datetime) -> None:
    entry.skip_code, entry.skip_words, entry.skipped_at = obstacle.code, obstacle.words, now
    walk.passed.append(entry)


def _offer(
    entry: WaitingEntry, people_here: Sequence[int], facts: RunFacts, window: OfferWindow, walk: _Walk, now: datetime
) -> None:
    """Offer, and write past whom it went: all who wait before her have a reason."""
    past = list(walk.passed)
    before = {each.pk for each in past}
    earlier = (
        WaitingEntry.objects.within(_EVERYTHING)
        .filter(run_id=facts.id, state=WAITING, line_key__lt=entry.line_key)
        .exclude(pk__in=before)
    )
    past += list(earlier)
    rule = f"候补排在最前面的{'一组' if len(people_here) > 1 else '一位'}" + (
        f"：前面 {len(past)} 个候补这次不能用这个座位" if past else ""
    )
    offers = offer_to_entry(entry, people_here, facts, window, rule=rule, now=now)
    PassedOver.objects.bulk_create(
        PassedOver(entry=each, offer=offer, code=each.skip_code, words=each.skip_words, at=now)
        for offer in offers
        for each in past
    )
    walk.available -= len(people_here)
    walk.offers += offers


def _write_passed(walk: _Walk) -> None:
    WaitingEntry.objects.within(_EVERYTHING).bulk_update(walk.passed, ["skip_code", "skip_words", "skipped_at"])


def _let_go(run_id: int) -> None:
    classes.show_seats_left(run_id=run_id, seats=seats.let_go(run_id))
