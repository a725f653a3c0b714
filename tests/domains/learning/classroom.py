"""A class with people in it, for the tests of learning and credits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.worlds.small_county import NOW, SmallCounty, add_person, add_place, add_run, small_county
from xueqiao.domains.classes.models import ClassRun, Session
from xueqiao.domains.learning.models import Attendance
from xueqiao.domains.people.models import Person
from xueqiao.foundation.audit.values import STAFF, Actor
from xueqiao.foundation.scope import Scope

EVERYTHING = Scope.everything("tests")


@dataclass
class Classroom:
    """A class of the small county with its learners; `teacher` is the actor who teaches it."""

    world: SmallCounty
    run: ClassRun
    sessions: list[Session]
    learners: list[Person]
    teacher: Actor

    @property
    def first(self) -> Session:
        return self.sessions[0]

    def during(self, number: int = 1, minutes: int = 5) -> datetime:
        """A moment `minutes` after session `number` began."""
        return self.sessions[number - 1].starts_at + timedelta(minutes=minutes)

    @property
    def after(self) -> datetime:
        """A minute after the last session ended."""
        return max(session.ends_at for session in self.sessions) + timedelta(minutes=1)


def classroom(learner_count: int = 3, *, session_count: int = 8, **wanted: object) -> Classroom:
    """The first learner is 张桂兰, the others are strangers."""
    world = small_county()
    lecturer = add_person("顾老师", born=date(1979, 4, 2))
    run, sessions, _ = add_run(world, teacher=lecturer, session_count=session_count, capacity=200, **wanted)
    names = [f"学员{number}" for number in range(2, learner_count + 1)]
    learners = [world.elder, *(add_person(name, born=date(1960, 1, 1)) for name in names)]
    for learner in learners:
        add_place(run, learner)
    teacher = Actor(STAFF, lecturer.pk, frozenset({"teacher"}), "staff:teacher", scope=Scope.of_persons([lecturer.pk]))
    return Classroom(world, run, sessions, learners, teacher)


def rows(run: ClassRun) -> list[tuple[str, int, str, int]]:
    """Everything on record for a class: name, session number, state, minutes."""
    found = Attendance.objects.within(EVERYTHING).filter(session__run=run)
    return list(
        found.order_by("session__number", "person__code").values_list(
            "person__name", "session__number", "state", "minutes"
        )
    )


__all__ = ["EVERYTHING", "NOW", "Classroom", "classroom", "rows"]
