"""Loads the demo region: everything is worked out in memory first, then written by COPY in one transaction."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from time import perf_counter
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from xueqiao.domains.catalogue.api import index_courses
from xueqiao.domains.classes.api import refresh_listings, show_seats_left_of
from xueqiao.domains.people.api import person_key
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.region_code import COUNTY, TOWNSHIP, RegionCode
from xueqiao.foundation.regions.api import UnitRow
from xueqiao.foundation.scope import Scope
from xueqiao.server.demo import lessons, story
from xueqiao.server.demo.copying import catch_up_sequence, copy_lines, copy_rows, next_id
from xueqiao.server.demo.errors import DemoAlreadyLoaded
from xueqiao.server.demo.network import InstitutionRow, Network, build_network
from xueqiao.server.demo.plan import LIVELY, Plan
from xueqiao.server.demo.plan import PROVINCE as PROVINCE_PLAN
from xueqiao.server.demo.population import denominator_rows, elder_share
from xueqiao.server.demo.residents import Names, Residents, person_lines, phone_number, settle
from xueqiao.server.demo.seats import Roll, Seat, Seating
from xueqiao.server.demo.till import settle_bills, write_bills
from xueqiao.server.demo.timetable import PAST, Teachers, Timetable
from xueqiao.server.ground import read

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
    """Somebody to enter as. role in Chinese and English, for the table that `xueqiao up` prints."""

    key: str
    person_id: int
    name: str
    role_zh: str
    role_en: str


def demo_people() -> list[DemoPerson]:
    """The nine demo people in the order guides name them; empty when no demo region is loaded."""
    people = apps.get_model("people.Person").objects.within(Scope.everything("the demo people are made up"))
    parts = {part.code: part for part in story.PARTS if part.with_account}
    ids = dict(people.filter(code__in=parts, is_demo=True).values_list("code", "id"))
    return [
        DemoPerson(part.key, ids[code], part.name, *story.ROLE_WORDS[part.key])
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
        self._institutions()
        self._courses()
        self._timetable()
        self._people()
        self._runs()
        self._places()
        self._denominators()
        self._bills()
        self._listings()
        self.done("story", story.settle_past(self.cast, self.class_runs, self.now))

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

    def _institutions(self) -> None:
        residents = {code: row.residents for code, row in read.counties_census().items()}
        network = build_network(self.units.values(), residents, today=self.today)
        self.network = _renumbered(
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
        self.done("institutions", rows)

    # -- courses and classes ------------------------------------------------------------------------------------------

    def _courses(self) -> None:
        first = next_id("catalogue.Course")
        self.courses = {course.code: (first + number, course) for number, course in enumerate(read.courses())}
        rows = copy_rows(
            "catalogue.Course",
            [
                "id",
                "code",
                "title",
                "category",
                "audience",
                "summary",
                "outcomes",
                "session_count",
                "session_minutes",
                "has_physical_risk",
                "licence",
                "is_published",
                "is_demo",
            ],
            (
                (
                    number,
                    course.code,
                    course.title,
                    course.category,
                    course.audience,
                    lessons.summary_of(course),
                    _json(lessons.outcomes_of(course)),
                    course.session_count,
                    course.session_minutes,
                    course.has_physical_risk,
                    "CC0",
                    True,
                    True,
                )
                for number, course in self.courses.values()
            ),
        )
        catch_up_sequence("catalogue.Course")
        numbers: dict[str, int] = {}
        units = []
        for unit in lessons.units_of():
            numbers[unit.course] = numbers.get(unit.course, 0) + 1
            units.append(
                (
                    self.courses[unit.course][0],
                    numbers[unit.course],
                    unit.title,
                    unit.kind,
                    unit.duration_seconds,
                    unit.media_path,
                    unit.captions_path,
                    unit.text,
                    unit.licence,
                    unit.source,
                )
            )
        rows += copy_rows(
            "catalogue.LearningUnit",
            [
                "course_id",
                "number",
                "title",
                "kind",
                "duration_seconds",
                "media_path",
                "captions_path",
                "text",
                "licence",
                "source",
            ],
            units,
        )
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
            self._county_weights(),
            self._town_weights(),
            elder_share,
            first_id=first,
            today=self.today,
            seed=f"xueqiao demo residents {self.plan.name}",
        )
        random = Random("xueqiao demo names")  # noqa: S311 - made-up people
        names = Names(random, *read.name_parts())
        registered_at = (self.now - timedelta(days=400)).isoformat()
        columns = [
            "id",
            "code",
            "name",
            "phone",
            "birth_date",
            "sex",
            "region",
            "person_key",
            "is_demo",
            "registered_at",
        ]
        rows = copy_rows("people.Person", columns, story.person_rows(self.cast, self.now))
        teachers = Residents(self.teachers.first_id)
        for number, body in self.teachers.homes:
            age = 26 + number * 7 % 33
            born = self.today.toordinal() - age * 365 - age // 4 - number % 300
            teachers.add(self._home_near(body, number), born, is_female=number % 5 < 3)
        hashes = self.plan.residents <= 100_000

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
            ["person_id", "role", "region", "institution_id", "valid_from"],
            [
                *story.role_rows(self.cast, self.network, valid_from),
                *((n, "teacher", body.region, body.id, valid_from) for n, body in self.teachers.homes),
            ],
        )
        rows += self._families()
        self.done("people", rows)

    def _county_weights(self) -> dict[int, float]:
        if self.plan.people_follow_census:
            return {code: float(row.residents) for code, row in read.counties_census().items()}
        weights: dict[int, float] = {}
        for run in self.class_runs:
            county = self._county_of(run.institution)
            weights[county] = weights.get(county, 0.0) + run.taken_wanted
        return weights

    def _town_weights(self) -> dict[int, float]:
        """In the lively size people live around the centres that have classes."""
        if self.plan.people_follow_census:
            return {}
        weights: dict[int, float] = {}
        totals = self._county_weights()
        for run in self.class_runs:
            region = RegionCode(run.institution.region)
            if region.level >= TOWNSHIP:
                town, county = int(region.ancestor(TOWNSHIP)), int(region.ancestor(COUNTY))
                weights[town] = weights.get(town, 0.0) + 2.0 * run.taken_wanted / max(1.0, totals[county])
        return weights

    def _county_of(self, body: InstitutionRow) -> int:
        region = RegionCode(body.region)
        if region.level >= COUNTY:
            return int(region.ancestor(COUNTY))
        return min(code for code in read.counties_census() if region.contains(code))

    def _home_near(self, body: InstitutionRow, number: int) -> int:
        """A village of the body's town, or of the first town of its county."""
        if not hasattr(self, "_villages"):
            self._villages: dict[int, list[int]] = {}
            for code in sorted(self.units):
                if RegionCode(code).level == 5:
                    self._villages.setdefault(code // 1000 * 1000, []).append(code)
            self._towns = sorted(self._villages)
        region = RegionCode(body.region)
        town = next(t for t in self._towns if t >= region.low) if region.level < TOWNSHIP else region.ancestor(TOWNSHIP)
        villages = self._villages[int(town)]
        return villages[number % len(villages)]

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

    def _families(self) -> int:
        """Grown children act for parents of their own county: the next younger person in the list who fits."""
        rows = list(story.family_rows(self.cast, self.now))
        began = self.now - timedelta(days=200)
        random = Random("xueqiao demo families")  # noqa: S311
        by_county: dict[int, tuple[list[int], list[int]]] = {}
        for index in range(len(self.residents)):
            county = self.residents.region[index] // 10**6
            years = (self.today.toordinal() - self.residents.born[index]) / 365.25
            if years >= 66:
                by_county.setdefault(county, ([], []))[0].append(index)
            elif 34 <= years <= 44:
                by_county.setdefault(county, ([], []))[1].append(index)
        share = self.plan.families / max(1, sum(len(old) for old, _young in by_county.values()))
        first = self.residents.first_id
        for old, young in by_county.values():
            random.shuffle(young)
            for subject, agent in zip(old[: round(len(old) * share)], young, strict=False):
                rows.append((first + agent, first + subject, "child", "active", None, "counter", began, None))
        return copy_rows(
            "people.FamilyLink",
            [
                "agent_id",
                "subject_id",
                "relation",
                "state",
                "spending_cap_fen",
                "confirmed_how",
                "began_at",
                "ended_at",
            ],
            rows,
        )

    # -- runs, places, rolls ------------------------------------------------------------------------------------------

    def _runs(self) -> None:
        rows = copy_rows(
            "classes.ClassRun",
            [
                "id",
                "code",
                "course_id",
                "institution_id",
                "title",
                "region",
                "room_id",
                "teacher_id",
                "admission",
                "capacity",
                "learners_min",
                "price_fen",
                "subsidy_fen",
                "age_min",
                "starts_on",
                "ends_on",
                "enrol_opens_at",
                "enrol_closes_at",
                "state",
                "is_demo",
            ],
            (
                (
                    run.id,
                    run.code,
                    run.course_id,
                    run.institution.id,
                    run.course.title,
                    run.institution.region,
                    run.room.id,
                    run.teacher_id,
                    "first_come",
                    run.capacity,
                    min(12, run.capacity),
                    run.price_fen,
                    run.subsidy_fen,
                    run.age_min,
                    run.days[0],
                    run.days[-1],
                    run.enrol_opens_at,
                    run.enrol_closes_at,
                    "finished" if run.cohort == PAST else "published",
                    True,
                )
                for run in self.class_runs
            ),
        )
        catch_up_sequence("classes.ClassRun")
        self.first_session: dict[int, int] = {}
        rows += copy_rows(
            "classes.Session",
            ["id", "run_id", "number", "starts_at", "ends_at", "room_id", "teacher_id", "state"],
            self._session_rows(next_id("classes.Session")),
        )
        catch_up_sequence("classes.Session")
        self.done("classes and sessions", rows)

    def _session_rows(self, number: int) -> Iterator[tuple[Any, ...]]:
        for run in self.class_runs:
            self.first_session[run.id] = number
            for position, starts_at, ends_at in run.meetings():
                state = "held" if ends_at <= self.now else "planned"
                yield number, run.id, position, starts_at, ends_at, run.room.id, run.teacher_id, state
                number += 1

    def _places(self) -> None:
        seating = Seating(self.residents, today=self.today, seed=f"xueqiao demo seating {self.plan.name}")
        number = next_id("enrolment.Place")
        self.seats: dict[int, list[Seat]] = {}
        for run in self.class_runs:
            story_seats = story.seats_in(self.cast, run, number, self.now)
            number += len(story_seats)
            seats = seating.fill(run, number, now=self.now)[: run.capacity - len(story_seats)]
            number += len(seats)
            self.seats[run.id] = story_seats + seats
        self.done("seats worked out", 0)
        rows = copy_rows(
            "enrolment.SeatPool",
            ["run_id", "capacity", "held", "taken"],
            (
                (run.id, len(self.seats[run.id]) if run.story == "full" else run.capacity, 0, len(self.seats[run.id]))
                for run in self.class_runs
            ),
        )
        rows += copy_rows("enrolment.Place", _PLACE_COLUMNS, self._place_rows())
        catch_up_sequence("enrolment.Place")
        self.done("places", rows)
        roll = Roll(now=self.now, seed=f"xueqiao demo roll {self.plan.name}")
        diligent = frozenset({self.cast.elder})
        rows = copy_lines(
            "learning.Attendance",
            [
                "session_id",
                "person_id",
                "region",
                "person_region",
                "state",
                "minutes",
                "method",
                "attended_on",
                "recorded_at",
                "recorded_by_id",
            ],
            (
                line
                for run in self.class_runs
                for line in roll.lines(run, self.first_session[run.id], self.seats[run.id], diligent=diligent)
            ),
        )
        self.done("attendance", rows)
        self.outcomes = roll.outcomes
        self.done("completions", self._completions())

    def _place_rows(self) -> Iterator[Sequence[Any]]:
        for run in self.class_runs:
            for seat in self.seats[run.id]:
                yield (
                    seat.id,
                    f"D{seat.id:09d}",
                    run.id,
                    seat.person_id,
                    run.institution.region,
                    "confirmed",
                    seat.channel,
                    seat.person_id,
                    f"demo-{seat.id}",
                    seat.at,
                    run.price_fen,
                    run.subsidy_fen,
                    run.to_pay_fen,
                    seat.at,
                )

    def _completions(self) -> int:
        """Runs that are over, for people who came to two thirds of the meetings."""
        rule = _json(_DEMO_RULE)

        def rows() -> Iterator[Sequence[Any]]:
            for run in self.class_runs:
                if run.cohort != PAST or run.story:  # the story's runs are judged by the platform itself
                    continue
                *_rest, (_number, _start, ended) = run.meetings()
                for seat in self.seats[run.id]:
                    outcome = self.outcomes.get(seat.id)
                    if outcome is not None and outcome.is_complete:
                        yield (
                            run.id,
                            seat.person_id,
                            run.institution.region,
                            ended,
                            outcome.attended,
                            outcome.held,
                            outcome.minutes,
                            rule,
                        )

        return copy_rows(
            "learning.Completion",
            [
                "run_id",
                "person_id",
                "region",
                "completed_at",
                "sessions_attended",
                "sessions_held",
                "minutes_attended",
                "rule",
            ],
            rows(),
        )

    def _denominators(self) -> None:
        rows = copy_rows(
            "indicators.Denominator",
            ["kind", "region", "as_of", "value", "status", "source"],
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
        seats = {run.id: run.capacity - len(self.seats[run.id]) for run in self.class_runs if run.cohort != PAST}
        show_seats_left_of(seats)
        self.done("listings", rows)


# Written out because the demo's completions are copied, not judged one by one.
_DEMO_RULE = {"share": "2/3", "source": "演示数据：按默认规则，出勤达到三分之二"}
_PLACE_COLUMNS = [
    "id",
    "code",
    "run_id",
    "person_id",
    "region",
    "state",
    "channel",
    "enrolled_by_id",
    "request_key",
    "held_at",
    "price_fen",
    "subsidy_fen",
    "to_pay_fen",
    "confirmed_at",
]


def _renumbered(network: Network, *, institutions: int, venues: int, rooms: int) -> Network:
    """The same network with ids that begin after what is in the tables (nothing to do for an empty database)."""
    if not (institutions or venues or rooms):
        return network
    moved = Network()
    for row in network.institutions:
        heir = None if row.merged_into_id is None else row.merged_into_id + institutions
        moved.institutions.append(row._replace(id=row.id + institutions, merged_into_id=heir))
    for link in network.parents:
        moved.parents.append(
            link._replace(child_id=link.child_id + institutions, parent_id=link.parent_id + institutions)
        )
    moved.areas += [row._replace(institution_id=row.institution_id + institutions) for row in network.areas]
    moved.certificates += [
        row._replace(institution_id=row.institution_id + institutions) for row in network.certificates
    ]
    moved.venues += [
        row._replace(id=row.id + venues, institution_id=row.institution_id + institutions) for row in network.venues
    ]
    moved.rooms += [row._replace(id=row.id + rooms, venue_id=row.venue_id + venues) for row in network.rooms]
    return moved


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


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
