from dataclasses import dataclass
from datetime import datetime
from functools import partial

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions._entries import require_all_eligible
from xueqiao.domains.enrolment.admission import rounds, seats
from xueqiao.domains.enrolment.errors.returns import MayNotReturn, ReturnsFull
from xueqiao.domains.enrolment.errors.rounds import RoundNotFound
from xueqiao.domains.enrolment.events import SeatHeld
from xueqiao.domains.enrolment.models import AdmissionRound, Place, ReturnClaim, RoundRun
from xueqiao.domains.enrolment.queries.returns import had_place, live_claims, quotas_of, series_of, terms_done
from xueqiao.domains.enrolment.queries.seats import get_facts, place_view
from xueqiao.domains.enrolment.rules.returns import claim_until, claims_left, require_returns
from xueqiao.domains.enrolment.rules.rounds import may_return
from xueqiao.domains.enrolment.rules.seats import place_code
from xueqiao.domains.enrolment.values.returns import RETURN_KEY
from xueqiao.domains.enrolment.values.rounds import PLANNED
from xueqiao.domains.enrolment.values.seats import HELD, LIVE, PlaceView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope

_EVERYTHING = Scope.everything("one's own seat of the next term")


@dataclass(frozen=True)
class _Wish:
    actor: Actor
    run_id: int
    person_id: int
    channel: str


def claim_return(
    *, actor: Actor, round_code: str, run_id: int, person_id: int, channel: str, now: datetime
) -> PlaceView:
    """Keep a seat of the class that continues last term's, in the priority window, for one of its learners.

    When in the window does not matter while seats last; those kept for other buckets are never taken. The seat is held
    as long as a winner's, at most to the close of the wishes: what is not taken up is drawn. Claiming again returns the
    same place. Locks: the round's gate (shared), the person, the pool.
    Raises RoundNotFound, ReturnsNotOpen, ReturnsOver, MayNotReturn, ReturnsFull, a reason of eligibility as
    enter_round, SeatsBusy, or what require_may_act_for raises.
    """
    known = AdmissionRound.objects.filter(code=round_code[:16]).exclude(state=PLANNED).only("pk").first()
    if known is None:
        raise RoundNotFound
    return seats.with_patience(partial(_claim, known.pk, _Wish(actor, run_id, person_id, channel), now))


def _claim(round_id: int, wish: _Wish, now: datetime) -> PlaceView:
    people.require_may_act_for(wish.actor, wish.person_id, now=now)
    admission = rounds.pass_gate(round_id)
    require_returns(admission.mode, admission.state, admission.priority_opens_at, admission.wishes_open_at, now=now)
    one = RoundRun.objects.filter(round=admission, run_id=wish.run_id, is_live=True).select_related("run").first()
    lock(LockSpace.PERSON_TIMETABLE, [wish.person_id])
    mine = Place.objects.within(_EVERYTHING).filter(run_id=wish.run_id, person_id=wish.person_id, state__in=LIVE)
    earlier = mine.filter(request_key__startswith=RETURN_KEY).first()
    if earlier is not None:
        return place_view(earlier)
    _require_learner(one, wish, title=one.run.title if one else "")
    require_all_eligible(admission, [wish.person_id], [wish.run_id], now=now)
    assert one is not None
    seats.lock_pool(wish.run_id)
    claims = live_claims(admission.pk).get(wish.run_id, 0)
    if not claims_left(one.seats, quotas_of(one.pk), claims):
        raise ReturnsFull(title=one.run.title)
    left = seats.hold_one(wish.run_id)
    if left is None:
        raise ReturnsFull(title=one.run.title)
    return _write(admission, one, wish, left, now)


def _require_learner(one: RoundRun | None, wish: _Wish, *, title: str) -> None:
    name = people.access_person(wish.actor, wish.person_id).name
    if one is None or one.continues_id is None:
        raise MayNotReturn(name=name, title=title or "这个班", why="这个班没有续读")
    had = had_place(wish.person_id, one.continues_id)
    done = terms_done(wish.person_id, series_of(one.run_id))
    if not had:
        raise MayNotReturn(name=name, title=title, why="上学期没有上这门课")
    if not may_return(had_place=had, terms_done=done, series_terms=one.series_terms):
        raise MayNotReturn(name=name, title=title, why=f"这门课一共 {one.series_terms} 个学期，已经上满")


def _write(admission: AdmissionRound, one: RoundRun, wish: _Wish, left: int, now: datetime) -> PlaceView:
    facts = get_facts(wish.run_id)
    (place_id,) = seats.new_place_ids(1)
    place = Place.objects.create(
        id=place_id,
        code=place_code(place_id),
        run_id=facts.id,
        person_id=wish.person_id,
        region=facts.region,
        state=HELD,
        channel=wish.channel,
        enrolled_by_id=wish.actor.person_id,
        request_key=f"{RETURN_KEY}{admission.pk}:{place_id}",
        held_at=now,
        hold_until=claim_until(now=now, offer_hours=admission.offer_hours, wishes_close_at=admission.wishes_close_at),
        price_fen=facts.price_fen,
        subsidy_fen=facts.subsidy_fen,
        to_pay_fen=facts.to_pay_fen,
    )
    ReturnClaim.objects.create(round_run=one, person_id=wish.person_id, place=place, claimed_at=now)
    place.refresh_from_db(fields=["uuid"], from_queryset=Place.objects.within(_EVERYTHING))
    classes.show_seats_left(run_id=facts.id, seats=left)
    record_event(SeatHeld(place.pk, place.person_id, place.run_id, place.region), region=place.region, now=now)
    record_deed(
        actor=wish.actor,
        verb="claim_return",
        object_kind="place",
        object_id=place.pk,
        now=now,
        region=place.region,
        acting_for_id=wish.person_id if wish.person_id != wish.actor.person_id else None,
        detail={"round": admission.code, "run": facts.code, "channel": wish.channel},
    )
    return place_view(place)
