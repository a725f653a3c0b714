"""The small county on a lively evening: one of everything a page can show, for browser and permission tests.

    lively = lively_county()
    lively.free_run, lively.paid_run, lively.full_run, lively.drawn_run, lively.roll_run (40 learners, tonight)
    lively.held_place, lively.bill, lively.confirmed_place, ...

Made through the same actions the pages call, so that what a page shows could have come about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.domains.enrolment import rounds_to_draw
from tests.domains.enrolment.interviewing import Choir
from tests.worlds import rounds
from tests.worlds import small_county as small
from tests.worlds.absent import add_absences
from tests.worlds.agreements import trainees_are_handed_in
from tests.worlds.claims import bank_in_figures, claims_at_every_step, county_draft
from tests.worlds.converted import a_conversion
from tests.worlds.enterprises import a_firm_orders
from tests.worlds.helped import add_help
from tests.worlds.points import add_points
from tests.worlds.programmes import add_classes, add_programme
from tests.worlds.teachers_pay import month_of_pay
from tests.worlds.waiting_rooms import add_waiting_rooms
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.actions.solve_timetable import solve_timetable
from xueqiao.domains.classes.models import ClassRun, Timetable
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import Entry, MergeAsk
from xueqiao.domains.indicators import api as indicators
from xueqiao.domains.learning import api as learning
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.ports import PaymentOrder
from xueqiao.domains.people.models import Person
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.scope import Scope
from xueqiao.gateways.payments.rehearsal_book import pay_trade

NOW = small.NOW
LEARNERS = 40
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("秀英", "桂兰", "建国", "玉梅", "志强", "春华", "国庆", "丽萍")


@dataclass
class Lively:
    """Everything by name; `small` is the county it stands on."""

    now: datetime
    small: small.SmallCounty
    free_run: ClassRun
    paid_run: ClassRun
    full_run: ClassRun
    drawn_run: ClassRun
    roll_run: ClassRun
    draft_run: Any
    roll_session: Any
    elder: Person
    daughter: Person
    rider: Person
    teacher: Person
    clerk: Person
    officer: Person
    province_officer: Person
    held_place: Any
    bill: Any
    confirmed_place: Any
    pay_token: str
    payment: Any
    paying_inside: Any  # the same bill, begun in the browser inside WeChat
    attend_token: str
    proposal: Any  # waits for the elder's press
    certificate: Any  # of the other class she completed
    bank_units: int  # with public figures
    rule_draft: int  # version of the county's own community rules
    conversion: Any  # of a third one's credit, reserved for the county college
    completion_id: int
    timetable: Any  # of the coming term, solved
    dropped_session: Any  # of roll_run: cancelled, neither made up for nor given back
    offered_code: str  # of that class
    waiting_entry: Any  # the daughter in the line of full_run
    seat_offer: Any  # a seat of another full class, offered to the elder
    draw: Any  # held: forty entries for 20 seats
    draw_entry_uuid: Any  # the elder's own in it
    free_hour: str  # query of the form that borrows a room
    small_run: Any  # begins in five days with one learner
    merge_ask: Any  # learners[0] is asked to move there
    choir: Any  # a round of interviews: one has begun, the daughter took a time
    interview: Any
    choir_entry: Any
    absence: Any  # the elder stayed away five times
    cash_day: Any  # the clerk's box of yesterday, counted, waiting for a second person
    pay_slip: Any  # the teacher's, of February, released
    pay_waiting: Any  # another teacher's, waiting for a second person
    pay_contract: Any  # of a public body's member, without its permission
    programme: Any  # 射阳夜校: three classes of 合德
    agreement: str  # 合德 gives, the college takes
    firm: Any  # of 王小骑, verified
    slip: Any  # of 张桂兰: a reward to be fetched
    helped: dict[str, Any]  # learners[5]: scheme, hardship_place, hardship_asked
    order: Any  # its order: accepted, half paid
    order_running: Any  # another, with its class and its list
    round: Any  # takes wishes; 腰鼓 and 古筝
    entry: Any  # the daughter's; 王小骑 was asked
    rooms: dict[str, Any] = field(default_factory=dict)  # classes with waiting rooms: gathering, queue, turn
    links: dict[str, Any] = field(default_factory=dict)
    learners: list[Person] = field(default_factory=list)
    newcomers: list[Person] = field(default_factory=list)  # two who have no class yet


def _held_draw(world: small.SmallCounty, elder: Person, learners: list[Person]) -> tuple[Any, Any]:
    """A round that closed two days ago and was drawn yesterday."""
    made = rounds_to_draw.open_round(
        world, seats=(12, 8), kept={0: {"newcomer": 5}, 1: {"access": 1}}, closes=world.now - timedelta(days=2)
    )
    rounds_to_draw.enter(made, [elder], (0, 1), channel="counter")
    for number, learner in enumerate(learners):
        rounds_to_draw.enter(made, [learner], (number % 2, 1 - number % 2), channel="web" if number % 3 else "phone")
    rounds_to_draw.drawn(made)
    entry = Entry.objects.within(Scope.everything("test")).get(pk=made.entries[0].pk)
    return enrolment.get_draw(made.code), entry.uuid


def lively_county(now: datetime = NOW) -> Lively:
    """Build the world inside the current transaction or connection; about 400 inserts."""
    world = small.small_county(now)
    tomorrow = small.TODAY + timedelta(days=1)
    free_run, _, _ = small.add_run(world, hour=19, title="手机挂号与打车", capacity=30)
    paid_run, _, _ = small.add_run(
        world, hour=19, first_day=tomorrow, title="咖啡拉花入门", price_fen=48000, subsidy_fen=24000, capacity=24
    )
    small.add_run(world, hour=8, first_day=tomorrow, title="太极拳二十四式", capacity=40)
    singing, _, _ = small.add_run(world, hour=19, title="合唱：江南民歌", capacity=36)
    knots, _, _ = small.add_run(world, hour=19, title="中国结与剪纸", capacity=4)
    baking, _, _ = small.add_run(world, hour=20, title="家常烘焙", price_fen=36000, subsidy_fen=18000, capacity=16)
    full_run, _, _ = small.add_run(world, hour=20, title="广场舞提高班", capacity=1)
    drawn_run, _, _ = small.add_run(
        world, hour=14, first_day=small.TODAY + timedelta(days=4), title="古筝（春季班）", admission="draw", capacity=20
    )
    roll_run, roll_sessions, _ = small.add_run(
        world,
        hour=17,
        title="智能手机影像创作（初级）",
        capacity=LEARNERS + 2,
        teacher=world.teacher,
        first_day=small.TODAY - timedelta(weeks=2),
    )
    small.add_place(full_run, world.rider)
    learners = []
    for number in range(LEARNERS):
        name = SURNAMES[number % len(SURNAMES)] + GIVEN[number % len(GIVEN)]
        learner = small.add_person(name, born=date(1950 + number % 40, 1 + number % 12, 1 + number % 28))
        small.add_place(roll_run, learner, now=now - timedelta(days=20))
        learners.append(learner)
    for person, run in zip(reversed(learners), [singing] * 21 + [knots] * 3 + [baking] * 9, strict=False):
        small.add_place(run, person, now=now - timedelta(days=3))
    classes.refresh_listings(region=small.PROVINCE, now=now)
    for run in (free_run, paid_run, full_run, drawn_run, roll_run, singing, knots, baking):
        classes.show_seats_left(run_id=run.id, seats=enrolment.seats_of(run.id).left)

    elder, daughter = world.elder, world.daughter
    for_mother = small.acting(daughter, acts_for=(elder,))
    held = enrolment.hold_seat(
        actor=for_mother, run_id=paid_run.id, person_id=elder.id, request_key="lively-held", channel="web", now=now
    )
    bill = enrolment.bill_seat(actor=for_mother, place_uuid=held.uuid, agreed_fen=held.to_pay_fen, now=now)
    taken = enrolment.hold_seat(
        actor=for_mother, run_id=free_run.id, person_id=elder.id, request_key="lively-free", channel="web", now=now
    )
    confirmed = enrolment.confirm_seat(actor=for_mother, place_uuid=taken.uuid, now=now)
    entry, offer, offered_code = _waiting(world, full_run, for_mother)
    clerk_actor = small.on_duty(world.clerk, "centre_clerk", small.HEDE)
    draft = classes.copy_last_term(
        actor=clerk_actor, source_code=roll_run.code, first_day=small.TODAY + timedelta(weeks=8), now=now
    )
    dropped = classes.cancel_session(actor=clerk_actor, session_id=roll_sessions[4].id, reason="教室漏水", now=now)
    small_run, merge_ask = _too_few(world, learners, clerk_actor, now)
    teacher = small.on_duty(world.teacher, "teacher", small.HEDE)
    learning.open_session_code(actor=teacher, session_id=roll_sessions[2].id, now=now)
    attend = learning.access_rotating_code(actor=teacher, session_id=roll_sessions[2].id, now=now)
    proposals = [_completed(world, title, hour, now) for title, hour in (("八段锦入门", 8), ("书法基础", 10))]
    certificate = credit_bank.issue_certificate(
        actor=small.acting(elder), completion_id=proposals[1].completion_id, now=now
    )
    credit_bank.deposit_credit(actor=small.acting(elder), proposal_uuid=proposals[1].uuid, now=now)
    claims_at_every_step(world)
    conversion = a_conversion(world, _completed(world, "剪纸入门", 14, now), now)
    waiting = classes.copy_last_term(
        actor=clerk_actor, source_code=paid_run.code, first_day=small.TODAY + timedelta(weeks=10, days=1), now=now
    )
    classes.publish_class_run(actor=clerk_actor, code=waiting.code, now=now)  # has a price: waits for the county
    timetable = classes.ask_timetable(
        actor=clerk_actor,
        institution_id=world.centre.id,
        source_codes=[run.code for run in (free_run, paid_run, singing, knots, full_run, roll_run)],
        slots=[classes.Slot(day, 19 * 60) for day in range(1, 6)],
        first_day=small.TODAY + timedelta(weeks=10, days=5),
        last_day=small.TODAY + timedelta(weeks=26),
        now=now,
    )
    for room, person, club, hour in (
        (world.room, daughter, "合德剪纸社", 9),
        (knots.room, daughter, "三号楼读书会", 14),
    ):
        asked = classes.book_room(
            actor=small.acting(person),
            room_id=room.id,
            starts_at=at_local(small.TODAY + timedelta(days=2), hour),
            hours=2,
            club=club,
            purpose="每周活动",
            people_count=4,
            request_key=club,
            now=now,
        )
    classes.answer_booking(actor=clerk_actor, uuid=asked.uuid, is_confirmed=True, now=now)
    held_draw, draw_entry_uuid = _held_draw(world, elder, learners)
    solve_timetable(timetable_id=Timetable.objects.get(uuid=timetable.uuid).pk, now=now, seconds_max=5)
    indicators.compute_figures(actor=Actor.system("lively"), year=small.TODAY.year, now=now)
    chief = small.add_person("赵卫国", sex="m", born=date(1972, 4, 9))
    small.give_role(chief, "province_officer", small.PROVINCE)
    choir, interview, choir_entry = _interviews(world, learners[5])
    opened = rounds.open_a_round(world, list(rounds.drawn_classes(world, course=small.add_course("C430", "民乐"))))
    pay_slip, pay_waiting, pay_contract = month_of_pay(world)
    firm, order, order_running = a_firm_orders(world)
    helped = add_help(world, learners[5])
    slip = add_points(world, _run_of(proposals[0]))
    return Lively(
        agreement=trainees_are_handed_in(world, learners[10:22]),
        firm=firm,
        order_running=order_running,
        order=order,
        helped=helped,
        slip=slip,
        pay_slip=pay_slip,
        pay_waiting=pay_waiting,
        pay_contract=pay_contract,
        rooms=add_waiting_rooms(world, now),
        choir=choir,
        interview=interview,
        choir_entry=choir_entry,
        absence=add_absences(world, world.elder),
        now=now,
        small=world,
        free_run=free_run,
        paid_run=paid_run,
        full_run=full_run,
        drawn_run=drawn_run,
        roll_run=roll_run,
        draft_run=draft,
        roll_session=roll_sessions[2],
        elder=elder,
        daughter=daughter,
        rider=world.rider,
        teacher=world.teacher,
        clerk=world.clerk,
        officer=world.officer,
        province_officer=chief,
        held_place=held,
        draw=held_draw,
        draw_entry_uuid=draw_entry_uuid,
        bill=bill,
        confirmed_place=confirmed,
        pay_token=payments.make_pay_link(actor=for_mother, bill_uuid=bill.uuid, now=now),
        payment=payments.start_payment(actor=for_mother, bill_uuid=bill.uuid, gateway="rehearsal", now=now),
        paying_inside=payments.start_payment(
            actor=for_mother, bill_uuid=bill.uuid, gateway="rehearsal", device="wechat", now=now
        ),
        attend_token=attend.token,
        proposal=proposals[0],
        certificate=certificate,
        rule_draft=county_draft(world),
        conversion=conversion,
        bank_units=bank_in_figures(now),
        completion_id=proposals[1].completion_id,
        timetable=timetable,
        dropped_session=dropped,
        offered_code=offered_code,
        waiting_entry=entry,
        seat_offer=offer,
        free_hour=f"?room={world.room.id}&at=2026-03-06T15",
        small_run=small_run,
        merge_ask=merge_ask,
        cash_day=_counted_box(clerk_actor, now),
        programme=_programme(world, singing, knots, paid_run),
        round=opened,
        entry=_entered(world, opened, now),
        learners=learners,
        newcomers=[small.add_person(name, born=date(1988, 5, 1 + n)) for n, name in enumerate(("宋初来", "沈乍到"))],
    )


def _programme(world: small.SmallCounty, *runs: ClassRun) -> Any:
    """射阳夜校 with three classes of 合德, listed already."""
    made = add_programme(world)
    add_classes(world, made.code, *runs)
    return made


def _too_few(world: small.SmallCounty, learners: list[Person], clerk: Actor, now: datetime) -> tuple[Any, Any]:
    """Two classes of one course with one learner each; the learner of the second is asked to move to the first."""
    soon = small.TODAY + timedelta(days=5)
    small_run, _, _ = small.add_run(world, hour=9, first_day=soon, title="二胡入门", learners_min=12)
    asked_run, _, _ = small.add_run(world, hour=15, first_day=soon, title="二胡入门（下午班）", learners_min=12)
    small.add_place(small_run, learners[1], now=now - timedelta(days=3))
    small.add_place(asked_run, learners[0], now=now - timedelta(days=3))
    classes.refresh_listings(region=small.PROVINCE, now=now)
    enrolment.ask_merge(
        actor=clerk, code=asked_run.code, target_code=small_run.code, until=now + timedelta(days=3), now=now
    )
    return small_run, MergeAsk.objects.within(Scope.everything("test")).get(decision__run=asked_run)


def _counted_box(clerk_actor: Actor, now: datetime) -> Any:
    """The clerk's box of yesterday with its change, counted; and a difference on the finance desk."""
    yesterday, evening = small.TODAY - timedelta(days=1), now - timedelta(days=1)
    box = payments.open_cash_day(actor=clerk_actor, opening_fen=20000, now=evening)
    box = payments.count_cash_day(actor=clerk_actor, day_uuid=box.uuid, counted_fen=20000, now=evening)
    pay_trade(
        PaymentOrder(UUID(int=1), "B2603030000001-1", "课", 12000, "wechat", now),
        reference="42" + "0" * 25 + "1",
        now=now - timedelta(days=1),
    )
    payments.take_statement(gateway="rehearsal", day=yesterday, now=now)
    return box


def _interviews(world: small.SmallCounty, applicant: Person) -> tuple[Any, Any, Any]:
    """A choir that admits by interview; its second time began half an hour ago."""
    choir, opening = Choir(seats=8, world=world), rounds.OPENS
    past = choir.slots(count=2, now=opening, at=world.now - timedelta(minutes=45))
    ahead = choir.slots(count=6)
    person, entry = choir.enter(applicant, now=opening)
    interview = choir.book(person, entry, past[1], now=opening)
    daughter, own = choir.enter(world.daughter)
    choir.book(daughter, own, ahead[2])
    return choir, interview, own


def _entered(world: small.SmallCounty, opened: Any, now: datetime) -> Any:
    """The daughter enters and asks 王小骑."""
    daughter = small.acting(world.daughter)
    entry = enrolment.enter_round(
        actor=daughter,
        round_code=opened.code,
        person_id=world.daughter.id,
        run_ids=[each.run_id for each in reversed(opened.runs)],
        request_key="lively-entry",
        channel="web",
        now=now,
    )
    return enrolment.invite_to_entry(actor=daughter, entry_uuid=entry.uuid, who=world.rider.code, now=now)


def _waiting(world: small.SmallCounty, full_run: ClassRun, for_mother: Actor) -> tuple[Any, Any, str]:
    """The daughter waits for full_run, and her mother is offered a seat of another class that somebody left."""
    first_day = small.TODAY + timedelta(days=200)  # next term: this one she has as many as she may
    left_run, _, _ = small.add_run(world, hour=14, first_day=first_day, title="国画山水", capacity=1)
    leaver = small.add_person("顾阿姨")
    place = small.add_place(left_run, leaver)
    busy = small.add_person("陈大伯")
    entries = [
        enrolment.join_waiting_list(
            actor=actor,
            run_id=run.id,
            person_ids=[person_id],
            request_key=f"lively-wait-{run.id}-{person_id}",
            channel="web",
            now=world.now,
        )
        for actor, run, person_id in (
            (small.acting(busy), left_run, busy.id),
            (small.acting(world.daughter), full_run, world.daughter.id),
            (for_mother, left_run, world.elder.id),
        )
    ]
    clash, _, _ = small.add_run(world, hour=14, first_day=first_day, title="太极扇")
    small.add_place(clash, busy)
    place.refresh_from_db(fields=["uuid"], from_queryset=type(place).objects.within(Scope.everything("lively")))
    enrolment.withdraw(actor=small.acting(leaver), place_uuid=place.uuid, now=world.now)
    enrolment.offer_freed_seats(run_id=left_run.id, now=world.now)
    (offer,) = enrolment.offers_to(actor=for_mother, person_ids=[world.elder.id], now=world.now)
    return entries[1], offer, left_run.code


def _run_of(proposal: Any) -> ClassRun:
    return ClassRun.objects.get(code=proposal.run_code)


def _completed(world: small.SmallCounty, title: str, hour: int, now: datetime) -> Any:
    """A class of eight weeks that the elder finished last week; returns the credit proposed for it."""
    lecturer = small.add_person(f"{title[0]}老师", born=date(1979, 4, 2))
    small.give_role(lecturer, "teacher", small.HEDE, world.centre)
    first = small.TODAY - timedelta(weeks=9)
    run, sessions, _ = small.add_run(world, title=title, teacher=lecturer, first_day=first, hour=hour, capacity=30)
    small.add_place(run, world.elder, now=now - timedelta(weeks=10))
    teacher = small.on_duty(lecturer, "teacher", small.HEDE)
    for session in sessions:
        learning.record_roll(
            actor=teacher, session_id=session.id, marks={}, now=session.starts_at + timedelta(minutes=5)
        )
    learning.judge_completion(run_id=run.id, now=now)
    system = Actor.system("lively")
    done = [
        each for each in learning.access_completions(actor=system, person_ids=[world.elder.id]) if each.run_id == run.id
    ]
    return credit_bank.propose_credit(actor=system, completion_id=done[0].id, now=now)
