"""Loads the demo region: everything is worked out in memory first, then written by COPY in one transaction."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from time import perf_counter

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from xueqiao.domains.catalogue.api import index_courses
from xueqiao.domains.classes.api import refresh_listings, show_seats_left_of
from xueqiao.domains.people.api import person_key
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.regions.api import UnitRow
from xueqiao.foundation.scope import Scope
from xueqiao.server.demo import crowd, story, tables
from xueqiao.server.demo.conversions import convert_credit
from xueqiao.server.demo.copying import catch_up_sequence, copy_lines, copy_rows, next_id
from xueqiao.server.demo.errors import DemoAlreadyLoaded
from xueqiao.server.demo.handed_in import hand_in_trainees
from xueqiao.server.demo.indexes import bare
from xueqiao.server.demo.network import build_network
from xueqiao.server.demo.numbering import renumbered
from xueqiao.server.demo.plan import LIVELY, Plan
from xueqiao.server.demo.plan import PROVINCE as PROVINCE_PLAN
from xueqiao.server.demo.points import add_points
from xueqiao.server.demo.population import denominator_rows, elder_share
from xueqiao.server.demo.programmes import found_programmes
from xueqiao.server.demo.residents import Names, Residents, person_lines, phone_number, settle
from xueqiao.server.demo.rounds import Seats
from xueqiao.server.demo.seats import Roll, Seat, Seating
from xueqiao.server.demo.till import settle_bills, write_bills
from xueqiao.server.demo.timetable import PAST, Teachers, Timetable
from xueqiao.server.demo.work import firms_order, pay_teacher
from xueqiao.server.ground import read

NETWORK = (
    "institutions.InstitutionParent",
    "institutions.InstitutionArea",
    "institutions.Venue",
    "institutions.Room",
)
MILLIONS = (
    "people.Person",
    "people.FamilyLink",
    "people.Account",
    "classes.Session",
    "classes.RoomUse",
    "classes.TeachingUse",
    "enrolment.Place",
    "learning.Attendance",
    "learning.Completion",
)
FOR_LIVELY = ("classes.Session", "classes.RoomUse", "classes.TeachingUse", "learning.Attendance")
Report = Callable[[str, int, float], None]


@dataclass(frozen=True)
class Stage:
    """One step of a load: rows written in so many seconds."""

    name: str
    rows: int
    seconds: float


@dataclass
class LoadResult:
    """What a load wrote, stage by stage."""

    plan: str
    stages: list[Stage] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(stage.rows for stage in self.stages)

    @property
    def seconds(self) -> float:
        return sum(stage.seconds for stage in self.stages)


def load_lively(*, now: datetime, report: Report | None = None) -> LoadResult:
    """Load the size to look around in. Raises DemoAlreadyLoaded when a demo region is there already."""
    return load(LIVELY, now=now, report=report)


def load_province(*, now: datetime, report: Report | None = None) -> LoadResult:
    """Load the size to measure with: 30,000 classes, 2,000,000 people. Raises DemoAlreadyLoaded."""
    return load(PROVINCE_PLAN, now=now, report=report)


def is_loaded() -> bool:
    """True when a demo region is in the database."""
    return bool(apps.get_model("institutions.Institution").objects.filter(is_demo=True).exists())


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to enter as: her role and what to try, in Chinese and English, as `xueqiao up` prints them."""

    key: str
    person_id: int
    name: str
    role_zh: str
    role_en: str
    try_zh: str = ""
    try_en: str = ""


def demo_people() -> list[DemoPerson]:
    """The nine demo people in the order guides name them; empty when no demo region is loaded."""
    people = apps.get_model("people.Person").objects.within(Scope.everything("the demo people are made up"))
    parts = {part.code: part for part in story.PARTS if part.with_account}
    ids = dict(people.filter(code__in=parts, is_demo=True).values_list("code", "id"))
    return [
        DemoPerson(part.key, ids[code], part.name, *story.ROLE_WORDS[part.key], *story.TRY_WORDS.get(part.key, ()))
        for code, part in parts.items()
        if code in ids
    ]


def load(plan: Plan, *, now: datetime, report: Report | None = None) -> LoadResult:
    """Load one size in one transaction: all of it or nothing. Deterministic for a plan and the day of `now`.

    Only the money of paid bills follows in batches; an interrupted load is finished by `settle_bills`, which
    `extend` and `xueqiao up` call each time. Raises DemoAlreadyLoaded.
    """
    with transaction.atomic():
        lock(LockSpace.DEMO_LOAD, [1])
        if is_loaded():
            raise DemoAlreadyLoaded
        loader = _Loader(plan, now, report or (lambda _name, _rows, _seconds: None))
        with _without_garbage_collection():
            loader.run()
    loader.settle()
    return loader.result


class _Loader:
    def __init__(self, plan: Plan, now: datetime, report: Report) -> None:
        self.plan, self.now, self.report = plan, now, report
        self.today = local_date(now)
        self.result = LoadResult(plan.name)
        self._stage_began = perf_counter()

    def run(self) -> None:
        self._regions()
        with bare(NETWORK):
            rows = self._institutions()
        self.done("institutions", rows)
        self._courses()
        self._timetable()
        with bare(MILLIONS if self.plan.is_for_measuring else FOR_LIVELY):
            self._people()
            self._seating()
            self._runs()
            self._places()
            self._rolls()
        self.done("indexes and foreign keys", 0)
        self._denominators()
        self._bills()
        self._listings()
        self.done("programmes", found_programmes(now=self.now))
        self.done("story", story.settle_past(self.cast, self.class_runs, self.now))
        self.done("points", add_points(self.cast, self.class_runs, self.network, self.now))
        self.done("rounds", Seats(self.cast, self.class_runs, self.seats, self.residents, self.now).play_all())
        centre = self.network.by_code[story.CENTRE].id
        self.done("work", firms_order(self.cast, centre, self.now) + pay_teacher(self.cast, centre, self.now))
        self.done("trainees", hand_in_trainees(self.cast, self.now))
        self.done("conversions", convert_credit(self.cast, self.now))

    def settle(self) -> None:
        """What cannot be part of the one transaction: the money of thousands of bills."""
        self._stage_began = perf_counter()
        self.done("money on the ledger", settle_bills(now=self.now))

    def done(self, name: str, rows: int) -> None:
        """Close a stage: note its rows and time."""
        seconds = perf_counter() - self._stage_began
        self.result.stages.append(Stage(name, rows, seconds))
        self.report(name, rows, seconds)
        self._stage_began = perf_counter()

    # -- ground and network -------------------------------------------------------------------------------------------

    def _regions(self) -> None:
        self.units: dict[int, UnitRow] = {int(unit.code): unit for unit in read.units()}
        report = read.load_divisions()
        self.done("regions", report.added)

    def _institutions(self) -> int:
        residents = {code: row.residents for code, row in read.counties_census().items()}
        network = build_network(self.units.values(), residents, today=self.today)
        self.network = renumbered(
            network,
            institutions=next_id("institutions.Institution") - 1,
            venues=next_id("institutions.Venue") - 1,
            rooms=next_id("institutions.Room") - 1,
        )
        rows = 0
        for label, fields, values in (
            ("institutions.Institution", network.institutions[0]._fields, self.network.institutions),
            ("institutions.InstitutionParent", network.parents[0]._fields, self.network.parents),
            ("institutions.InstitutionArea", network.areas[0]._fields, self.network.areas),
            ("institutions.StandardCertificate", network.certificates[0]._fields, self.network.certificates),
            ("institutions.Venue", network.venues[0]._fields, self.network.venues),
            ("institutions.Room", network.rooms[0]._fields, self.network.rooms),
        ):
            rows += copy_rows(label, fields, values)
            catch_up_sequence(label)
        return rows

    # -- courses and classes ------------------------------------------------------------------------------------------

    def _courses(self) -> None:
        first = next_id("catalogue.Course")
        self.courses = {course.code: (first + number, course) for number, course in enumerate(read.courses())}
        rows = copy_rows("catalogue.Course", tables.COURSE, tables.course_rows(self.courses))
        rows += copy_rows("catalogue.LearningUnit", tables.LEARNING_UNIT, tables.unit_rows(self.courses))
        catch_up_sequence("catalogue.Course")
        self.done("courses", rows)

    def _timetable(self) -> None:
        self.first_person_id = next_id("people.Person")
        self.cast = story.Cast.numbered(self.first_person_id)
        teachers = Teachers(first_id=self.cast.next_id)
        timetable = Timetable(
            self.plan,
            self.network,
            self.courses,
            now=self.now,
            days_off=read.days_off(),
            first_run_id=next_id("classes.ClassRun"),
            teachers=teachers,
        )
        self.class_runs = timetable.build(self.cast.teacher)
        self.teachers = teachers
        self.done("timetable worked out", 0)

    # -- people -------------------------------------------------------------------------------------------------------

    def _people(self) -> None:
        first = self.teachers.first_id + len(self.teachers.homes)
        self.residents = settle(
            self.plan.residents,
            self.units,
            crowd.county_weights(self.plan, self.class_runs),
            crowd.town_weights(self.plan, self.class_runs),
            elder_share,
            first_id=first,
            today=self.today,
            seed=f"xueqiao demo residents {self.plan.name}",
        )
        random = Random("xueqiao demo names")  # noqa: S311 - made-up people
        names = Names(random, *read.name_parts())
        registered_at = (self.now - timedelta(days=400)).isoformat()
        columns = "id code name phone birth_date sex region person_key is_demo registered_at"
        rows = copy_rows("people.Person", columns, story.person_rows(self.cast, self.now))
        teachers = Residents(self.teachers.first_id)
        homes = crowd.Homes(self.units)
        for number, body in self.teachers.homes:
            age = 26 + number * 7 % 33
            born = self.today.toordinal() - age * 365 - age // 4 - number % 300
            teachers.add(homes.near(body, number), born, is_female=number % 5 < 3)
        hashes = not self.plan.is_for_measuring

        def key_of(id_number: str) -> bytes:
            return person_key(settings.SECRET_KEY, id_number)

        for people in (teachers, self.residents):
            lines = person_lines(people, names, registered_at=registered_at, key_of=key_of if hashes else None)
            rows += copy_lines("people.Person", columns, lines)
        catch_up_sequence("people.Person")
        rows += copy_rows(
            "people.Account",
            ["password", "person_id", "phone", "opened_at"],
            # A list: one connection cannot read while it copies.
            [("!", number, phone_number(number), registered_at) for number in self._with_accounts(teachers)],
        )
        valid_from = self.today - timedelta(days=420)
        rows += copy_rows(
            "people.StaffRole",
            "person_id role region institution_id valid_from",
            [
                *story.role_rows(self.cast, self.network, valid_from),
                *((n, "teacher", body.region, body.id, valid_from) for n, body in self.teachers.homes),
            ],
        )
        families = [
            *story.family_rows(self.cast, self.now),
            *crowd.family_rows(self.plan, self.residents, self.now),
        ]
        rows += copy_rows("people.FamilyLink", tables.FAMILY_LINK, families)
        self.done("people", rows)

    def _with_accounts(self, teachers: Residents) -> Iterator[int]:
        yield from story.account_ids(self.cast)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM people_person WHERE id >= %s AND phone IS NOT NULL"
                " AND (id < %s OR id %% 100 < %s) AND birth_date < %s ORDER BY id",
                [
                    teachers.first_id,
                    self.residents.first_id,
                    self.plan.account_percent,
                    self.today - timedelta(days=15 * 366),
                ],
            )
            yield from (row[0] for row in cursor.fetchall())

    # -- runs, places, rolls ------------------------------------------------------------------------------------------

    def _seating(self) -> None:
        """Work out who sits where; a class of the story that is to be full has as many seats as people."""
        seating = Seating(self.residents, today=self.today, seed=f"xueqiao demo seating {self.plan.name}")
        number = next_id("enrolment.Place")
        self.seats: dict[int, list[Seat]] = {}
        self.capacities: dict[int, int] = {}
        for run in self.class_runs:
            story_seats = story.seats_in(self.cast, run, number, self.now)
            number += len(story_seats)
            seats = seating.fill(run, number, now=self.now)[: run.capacity - len(story_seats)]
            number += len(seats)
            self.seats[run.id] = story_seats + seats
            self.capacities[run.id] = max(1, len(self.seats[run.id])) if run.story in ("full", "line") else run.capacity
        self.done("seats worked out", 0)

    def _runs(self) -> None:
        rows = copy_rows("classes.ClassRun", tables.CLASS_RUN, tables.run_rows(self.class_runs, self.capacities))
        catch_up_sequence("classes.ClassRun")
        number = next_id("classes.Session")
        self.first_session: dict[int, int] = {}
        for run in self.class_runs:
            self.first_session[run.id] = number
            number += len(run.days)
        rows += copy_rows(
            "classes.Session", tables.SESSION, tables.session_rows(self.class_runs, self.first_session, self.now)
        )
        catch_up_sequence("classes.Session")
        self.done("classes and sessions", rows)

    def _places(self) -> None:
        pools = ((run.id, self.capacities[run.id], 0, len(self.seats[run.id])) for run in self.class_runs)
        rows = copy_rows("enrolment.SeatPool", "run_id capacity held taken", pools)
        rows += copy_rows("enrolment.Place", tables.PLACE, tables.place_rows(self.class_runs, self.seats))
        catch_up_sequence("enrolment.Place")
        self.done("places", rows)

    def _rolls(self) -> None:
        roll = Roll(now=self.now, seed=f"xueqiao demo roll {self.plan.name}")
        diligent = frozenset({self.cast.elder})
        lines = (
            line
            for run in self.class_runs
            for line in roll.lines(run, self.first_session[run.id], self.seats[run.id], diligent=diligent)
        )
        self.done("attendance", copy_lines("learning.Attendance", tables.ATTENDANCE, lines))
        rows = tables.completion_rows(self.class_runs, self.seats, roll.outcomes)
        self.done("completions", copy_rows("learning.Completion", tables.COMPLETION, rows))

    def _denominators(self) -> None:
        rows = copy_rows(
            "indicators.Denominator",
            "kind region as_of value status source",
            denominator_rows(self.units),
        )
        self.done("denominators", rows)

    def _bills(self) -> None:
        seats = (seat for run in self.class_runs if run.to_pay_fen for seat in self.seats[run.id])
        self.done("bills", write_bills(seats, now=self.now))

    def _listings(self) -> None:
        """What pages show and search finds, written by the domains' own doors."""
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # the planner knows nothing of the new rows yet
        self.done("statistics", 0)
        self.done("course search", index_courses())
        province = min(self.units)
        rows = refresh_listings(region=province, now=self.now)
        seats = {
            run.id: self.capacities[run.id] - len(self.seats[run.id]) for run in self.class_runs if run.cohort != PAST
        }
        show_seats_left_of(seats)
        self.done("listings", rows)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Millions of small tuples and no cycles: the collector would only walk over them again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
