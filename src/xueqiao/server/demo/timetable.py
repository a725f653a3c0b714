"""Class runs and their meetings, laid out so that no room and no teacher is ever in two places.

A run takes one or two weekly slots of one room for its whole term (weekday x morning, afternoon, evening), and its
teacher takes the same slots; each (room, slot) and (teacher, slot) is given once per term, and last term ended before
this one began. So no two meetings clash by construction; the exclusion constraints of the database agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from xueqiao.domains.institutions.values import COUNTY_COLLEGE, OPEN_UNIVERSITY, TOWNSHIP_CENTRE, VILLAGE_SCHOOL
from xueqiao.foundation.clock import at_local, local_date
from xueqiao.foundation.region_code import COUNTY, RegionCode
from xueqiao.server.demo.network import InstitutionRow, Network, RoomRow, share
from xueqiao.server.demo.plan import Plan, runs_by_institution
from xueqiao.server.ground.read import CourseRow

MORNING, AFTERNOON, EVENING = "morning", "afternoon", "evening"
STARTS = {MORNING: (9, 0), AFTERNOON: (14, 0), EVENING: (19, 0)}
LONG_STARTS = {MORNING: (8, 30), AFTERNOON: (13, 30)}  # meetings of four hours end before the next part begins
TEACHER_RUNS_MAX = 5

PAST, RUNNING, STARTING, LATER, NOT_OPEN = "past", "running", "starting", "later", "not_open"
BASIC, BASIC_LEARNERS, BASIC_OF_10_000 = "basic", 5, 9_400
SMALL_LEARNERS = 4
# How this term's runs are spread. Each: share in percent, first meeting in weeks from this week (from, to).
COHORTS = ((RUNNING, 25, -8, -3), (STARTING, 45, -1, 2), (LATER, 20, 3, 5), (NOT_OPEN, 10, 3, 6))
PAST_FIRST_WEEKS = (-30, -28)


class StoryClass(NamedTuple):
    """A class of 合德镇 in a round, with a waiting list, or with too few learners.

    story: "round-" and the state its round is in, "line" or "small"; room: number among the centre's rooms; days_ahead:
    it begins so many days ahead, or on the next such weekday (None: on that day).
    """

    story: str
    course: str
    room: int
    weekday: int | None
    days_ahead: int
    capacity: int


# One round in each state, so that there is something to press in all of them (server/demo/rounds.py), a full class
# with people waiting, and one that waits for a decision. All in the afternoon, when no other class of the story meets.
STORY_CLASSES = (
    StoryClass("round-planned", "C408", 0, 0, 23, 24),
    StoryClass("round-planned", "C211", 3, 1, 23, 20),
    StoryClass("round-announced", "C208", 1, 2, 16, 16),
    StoryClass("round-announced", "C108", 3, 3, 16, 18),
    StoryClass("round-open", "C401", 0, 1, 13, 20),
    StoryClass("round-open", "C201", 4, 2, 13, 24),
    StoryClass("round-open-paid", "C406", 1, 3, 13, 16),
    StoryClass("round-frozen", "C112", 3, 4, 12, 16),
    StoryClass("round-frozen", "C110", 1, 5, 12, 20),
    StoryClass("round-drawn", "C216", 0, 3, 10, 12),
    StoryClass("round-drawn", "C413", 4, 5, 10, 24),
    StoryClass("round-drawn-paid", "C407", 1, 6, 10, 20),
    StoryClass("round-leftovers", "C101", 0, 4, 10, 24),
    StoryClass("round-leftovers", "C416", 4, 0, 10, 20),
    StoryClass("line", "C206", 1, 1, 6, 16),
    StoryClass("small", "C218", 2, None, 5, 20),
)


class Run(NamedTuple):
    """One class run before it becomes a row. days: its meetings; cohort: past, running, starting, later, not_open."""

    id: int
    code: str
    course: CourseRow
    course_id: int
    institution: InstitutionRow
    room: RoomRow
    teacher_id: int
    cohort: str
    part: str
    starts: tuple[int, int]
    days: list[date]
    slots: tuple[int, ...]
    capacity: int
    price_fen: int
    subsidy_fen: int
    age_min: int | None
    enrol_opens_at: datetime
    enrol_closes_at: datetime
    taken_wanted: int
    story: str

    @property
    def to_pay_fen(self) -> int:
        return self.price_fen - self.subsidy_fen

    @property
    def admission(self) -> str:
        return "draw" if self.story.startswith("round-") else "first_come"

    def meetings(self) -> Iterator[tuple[int, datetime, datetime]]:
        """Number, start and end of every meeting, in UTC."""
        length = timedelta(minutes=self.course.session_minutes)
        for number, day in enumerate(self.days, 1):
            begins = at_local(day, *self.starts)
            yield number, begins, begins + length


@dataclass
class Teachers:
    """Teachers of one body, hired when nobody is free. ids are given out from `first_id`."""

    first_id: int
    homes: list[tuple[int, InstitutionRow]] = field(default_factory=list)  # (person id, where she teaches)
    _slots: dict[tuple[int, bool], set[int]] = field(default_factory=lambda: defaultdict(set))
    _runs: dict[tuple[int, bool], int] = field(default_factory=lambda: defaultdict(int))
    _at: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def hire(self, institution: InstitutionRow) -> int:
        """One more teacher at a body."""
        number = self.first_id + len(self.homes)
        self.homes.append((number, institution))
        self._at[institution.id].append(number)
        return number

    def book(self, teacher: int, slots: tuple[int, ...], *, past: bool) -> None:
        """Take slots of a teacher's week. Raises ValueError when one is taken already."""
        if not self._slots[teacher, past].isdisjoint(slots):
            raise ValueError(f"teacher {teacher} is busy")
        self._slots[teacher, past].update(slots)
        self._runs[teacher, past] += 1

    def find(self, institution: InstitutionRow, slots: tuple[int, ...], *, past: bool) -> int:
        """A teacher of the body who is free, hired if need be; booked."""
        for teacher in self._at[institution.id]:
            if self._runs[teacher, past] < TEACHER_RUNS_MAX and self._slots[teacher, past].isdisjoint(slots):
                self.book(teacher, slots, past=past)
                return teacher
        teacher = self.hire(institution)
        self.book(teacher, slots, past=past)
        return teacher


class Timetable:
    """Builds the runs of a plan. Everything follows from the plan, the network and the day."""

    def __init__(
        self,
        plan: Plan,
        network: Network,
        courses: Mapping[str, tuple[int, CourseRow]],
        *,
        now: datetime,
        days_off: frozenset[date],
        first_run_id: int,
        teachers: Teachers,
    ) -> None:
        self.plan, self.network, self.courses, self.now = plan, network, courses, now
        self.today = local_date(now)
        self.monday = self.today - timedelta(days=self.today.weekday())
        self.days_off = days_off
        self.teachers = teachers
        self.random = Random(f"xueqiao demo timetable {plan.name}")  # noqa: S311 - made-up classes, the same every time
        self.runs: list[Run] = []
        self.first_run_id = first_run_id
        self.taken: set[tuple[int, int, bool]] = set()  # (room, slot, past)
        by_category: dict[str, list[CourseRow]] = defaultdict(list)
        for _id, course in courses.values():
            by_category[course.category].append(course)
        self.by_category = by_category

    def build(self, story_teacher: int) -> list[Run]:
        """All runs: the story of 合德镇 first, then every body by its weight."""
        self._story(story_teacher)
        bodies = self.network.open_on(OPEN_UNIVERSITY, self.today) + self.network.open_on(COUNTY_COLLEGE, self.today)
        bodies += self.network.open_on(TOWNSHIP_CENTRE, self.today) + self.network.open_on(VILLAGE_SCHOOL, self.today)
        story_now = sum(run.cohort != PAST for run in self.runs)
        for past, total in (
            (True, self.plan.past_runs - (len(self.runs) - story_now)),
            (False, self.plan.published_runs - story_now),
        ):
            if past and self.plan.has_basic_classes:
                self._basic_classes(bodies)
            wanted = runs_by_institution(self.plan, bodies, total, past=past)
            for body in bodies:
                if wanted[body.id]:
                    self._body(body, wanted[body.id], past=past)
        return self.runs

    # -- the story: what the demo people find tonight ----------------------------------------------------------------

    def _story(self, teacher: int) -> None:
        """At 合德镇, on every evening of the week: free with seats, to be paid with seats, full, and closed.

        So whatever day the demo is loaded, tonight has all four. 陆建芬 teaches the free one. Two past courses give
        张桂兰 something in her passport.
        """
        centre = self.network.by_code["TC320924100"]
        rooms = self.network.rooms_of[centre.id]
        free = ("C401", "C402", "C413", "C414", "C415", "C403", "C412")
        paid = ("C404", "C216", "C407", "C408", "C404", "C216", "C407")
        full = ("C204", "C205", "C204", "C205", "C204", "C205", "C204")
        closed = ("C211", "C212", "C211", "C212", "C211", "C212", "C211")
        for weekday in range(7):
            slot = (_slot(weekday, EVENING),)
            ahead = (weekday - self.today.weekday()) % 7
            first = self.today + timedelta(days=ahead - (0 if weekday % 2 else 7))
            for room, code, kind in (
                (rooms[0], free[weekday], "free"),
                (rooms[1], paid[weekday], "paid"),
                (rooms[2], full[weekday], "full"),
                (rooms[3], closed[weekday], "closed"),
            ):
                if kind == "free":
                    self.teachers.book(teacher, slot, past=False)
                    person = teacher
                else:
                    person = self.teachers.find(centre, slot, past=False)
                self.taken.add((room.id, slot[0], False))
                begins = first if kind != "closed" else first - timedelta(weeks=4)
                self._add(
                    centre, room, person, self.courses[code], EVENING, slot, begins, kind="story-" + kind, past=False
                )
        for weekday, code in ((1, "C401"), (3, "C301")):
            slot = (_slot(weekday, MORNING),)
            self.teachers.book(teacher, slot, past=True)
            self.taken.add((rooms[0].id, slot[0], True))
            first = self.monday + timedelta(weeks=PAST_FIRST_WEEKS[0], days=weekday)
            self._add(centre, rooms[0], teacher, self.courses[code], MORNING, slot, first, kind="story-past", past=True)
        self._story_of_seats(centre, rooms)

    def _story_of_seats(self, centre: InstitutionRow, rooms: Sequence[RoomRow]) -> None:
        """The classes of rounds in every state, and the full one with a line."""
        for each in STORY_CLASSES:
            room, first = rooms[each.room], self.today + timedelta(days=each.days_ahead)
            if each.weekday is not None:
                first += timedelta(days=(each.weekday - first.weekday()) % 7)
            slot = (_slot(first.weekday(), AFTERNOON),)
            self.taken.add((room.id, slot[0], False))
            teacher = self.teachers.find(centre, slot, past=False)
            self._add(
                centre, room, teacher, self.courses[each.course], AFTERNOON, slot, first,
                kind="story-" + each.story, past=False, capacity=each.capacity,
            )  # fmt: skip

    def _basic_classes(self, bodies: list[InstitutionRow]) -> None:
        """Last term nearly every elder-serving centre gave one small class: what coverage counts as teaching."""
        for body in bodies:
            if body.kind == TOWNSHIP_CENTRE and body.serves_elders and share(body.region, "basic") < BASIC_OF_10_000:
                self._body(body, 1, past=True, is_basic=True)

    # -- everybody else ---------------------------------------------------------------------------------------------

    def _body(self, body: InstitutionRow, number: int, *, past: bool, is_basic: bool = False) -> None:
        free = [
            (room, slot)
            for room in self.network.rooms_of[body.id]
            for slot in range(21)
            if (room.id, slot, past) not in self.taken
        ]
        self.random.shuffle(free)
        left = {(room.id, slot): room for room, slot in free}
        for room, slot in free:
            if number == 0:
                return
            if (room.id, slot) not in left:
                continue
            del left[room.id, slot]
            weekday, part = divmod(slot, 3)
            if is_basic and (MORNING, AFTERNOON, EVENING)[part] == EVENING:
                continue
            course_id, course = self._course(body, (MORNING, AFTERNOON, EVENING)[part], is_long=is_basic)
            slots: tuple[int, ...] = (slot,)
            again = _slot((weekday + 3) % 7, (MORNING, AFTERNOON, EVENING)[part])
            if course.session_count >= 12 and (room.id, again) in left and self.random.random() < 0.35:
                del left[room.id, again]
                slots = (slot, again)
            self.taken.update((room.id, each, past) for each in slots)
            teacher = self.teachers.find(body, slots, past=past)
            cohort, first = self._first_day(weekday, past=past)
            cohort = BASIC if is_basic else cohort
            self._add(
                body, room, teacher, (course_id, course), (MORNING, AFTERNOON, EVENING)[part], slots, first,
                kind=cohort, past=past,
            )  # fmt: skip
            number -= 1

    def _course(self, body: InstitutionRow, part: str, *, is_long: bool) -> tuple[int, CourseRow]:
        """Evenings for people who work, days for elders; farm training (four long days) where farms are."""
        is_rural = (
            body.kind in (TOWNSHIP_CENTRE, VILLAGE_SCHOOL)
            and RegionCode(body.region).ancestor(COUNTY) % (100 * 10**6) // 10**6 >= 21
        )
        if part == EVENING:
            weights = {"职场提升": 38, "艺术普及": 24, "生活技能": 22, "体育健身": 10, "文化传承": 6}
        else:
            weights = {"艺术普及": 28, "生活技能": 26, "文化传承": 22, "体育健身": 16, "职场提升": 4}
            if is_rural and not is_long:
                weights["三农与乡村振兴"] = 14
        category = self.random.choices(list(weights), list(weights.values()))[0]
        course = self.random.choice(self.by_category[category])
        return self.courses[course.code]

    def _first_day(self, weekday: int, *, past: bool) -> tuple[str, date]:
        if past:
            week = self.random.randint(*PAST_FIRST_WEEKS)
            return PAST, self.monday + timedelta(weeks=week, days=weekday)
        chance = self.random.randrange(100)
        for cohort, percent, low, high in COHORTS:
            if chance < percent:
                return cohort, self.monday + timedelta(weeks=self.random.randint(low, high), days=weekday)
            chance -= percent
        raise AssertionError("cohorts add up to 100")

    def _add(
        self,
        body: InstitutionRow,
        room: RoomRow,
        teacher: int,
        course: tuple[int, CourseRow],
        part: str,
        slots: tuple[int, ...],
        first: date,
        *,
        kind: str,
        past: bool,
        capacity: int = 0,
    ) -> None:
        course_id, row = course
        story = kind.removeprefix("story-") if kind.startswith("story-") else ""
        cohort = {"past": PAST, "closed": RUNNING}.get(story, STARTING) if story else kind
        cohort = PAST if kind == BASIC else cohort
        days = self._days(first, slots, row.session_count, keeps_holidays=bool(story))
        capacity = capacity or min(room.seats, self.random.choice((16, 18, 20, 24, 28, 30, 36)))
        price, subsidy = self._price(row, part, story)
        opens, closes = self._window(cohort, story, days)
        number = self.first_run_id + len(self.runs)
        self.runs.append(
            Run(
                id=number,
                code=f"X{number:06d}",
                course=row,
                course_id=course_id,
                institution=body,
                room=room,
                teacher_id=teacher,
                cohort=cohort,
                part=part,
                starts=(LONG_STARTS if row.session_minutes > 180 else STARTS)[part],
                days=days,
                slots=slots,
                capacity=capacity,
                price_fen=price,
                subsidy_fen=subsidy,
                age_min=50 if part != EVENING and body.kind == OPEN_UNIVERSITY and number % 3 == 0 else None,
                enrol_opens_at=opens,
                enrol_closes_at=closes,
                taken_wanted=BASIC_LEARNERS if kind == BASIC else self._taken(cohort, story, capacity),
                story=story,
            )
        )

    def _days(self, first: date, slots: tuple[int, ...], number: int, *, keeps_holidays: bool) -> list[date]:
        weekdays = {slot // 3 for slot in slots}
        found: list[date] = []
        day = first
        while len(found) < number:
            if day.weekday() in weekdays and (keeps_holidays or day not in self.days_off):
                found.append(day)
            day += timedelta(days=1)
        return found

    def _price(self, course: CourseRow, part: str, story: str) -> tuple[int, int]:
        """Cost per learner: about 30 yuan per class hour of 45 minutes, of which government carries most."""
        cost = 3000 * course.session_count * course.session_minutes // 45
        chance = self.random.randrange(100)
        if story.endswith("paid"):
            return cost, cost - 12000
        if story or course.category == "三农与乡村振兴":
            return cost, cost
        amounts: tuple[int, ...]
        if part == EVENING:
            is_free, amounts = chance < self.plan.free_evenings_percent, (12000, 18000, 24000, 30000, 36000)
        else:
            is_free, amounts = chance < self.plan.free_days_percent, (6000, 8000, 10000)
        learner = 0 if is_free else self.random.choice(amounts)
        return cost, cost - min(cost, learner)

    def _window(self, cohort: str, story: str, days: list[date]) -> tuple[datetime, datetime]:
        first = days[0]
        if story in ("line", "small") or story.startswith("round-"):  # a round's own windows decide
            return at_local(self.today - timedelta(days=40), 9), at_local(days[0], *STARTS[AFTERNOON])
        if story in ("free", "paid", "full"):  # late comers welcome until the week before the last meeting
            return at_local(first - timedelta(days=21), 9), at_local(days[-1] - timedelta(days=7), 18)
        if cohort in (PAST, RUNNING):
            return at_local(first - timedelta(days=28), 9), at_local(first, 9)
        if cohort == NOT_OPEN:
            opens = self.today + timedelta(days=self.random.randint(1, 10))
            return at_local(opens, 9), at_local(max(first, opens + timedelta(days=3)), 12)
        closes = max(first + timedelta(days=9), self.today + timedelta(days=2))
        opens = min(first, self.today) - timedelta(days=self.random.randint(2, 20))
        return at_local(opens, 9), at_local(closes, 18)

    def _taken(self, cohort: str, story: str, capacity: int) -> int:
        if story in ("free", "paid"):
            return capacity // 2
        if story in ("full", "line"):
            return capacity
        if story == "small":
            return SMALL_LEARNERS
        if story.startswith("round-"):
            return 0
        if cohort == PAST:
            return min(capacity, round(self.plan.places_past * self.random.uniform(0.7, 1.3)))
        if cohort == NOT_OPEN:
            return 0
        if cohort == STARTING and self.random.random() < 0.1:
            return capacity
        low, high = {RUNNING: (0.4, 0.9), STARTING: (0.1, 0.6), LATER: (0.05, 0.3)}[cohort]
        return min(capacity, round(capacity * self.random.uniform(low, high) * self.plan.places_share))


def _slot(weekday: int, part: str) -> int:
    return weekday * 3 + (MORNING, AFTERNOON, EVENING).index(part)
