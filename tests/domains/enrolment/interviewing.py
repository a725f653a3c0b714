"""Short words for tests of interviews: a round with two classes, criteria, times, people who entered, two judges."""

from datetime import datetime, timedelta
from typing import Any

from tests.domains.enrolment import rounds_to_draw
from tests.domains.enrolment.seats_and_places import ALL
from tests.worlds import rounds
from tests.worlds.small_county import (
    COUNTY,
    HEDE,
    SmallCounty,
    acting,
    add_person,
    add_run,
    give_role,
    on_duty,
    small_county,
)
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import Entry, Interview, InterviewSlot, RoundRun
from xueqiao.foundation.clock import at_local

CRITERIA = (
    enrolment.CriterionPlan("音准", "唱一段自选的歌，音准、节奏稳", 30),
    enrolment.CriterionPlan("合作", "跟着别人唱，不抢拍", 20),
)
SLOT_AT = at_local(rounds.TODAY + timedelta(days=1), 9)
AFTER_SLOT = SLOT_AT + timedelta(minutes=5)
PUBLISHED = rounds.CLOSES + timedelta(hours=1)


class Choir:
    """A round of interviews for two classes of `seats` seats; wishes are open at the world's now."""

    def __init__(
        self, *, seats: int = 1, is_open: bool = True, with_criteria: bool = True, world: SmallCounty | None = None
    ) -> None:
        self.world = world or small_county()
        self.now: datetime = self.world.now
        self.runs = list(rounds.drawn_classes(self.world, admission="interview", capacity=20))
        self.planner = on_duty(self.world.officer, "county_officer", COUNTY)
        self.earlier = rounds.OPENS - timedelta(days=9)
        self.code = enrolment.plan_round(actor=self.planner, plan=self.plan(seats), now=self.earlier).code
        if with_criteria:
            enrolment.write_criteria(actor=self.planner, code=self.code, criteria=CRITERIA, now=self.earlier)
        self.clerk = on_duty(self.world.clerk, "centre_clerk", HEDE)
        second = add_person("另一位老师")
        give_role(second, "centre_clerk", HEDE, self.world.centre)
        self.second = on_duty(second, "centre_clerk", HEDE)
        if is_open:
            self.open()

    def plan(self, seats: int, **values: Any) -> enrolment.RoundPlan:
        return rounds.a_plan(
            self.world,
            self.runs,
            **(
                {
                    "mode": "interview",
                    "run_plans": tuple(enrolment.RoundRunPlan(run.code, seats) for run in self.runs),
                    "wishes_max": 1,
                    "group_size_max": 1,
                    "source_kind": "panel",
                    "source_name": "两位老师打分",
                }
                | values
            ),
        )

    def open(self) -> enrolment.RoundView:
        opener = on_duty(rounds.second_officer(self.world), "county_officer", COUNTY)
        return enrolment.open_round(actor=opener, code=self.code, now=self.earlier)

    def slots(
        self,
        *,
        count: int = 4,
        capacity: int = 1,
        run: int = 0,
        actor: Any = None,
        now: Any = None,
        at: Any = SLOT_AT,
    ) -> list[Any]:
        return enrolment.add_interview_slots(
            actor=actor or self.clerk,
            code=self.code,
            run_id=self.runs[run].pk,
            starts_at=at,
            minutes=15,
            count=count,
            capacity=capacity,
            where="三楼琴房",
            now=now or self.now,
        )

    def enter(self, who: Any, run: int = 0, *, now: Any = None) -> tuple[Any, enrolment.EntryView]:
        """Enter somebody, or a new person of this name."""
        person = add_person(who) if isinstance(who, str) else who
        shown = enrolment.get_round(self.code, now=self.now)
        return person, rounds.enter(person, shown, [self.runs[run]], now=now or self.now)

    def book(self, person: Any, entry: enrolment.EntryView, slot: Any, *, now: Any = None, actor: Any = None) -> Any:
        return enrolment.book_interview(
            actor=actor or acting(person), entry_uuid=entry.uuid, slot_uuid=slot.uuid, now=now or self.now
        )

    def booked(self, name: str, slot: Any, run: int = 0) -> tuple[Any, enrolment.EntryView, Any]:
        person, entry = self.enter(name, run)
        return person, entry, self.book(person, entry, slot)

    def judge(self, interview: Any, points: tuple[int, int], *, actor: Any = None, now: Any = None) -> Any:
        return enrolment.judge_interview(
            actor=actor or self.clerk,
            interview_uuid=interview.uuid,
            points=dict(enumerate(points, 1)),
            words="声音亮，节奏稳",
            now=now or AFTER_SLOT + timedelta(hours=2),
        )

    def judged(self, interview: Any, *points: tuple[int, int]) -> None:
        """Both judges' sheets; the second gives the same points unless told otherwise."""
        self.judge(interview, points[0])
        self.judge(interview, points[-1], actor=self.second)

    def publish(self, now: Any = None) -> enrolment.RoundView:
        return enrolment.publish_interviews(actor=self.clerk, code=self.code, now=now or PUBLISHED)


def entry_of(entry: Any) -> Entry:
    return Entry.objects.within(ALL).get(pk=entry.id)


def interview_of(entry: Any) -> Interview:
    return Interview.objects.within(ALL).get(entry_id=entry.id)


def taken(slot: Any) -> int:
    return int(InterviewSlot.objects.within(ALL).get(uuid=slot.uuid).taken)


def interview_at(world: SmallCounty, region: int, owner: Any) -> Any:
    """The number of a time that somebody took in an open round of interviews of a unit."""
    made = rounds_to_draw.open_round(world, seats=(1,), mode="interview", source_kind="panel", region=region)
    run, _sessions, _pool = add_run(world, region=region)
    slot = InterviewSlot.objects.create(
        round_run=RoundRun.objects.create(round=made.row, run=run, seats=1),
        region=region,
        starts_at=world.now,
        minutes=15,
        where="琴房",
        taken=1,
    )
    entry = rounds_to_draw.enter(made, [owner])
    interview = Interview.objects.create(entry=entry, slot=slot, region=region, booked_at=world.now)
    interview.refresh_from_db(fields=["uuid"], from_queryset=Interview.objects.within(ALL))
    return interview.uuid
