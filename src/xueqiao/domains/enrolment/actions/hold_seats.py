import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import IntegrityError, connection

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions.expire_holds import expire_run_holds
from xueqiao.domains.enrolment.admission import rooms, seats
from xueqiao.domains.enrolment.errors.openings import TurnNeeded
from xueqiao.domains.enrolment.errors.seats import ClassFull, ClassNotOffered, RequestKeyReused, SeatsBusy
from xueqiao.domains.enrolment.events import SeatHeld
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.enrolment.queries.groups import (
    in_force_at,
    own_of_many,
    places_still_held,
    runs_with_stale_holds,
)
from xueqiao.domains.enrolment.queries.lists import listed_among
from xueqiao.domains.enrolment.queries.openings import live_rooms_among
from xueqiao.domains.enrolment.queries.seats import facts_of, own_places, place_view
from xueqiao.domains.enrolment.rules.groups import in_waves
from xueqiao.domains.enrolment.rules.openings import room_phase
from xueqiao.domains.enrolment.rules.seats import hold_end, place_code, require_eligible
from xueqiao.domains.enrolment.values.openings import QUEUE
from xueqiao.domains.enrolment.values.seats import (
    HELD,
    HoldAnswer,
    HoldRequest,
    Limits,
    PlaceView,
    RunFacts,
)
from xueqiao.domains.people import api as people
from xueqiao.foundation.arrays import array
from xueqiao.foundation.audit.api import Actor, Deed, record_deeds
from xueqiao.foundation.audit.values import RESIDENT
from xueqiao.foundation.locks import LockSpace, try_lock
from xueqiao.foundation.outbox.api import record_events
from xueqiao.foundation.reasons import InvalidInput, Refused

logger = logging.getLogger("xueqiao.rush")
GROUP_MAX = 500


def hold_seats(*, requests: Sequence[HoldRequest], now: datetime) -> list[HoldAnswer]:
    """Keep seats for many residents in one transaction: what `hold_seat` would do for one after the other.

    Answers in the order of the requests (at most 500): the place that is kept, or the refusal `hold_seat` would have
    raised. Nobody else's trouble is anybody's: a person who is busy elsewhere is answered SeatsBusy and not waited for,
    and a request that spoils the group is answered alone. Locks: persons (without waiting), then pools in sorted order.
    Only residents acting for themselves or their family: a clerk's deeds go one by one through `hold_seat`.
    """
    if len(requests) > GROUP_MAX:
        raise ValueError(f"a group has at most {GROUP_MAX} requests")
    if not requests:
        return []
    try:
        return seats.with_patience(partial(_Group(requests, now).hold))
    except SeatsBusy as busy:
        return [HoldAnswer(None, busy, turn) for turn in range(len(requests))]
    except IntegrityError:
        if connection.in_atomic_block:
            raise
        logger.exception("a group of %s holds broke; answering one by one", len(requests))
        return [_alone(request, turn, now) for turn, request in enumerate(requests)]


def _alone(request: HoldRequest, turn: int, now: datetime) -> HoldAnswer:
    try:
        (answer,) = seats.with_patience(partial(_Group([request], now).hold))
    except SeatsBusy as busy:
        return HoldAnswer(None, busy, turn)
    except IntegrityError as failure:
        constraint = getattr(getattr(failure.__cause__, "diag", None), "constraint_name", "")
        refusal = {"seat_pool_not_oversold": ClassFull, "place_request_once": RequestKeyReused}.get(constraint)
        if refusal is None:
            raise
        return HoldAnswer(None, refusal(), turn)
    return HoldAnswer(answer.place, answer.refusal, turn)


def _is_past(place: Place, now: datetime) -> bool:
    """True for a hold whose time is over: it no longer counts, though its row may still say held."""
    return place.state == HELD and place.hold_until is not None and place.hold_until <= now


def _capped(limits: Limits, cap_fen: int | None) -> Limits:
    return limits if cap_fen is None else replace(limits, spending_cap_fen=cap_fen)


@dataclass
class _Group:
    """One transaction's work. Everything in it is read after the persons are locked."""

    requests: Sequence[HoldRequest]
    now: datetime
    answers: dict[int, HoldAnswer] = field(default_factory=dict)
    facts: dict[int, RunFacts] = field(default_factory=dict)
    limits: dict[int, Limits] = field(default_factory=dict)
    ends: dict[int, datetime] = field(default_factory=dict)
    phases: dict[int, str] = field(default_factory=dict)  # of the classes' waiting rooms
    listed: set[tuple[int, int]] = field(default_factory=set)  # (class, person) on the lists of classes by list
    turns: dict[int, int] = field(default_factory=dict)  # arrival by position, of the wave in hand
    codes: dict[int, str] = field(default_factory=dict)  # by place, of the wave in hand

    def hold(self) -> list[HoldAnswer]:
        self.answers.clear()
        locked = try_lock(LockSpace.PERSON_TIMETABLE, {request.person_id for request in self.requests})
        self.authorities = people.authorities_of({(r.agent_id, r.person_id) for r in self.requests}, now=self.now)
        self._learn_runs({request.run_id for request in self.requests})
        by_list = {run.id for run in self.facts.values() if run.host}
        asked = {(request.run_id, request.person_id) for request in self.requests if request.run_id in by_list}
        self.listed = listed_among(asked, now=self.now)
        for wave in in_waves(self.requests):
            self._hold_wave([position for position in wave if self._may_go_on(position, locked)])
        return [self.answers[position] for position in range(len(self.requests))]

    def _may_go_on(self, position: int, locked: set[int]) -> bool:
        request = self.requests[position]
        authority = self.authorities[request.agent_id, request.person_id]
        if not 1 <= len(request.request_key) <= 64:
            self._refuse(position, InvalidInput(what="表单编号不对"))
        elif not isinstance(authority, people.Authority):
            self._refuse(position, authority())
        elif request.person_id not in locked:
            self._refuse(position, SeatsBusy())
        return position not in self.answers

    def _learn_runs(self, run_ids: set[int]) -> None:
        """The facts and numbers of the classes, their meetings left out until somebody's timetable needs them."""
        self.facts = facts_of(run_ids, with_meetings=False)
        missing = run_ids - self.facts.keys()
        if missing:
            seats.open_pools(missing)
            self.facts |= facts_of(missing, with_meetings=False)
        live = live_rooms_among(self.facts)
        numbers = in_force_at({(run.region, run.institution_id) for run in self.facts.values()}, now=self.now)
        for run in self.facts.values():
            here = numbers[run.region, run.institution_id]
            self.limits[run.id] = here.limits
            self.ends[run.id] = hold_end(now=self.now, minutes=here.hold_minutes)
            self.phases[run.id] = room_phase(
                run,
                is_live=run.id in live,
                policy=here.room_policy,
                minutes_before=here.room_minutes,
                now=self.now,
            )

    def _hold_wave(self, wave: list[int]) -> None:
        own = own_of_many([self.requests[position] for position in wave])
        wave = self._answer_repeats(wave, own.of_form)
        counting: dict[int, list[Place]] = {}
        stale: dict[int, Place] = {}
        for position in wave:
            request = self.requests[position]
            mine = own.live.get(request.person_id, [])
            counting[position] = [place for place in mine if not _is_past(place, self.now)]
            for place in mine:
                if place.run_id != request.run_id or place.state != HELD:
                    continue
                if _is_past(place, self.now):
                    stale[position] = place
                else:
                    self._keep(position, place_view(place))
        wave = [position for position in wave if position not in self.answers]
        with_meetings = self._meetings_of(wave, counting)
        eligible = [position for position in wave if self._is_eligible(position, counting[position], with_meetings)]
        eligible = self._with_turns(eligible)
        if eligible:
            self._take(eligible, {position: stale[position] for position in eligible if position in stale})

    def _answer_repeats(self, wave: list[int], earlier: dict[tuple[int, str], Place]) -> list[int]:
        """A form sent twice gets the place of the first time; return who is left."""
        left = []
        for position in wave:
            request = self.requests[position]
            place = earlier.get((request.agent_id, request.request_key))
            if place is None:
                left.append(position)
            elif (place.run_id, place.person_id) == (request.run_id, request.person_id):
                self._keep(position, place_view(place))
            else:
                self._refuse(position, RequestKeyReused())
        return left

    def _meetings_of(self, positions: list[int], counting: dict[int, list[Place]]) -> dict[int, RunFacts]:
        """Facts with meetings of the classes that somebody has to fit together; nobody else's are read."""
        busy = [position for position in positions if counting[position]]
        wanted = {self.requests[p].run_id for p in busy} | {place.run_id for p in busy for place in counting[p]}
        return facts_of(wanted) if wanted else {}

    def _is_eligible(self, position: int, places: list[Place], with_meetings: dict[int, RunFacts]) -> bool:
        request = self.requests[position]
        run = with_meetings.get(request.run_id) or self.facts.get(request.run_id)
        authority = self.authorities[request.agent_id, request.person_id]
        if run is None or not isinstance(authority, people.Authority):
            self._refuse(position, ClassNotOffered(state_words="没有这个班"))
            return False
        own_runs = [with_meetings[run_id] for run_id in {p.run_id for p in places} if run_id in with_meetings]
        try:
            require_eligible(
                run,
                name=authority.name,
                birth_date=authority.birth_date,
                own=own_places(places),
                own_meetings=[meeting for own_run in own_runs for meeting in own_run.meetings],
                limits=_capped(self.limits[run.id], authority.spending_cap_fen),
                agent_id=request.agent_id,
                is_listed=(run.id, request.person_id) in self.listed,
                now=self.now,
            )
        except Refused as refusal:
            self._refuse(position, refusal)
            return False
        return True

    def _with_turns(self, positions: list[int]) -> list[int]:
        """Those who need no turn, or have one: of the agent or of the person the seat is for. Locks the turns.

        A turn is one seat: the second wish on the same turn is refused.
        """
        asked = [self.requests[position] for position in positions]
        self.turns = {}
        queues = {request.run_id for request in asked if self.phases.get(request.run_id) == QUEUE}
        if not queues:
            return positions
        pairs = [(r.run_id, person) for r in asked if r.run_id in queues for person in (r.agent_id, r.person_id)]
        known = rooms.lock_turns(pairs, now=self.now)
        for position, request in zip(positions, asked, strict=True):
            if request.run_id not in queues:
                continue
            turn_id = known.pop((request.run_id, request.agent_id), None)
            if turn_id is None:
                turn_id = known.pop((request.run_id, request.person_id), None)
            if turn_id is None:
                self._refuse(position, TurnNeeded())
            else:
                self.turns[position] = turn_id
        return [position for position in positions if position not in self.answers]

    def _take(self, positions: list[int], stale: dict[int, Place]) -> None:
        wanted = Counter(self.requests[position].run_id for position in positions)
        free = seats.lock_pools(wanted, {run_id: self.facts[run_id].list_version for run_id in wanted})
        short = {run_id for run_id, count in wanted.items() if free.get(run_id, 0) < count}
        short |= {place.run_id for place in stale.values()}
        expired = []
        for run_id in runs_with_stale_holds(short, now=self.now) if short else ():
            if expire_run_holds(run_id=run_id, now=self.now):  # holds past their time never block
                expired.append(run_id)
        if expired:
            free |= seats.lock_pools(expired)
        positions = self._answer_paid_late(positions, stale)
        ids = seats.new_place_ids(sum(min(max(free.get(run_id, 0), 0), count) for run_id, count in wanted.items()))
        self.codes = {number: place_code(number) for number in ids}
        admitted = seats.admit_group(self._columns(positions, ids)) if ids else []
        views = self._views(admitted)
        for position in positions:
            if position in views:
                self._keep(position, views[position])
            else:
                self._refuse(position, ClassFull())
        if views:
            self._tell(views, {self.requests[number].run_id: seats_left for number, _, _, seats_left in admitted})

    def _answer_paid_late(self, positions: list[int], stale: dict[int, Place]) -> list[int]:
        """A hold past its time that was not expired has been paid at the last moment: its owner gets that one back."""
        kept = {place.pk: place for place in places_still_held([place.pk for place in stale.values()])}
        for position, place in stale.items():
            if place.pk in kept:
                self._keep(position, place_view(kept[place.pk]))
        return [position for position in positions if position not in self.answers]

    def _views(self, admitted: Sequence[tuple[int, int, UUID, int]]) -> dict[int, PlaceView]:
        """The new places by position. What a class's places have in common is written once per class."""
        run_ids = {self.requests[number].run_id for number, _, _, _ in admitted}
        common = {run_id: vars(self._blank(self.facts[run_id])) for run_id in run_ids}
        views = {}
        for number, place_id, uuid, _ in admitted:
            request = self.requests[number]
            views[number] = view = object.__new__(PlaceView)  # its own __init__ sets twenty fields one by one
            vars(view).update(
                common[request.run_id],
                id=place_id,
                uuid=uuid,
                code=self.codes[place_id],
                person_id=request.person_id,
                enrolled_by_id=request.agent_id,
                channel=request.channel,
            )
        return views

    def _blank(self, run: RunFacts) -> PlaceView:
        """A new place of the class, its own numbers and its person's still to come."""
        return PlaceView(
            id=0,
            uuid=UUID(int=0),
            code="",
            run_id=run.id,
            person_id=0,
            enrolled_by_id=None,
            region=run.region,
            state=HELD,
            channel="",
            held_at=self.now,
            hold_until=self.ends[run.id],
            hold_extended=False,
            pays_at_counter=False,
            price_fen=run.price_fen,
            subsidy_fen=run.subsidy_fen,
            to_pay_fen=run.to_pay_fen,
            confirmed_at=None,
            ended_at=None,
            end_reason="",
        )

    def _columns(self, positions: list[int], ids: list[int]) -> dict[str, object]:
        asked = [self.requests[position] for position in positions]
        runs = [self.facts[run_id] for run_id in {request.run_id for request in asked}]
        return {
            "numbers": array(positions),
            "run_ids": array(request.run_id for request in asked),
            "person_ids": array(request.person_id for request in asked),
            "agent_ids": array(request.agent_id for request in asked),
            "keys": array(request.request_key for request in asked),
            "channels": array(request.channel for request in asked),
            "turn_ids": array(map(self.turns.get, positions)),
            "class_ids": array(run.id for run in runs),
            "regions": array(run.region for run in runs),
            "ends": array(self.ends[run.id] for run in runs),
            "prices": array(run.price_fen for run in runs),
            "subsidies": array(run.subsidy_fen for run in runs),
            "ids": array(ids),
            "codes": array(map(self.codes.__getitem__, ids)),
            "now": self.now,
        }

    def _tell(self, views: dict[int, PlaceView], left: dict[int, int]) -> None:
        """The numbers on the lists, the facts and the deeds; all in this transaction, told after it."""
        classes.show_seats_left_of(left)
        places = list(views.values())
        record_events(
            [SeatHeld(place.id, place.person_id, place.run_id, place.region) for place in places],
            regions=[place.region for place in places],
            now=self.now,
        )
        said: dict[tuple[str, int, str], dict[str, object]] = {}
        record_deeds([self._deed(self.requests[n], place, left, said) for n, place in views.items()], now=self.now)

    def _deed(
        self,
        request: HoldRequest,
        place: PlaceView,
        left: dict[int, int],
        said: dict[tuple[str, int, str], dict[str, object]],
    ) -> Deed:
        """said: the details so far; what is the same for many deeds is one object, and written once."""
        authority = self.authorities[request.agent_id, request.person_id]
        ground = authority.ground if isinstance(authority, people.Authority) else ""
        detail = said.setdefault(
            (ground, place.run_id, request.channel),
            {
                "authority": ground,
                "run": self.facts[place.run_id].code,
                "channel": request.channel,
                "left": left[place.run_id],
            },
        )
        return Deed(
            actor=Actor(RESIDENT, person_id=request.agent_id, channel=request.channel),
            verb="hold_seat",
            object_kind="place",
            object_id=place.id,
            region=place.region,
            acting_for_id=request.person_id if request.person_id != request.agent_id else None,
            detail=detail,
        )

    def _keep(self, position: int, place: PlaceView) -> None:
        self.answers[position] = HoldAnswer(place, None, len(self.answers))

    def _refuse(self, position: int, refusal: Refused) -> None:
        self.answers[position] = HoldAnswer(None, refusal, len(self.answers))
