"""Who sits where: places, the roll, and completions, all of made-up people.

A person sits once in a run and never in two runs of one term that meet in the same weekly slot. Learners come from the
run's own township first, then from its county; days are mostly elders, evenings mostly people who work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from xueqiao.foundation.region_code import COUNTY, TOWNSHIP, RegionCode
from xueqiao.server.demo.residents import Residents
from xueqiao.server.demo.timetable import EVENING, PAST, Run

ELDERS_BY_PART = {"三农与乡村振兴": 30, "职场提升": 4}  # percent of elders; otherwise by the time of day
ELDERS_BY_DAY, ELDERS_BY_NIGHT = 75, 20
CHANNELS = ("web",) * 11 + ("counter",) * 6 + ("phone",) * 2 + ("paper",)
PRESENT_UP_TO, LATE_UP_TO, EXCUSED_UP_TO = 0.86, 0.92, 0.95  # of draws in [0, 1); the rest is absent
LATE_MINUTES = 20
COMPLETION_NUMERATOR, COMPLETION_DENOMINATOR = 2, 3  # attended sessions of held ones


class Seat(NamedTuple):
    """One confirmed place before it becomes a row."""

    id: int
    run: Run
    person_id: int
    region: int  # where she lives
    channel: str
    at: datetime


@dataclass
class _Pool:
    """People of one township in random order; a cursor goes round, so that everybody gets a turn."""

    elders: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    cursors: list[int] = field(default_factory=lambda: [0, 0])

    def turn(self, *, elder: bool) -> int | None:
        people = self.elders if elder else self.others
        if not people:
            return None
        which = 0 if elder else 1
        self.cursors[which] += 1
        return people[(self.cursors[which] - 1) % len(people)]


class Seating:
    """Fills runs with residents. `tries` bounds the search for somebody who is free."""

    def __init__(self, residents: Residents, *, today: date, seed: str, skip: frozenset[int] = frozenset()) -> None:
        self.residents = residents
        self.random = Random(seed)  # noqa: S311 - made-up people
        self.towns: dict[int, _Pool] = defaultdict(_Pool)
        self.counties: dict[int, list[_Pool]] = defaultdict(list)
        self.county_cursor: dict[int, int] = defaultdict(int)
        self.busy: set[int] = set()
        elder_until = date(today.year - 60, 12, 31).toordinal()
        adult_until = today.toordinal() - 16 * 366
        everyone = list(range(len(residents)))
        self.random.shuffle(everyone)
        for index in everyone:
            born = residents.born[index]
            if born > adult_until or residents.first_id + index in skip:
                continue
            town = residents.region[index] // 1000 * 1000
            if town not in self.towns:
                self.counties[int(RegionCode(town).ancestor(COUNTY))].append(self.towns[town])
            (self.towns[town].elders if born <= elder_until else self.towns[town].others).append(index)

    def fill(self, run: Run, first_place_id: int, *, now: datetime) -> list[Seat]:
        """Seat up to `run.taken_wanted` people; fewer when the county runs out of people who are free."""
        percent = ELDERS_BY_PART.get(run.course.category, ELDERS_BY_NIGHT if run.part == EVENING else ELDERS_BY_DAY)
        seats: list[Seat] = []
        inside: set[int] = set()
        region = RegionCode(run.institution.region)
        if region.level >= COUNTY:
            county = int(region.ancestor(COUNTY))
        else:  # a city's or the province's own school: people of its first county
            county = min((code for code in self.counties if region.contains(code)), default=0)
        town = int(region.ancestor(TOWNSHIP)) if region.level >= TOWNSHIP else 0
        opened = max(run.enrol_opens_at, now - timedelta(days=320))
        closed = min(run.enrol_closes_at, now)
        span = max(1, int((closed - opened).total_seconds()))
        misses = 0
        while len(seats) < run.taken_wanted and misses < 40:
            index = self._somebody(town, county, elder=self.random.randrange(100) < percent)
            if index is None or index in inside or not self._take(index, run):
                misses += 1
                continue
            inside.add(index)
            at = opened + timedelta(seconds=self.random.randrange(span))
            seats.append(
                Seat(
                    first_place_id + len(seats),
                    run,
                    self.residents.first_id + index,
                    self.residents.region[index],
                    self.random.choice(CHANNELS),
                    at,
                )
            )
        return seats

    def take(self, person_id: int, run: Run) -> bool:
        """Note that a person sits in a run from elsewhere (the demo people); False when she is busy."""
        return self._take(person_id - self.residents.first_id, run)

    def _somebody(self, town: int, county: int, *, elder: bool) -> int | None:
        if town and self.random.random() < 0.8:
            pool = self.towns.get(town)
            found = pool.turn(elder=elder) if pool else None
            if found is not None:
                return found
        pools = self.counties.get(county)
        if not pools:
            return None
        self.county_cursor[county] += 1
        return pools[self.county_cursor[county] % len(pools)].turn(elder=elder)

    def _take(self, index: int, run: Run) -> bool:
        marks = [(index * 64 + slot) * 2 + (run.cohort == PAST) for slot in run.slots]
        if any(mark in self.busy for mark in marks):
            return False
        self.busy.update(marks)
        return True


class Outcome(NamedTuple):
    """How a person's term went in one run."""

    attended: int
    held: int
    minutes: int

    @property
    def is_complete(self) -> bool:
        return self.attended * COMPLETION_DENOMINATOR >= self.held * COMPLETION_NUMERATOR > 0


class Roll:
    """Writes the rolls of meetings that are over; remembers each seat's outcome."""

    def __init__(self, *, now: datetime, seed: str) -> None:
        self.now = now
        self.random = Random(seed)  # noqa: S311
        self.outcomes: dict[int, Outcome] = {}

    def lines(
        self, run: Run, first_session_id: int, seats: Sequence[Seat], *, diligent: frozenset[int]
    ) -> Iterator[str]:
        """Lines for COPY: session, person, region, person_region, state, minutes, method, attended_on, recorded_at,
        recorded_by. People in `diligent` never miss a meeting."""
        length = run.course.session_minutes
        over = [(first_session_id + number - 1, start, end) for number, start, end in run.meetings() if end <= self.now]
        if not over or not seats:
            return
        heads = [
            (f"{session}\t", f"\t{start.date().isoformat()}\t{end.isoformat()}\t{run.teacher_id}")
            for session, start, end in over
        ]  # classes begin after 8:00 local time, so the UTC day is the local day
        states = (
            f"present\t{length}\t",
            f"late\t{length - LATE_MINUTES}\t",
            "excused\t0\t",
            "absent\t0\t",
        )
        draw = self.random.random
        for seat in seats:
            middle = f"{seat.person_id}\t{run.institution.region}\t{seat.region}\t"
            present = late = 0
            method = ("qr", "list", "card")[seat.person_id % 3]
            never_misses = seat.person_id in diligent
            for head, tail in heads:
                chance = 0.0 if never_misses else draw()
                if chance < PRESENT_UP_TO:
                    state, present = states[0], present + 1
                elif chance < LATE_UP_TO:
                    state, late = states[1], late + 1
                else:
                    state = states[2] if chance < EXCUSED_UP_TO else states[3]
                yield head + middle + state + method + tail
            minutes = present * length + late * (length - LATE_MINUTES)
            self.outcomes[seat.id] = Outcome(present + late, len(over), minutes)
