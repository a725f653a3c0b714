"""Short words for tests of absences in a row: a full class with a line, rolls signed, what followed."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.domains.learning.classroom import EVERYTHING, Classroom, classroom
from tests.worlds.small_county import acting, add_person
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import Place, SeatPool
from xueqiao.domains.learning import api as learning
from xueqiao.domains.learning.models import AbsenceCase
from xueqiao.domains.people.models import Notice, Person

FIRST_DAY = date(2026, 3, 4)


class AbsentClass:
    """A full class of ten meetings whose second learner never comes; `line` people wait for a seat."""

    def __init__(self, *, waiting: int = 1, **run: Any) -> None:
        self.room: Classroom = classroom(2, session_count=10, **({"first_day": FIRST_DAY, "hour": 9} | run))
        self.run = self.room.run
        SeatPool.objects.filter(run=self.run).update(capacity=2)
        self.away = self.room.learners[1]
        self.place = Place.objects.within(EVERYTHING).get(run=self.run, person=self.away)
        self.in_line = [self.wait(f"候补{number + 1}") for number in range(waiting)]
        self.meeting = 0

    def wait(self, name: str, now: datetime | None = None) -> Person:
        person = add_person(name)
        enrolment.join_waiting_list(
            actor=acting(person),
            run_id=self.run.pk,
            person_ids=[person.pk],
            request_key=f"wait {name}",
            channel="web",
            now=now or self.room.world.now - timedelta(hours=12),
        )
        return person

    def roll(self, state: str = "absent", times: int = 1) -> datetime:
        """Sign the next rolls with this state for her; return the moment of the last."""
        now = self.room.world.now
        for _ in range(times):
            self.meeting += 1
            now = self.room.during(self.meeting, minutes=60)
            session = self.room.sessions[self.meeting - 1]
            learning.record_roll(actor=self.room.teacher, session_id=session.pk, marks={self.away.pk: state}, now=now)
            learning.follow_absences(run_id=self.run.pk, now=now)
        return now

    def case(self) -> AbsenceCase:
        return AbsenceCase.objects.within(EVERYTHING).filter(place=self.place).latest("pk")

    def cases(self) -> list[tuple[str, int]]:
        rows = AbsenceCase.objects.within(EVERYTHING).filter(place=self.place).order_by("pk")
        return list(rows.values_list("state", "absences"))

    def told(self) -> list[str]:
        rows = Notice.objects.within(EVERYTHING).filter(person=self.away, template__startswith="absence_")
        return list(rows.order_by("pk").values_list("template", flat=True))

    def place_state(self) -> str:
        return str(Place.objects.within(EVERYTHING).get(pk=self.place.pk).state)
