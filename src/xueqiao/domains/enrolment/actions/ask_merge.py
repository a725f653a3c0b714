from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import connection

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.actions.open_small_class import require_undecided
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.lists import TargetIsByList
from xueqiao.domains.enrolment.errors.mergers import HasBegun, NotTheSameCourse, TargetHasNoRoom
from xueqiao.domains.enrolment.models import GroupDecision, MergeAsk, Place
from xueqiao.domains.enrolment.queries.lists import host_of_class
from xueqiao.domains.enrolment.queries.mergers import ask_view
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.rules.mergers import require_answer_time
from xueqiao.domains.enrolment.rules.seats import place_code, when
from xueqiao.domains.enrolment.values.mergers import MERGE_KEY
from xueqiao.domains.enrolment.values.seats import CONFIRMED, HELD, LIVE, WEB
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.money import yuan
from xueqiao.foundation.scope import Scope

_EVERYTHING = Scope.everything("the learners of a class that is merged")


def ask_merge(*, actor: Actor, code: str, target_code: str, until: datetime, now: datetime) -> int:
    """Ask every learner of a class whether she moves to another class of the same course; return how many are asked.

    A seat in the other class is kept for each until `until`. The class takes no more learners meanwhile. Nobody is
    moved without her yes; nobody pays more. Locks the run's row, the pools by id, places.
    Raises NotAllowed, UnknownClass, AlreadyDecided, HasBegun, NotTheSameCourse, TargetIsByList, BadAnswerTime,
    TargetHasNoRoom.
    """
    return seats.with_patience(partial(_ask, actor, code, target_code, until, now))


def _ask(actor: Actor, code: str, target_code: str, until: datetime, now: datetime) -> int:
    run, target = classes.get_class(code, now=now), classes.get_class(target_code, now=now)
    for each in (run, target):
        people.require_role(actor, *STAFF_ROLES, region=each.region)
    if run.card.course_code != target.card.course_code or run.run_id == target.run_id or target.state != "published":
        raise NotTheSameCourse
    _require_for_everybody(target)
    starts = [s.starts_at for each in (run, target) for s in each.sessions if s.state != "cancelled"]
    if min(starts, default=now) <= now:
        raise HasBegun
    require_answer_time(until, starts=starts, now=now)
    if run.state == "published":
        classes.stop_enrolment(actor=actor, code=code, now=now)
    for run_id in sorted((run.run_id, target.run_id)):
        seats.open_pool(run_id)
        seats.lock_pool(run_id)
    _require_for_everybody(target)  # again, under the pool's lock: the list is written under it
    require_undecided(run)
    places = _to_ask(run.run_id, target.run_id)
    left = seats.lock_pool(target.run_id) or 0
    if places:
        kept_left = seats.hold_many(target.run_id, len(places))
        if kept_left is None:
            raise TargetHasNoRoom(title=target.card.title, left=f" {left} ", needed=f" {len(places)} ")
        classes.show_seats_left(run_id=target.run_id, seats=kept_left)
    decision = GroupDecision.objects.create(
        run_id=run.run_id,
        choice="merge",
        target_id=target.run_id,
        ask_until=until,
        decided_by_id=actor.person_id,
        decided_at=now,
    )
    _keep_and_ask(decision, places, run, target, now)
    record_deed(
        actor=actor,
        verb="ask_merge",
        object_kind="class_run",
        object_id=run.run_id,
        region=run.region,
        now=now,
        detail={"code": run.code, "target": target.code, "asked": len(places), "until": until.isoformat()},
    )
    return len(places)


def _require_for_everybody(target: classes.ClassDetail) -> None:
    if host := host_of_class(target.run_id):
        raise TargetIsByList(title=target.card.title, host=host)


def _to_ask(run_id: int, target_id: int) -> list[Place]:
    """Confirmed learners of the class who have no place in the other one yet, their rows locked."""
    places = Place.objects.within(_EVERYTHING)
    there = set(places.filter(run_id=target_id, state__in=LIVE).values_list("person_id", flat=True))
    mine = (
        places.select_for_update(of=("self",))
        .select_related("person")
        .filter(run_id=run_id, state=CONFIRMED)
        .order_by("pk")
    )
    return [place for place in mine if place.person_id not in there]


def _keep_and_ask(
    decision: GroupDecision,
    places: list[Place],
    run: classes.ClassDetail,
    target: classes.ClassDetail,
    now: datetime,
) -> None:
    kept = [
        Place(
            id=place_id,
            code=place_code(place_id),
            run_id=target.run_id,
            person_id=place.person_id,
            region=target.region,
            state=HELD,
            channel=WEB,
            enrolled_by_id=place.person_id,
            request_key=f"{MERGE_KEY}{decision.pk}:{place.pk}",
            held_at=now,
            hold_until=decision.ask_until,
            price_fen=target.card.price_fen,
            subsidy_fen=target.card.subsidy_fen,
            to_pay_fen=target.card.to_pay_fen,
        )
        for place_id, place in zip(_next_place_ids(len(places)), places, strict=True)
    ]
    Place.objects.bulk_create(kept)
    asks = MergeAsk.objects.bulk_create(
        MergeAsk(decision=decision, place=place, kept=seat, asked_at=now)
        for place, seat in zip(places, kept, strict=True)
    )
    for ask, uuid in zip(asks, _uuids(asks), strict=True):
        ask.uuid = uuid
    first = next(s for s in target.sessions if s.state != "cancelled")
    until = when(decision.terms()[1])
    people.notify(
        [
            people.NoticeWanted(
                ask.place.person_id,
                f"《{run.card.title}》人数不够，想请您并到《{target.card.title}》：{when(first.starts_at)} 起，"
                f"{target.card.venue_name} {target.card.room_name}。座位给您留到 {until}。{_money(ask)}不去就全退。",
                {
                    "name": ask.place.person.name,
                    "title": run.card.title,
                    "target": target.card.title,
                    "until": until,
                },
                f"/mine/merge/{ask.uuid}/",
            )
            for ask in asks
        ],
        template="merge_asked",
        key=f"merge_asked:{decision.pk}",
        now=now,
    )


def _money(ask: MergeAsk) -> str:
    back = ask_view(ask).back_fen
    return f"那个班便宜，同意就退您差价 {yuan(back)} 元；" if back else "不用补钱；"


def _next_place_ids(number: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('enrolment_place', 'id')) FROM generate_series(1, %s)", [number]
        )
        return [int(row[0]) for row in cursor.fetchall()]


def _uuids(asks: list[MergeAsk]) -> list[UUID]:
    known = dict(MergeAsk.objects.within(_EVERYTHING).filter(pk__in=[ask.pk for ask in asks]).values_list("pk", "uuid"))
    return [known[ask.pk] for ask in asks]
