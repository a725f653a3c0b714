"""People who have completed a class, for the tests of credits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.domains.learning.classroom import Classroom, classroom
from xueqiao.domains.learning import api as learning
from xueqiao.domains.learning.models import Completion
from xueqiao.domains.people.models import Person
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope

EVERYTHING = Scope.everything("tests")
SYSTEM = Actor.system("tests")


@dataclass
class Completed:
    """A class that is over; `completions` by learner, in order."""

    room: Classroom
    completions: list[Completion]
    now: datetime

    @property
    def person(self) -> Person:
        return self.room.learners[0]

    @property
    def completion(self) -> Completion:
        return self.completions[0]


def completed(learner_count: int = 1, **wanted: Any) -> Completed:
    """Eight sessions of 90 minutes, everybody always there: 12 hours."""
    room = classroom(learner_count, **wanted)
    for number, session in enumerate(room.sessions, 1):
        learning.record_roll(actor=room.teacher, session_id=session.pk, marks={}, now=room.during(number))
    learning.judge_completion(run_id=room.run.pk, now=room.after)
    rows = Completion.objects.within(EVERYTHING).filter(run=room.run).order_by("person_id")
    return Completed(room, list(rows), room.after)


def completion_of(done: Completed, minutes: int) -> Completion:
    """Set the minutes of the first completion, as a longer or shorter class would have left them."""
    Completion.objects.within(EVERYTHING).filter(pk=done.completion.pk).update(minutes_attended=minutes)
    done.completion.refresh_from_db()
    return done.completion
