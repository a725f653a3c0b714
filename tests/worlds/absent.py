"""Somebody who stays away time after time, as her roll shows it."""

from datetime import timedelta
from typing import Any

from tests.worlds import small_county as small
from xueqiao.domains.learning import api as learning
from xueqiao.domains.learning.models import AbsenceCase
from xueqiao.foundation.scope import Scope

TITLE = "合唱提高班"


def add_absences(world: small.SmallCounty, person: Any) -> learning.AbsenceView:
    """A class at half of which the person did not come five times in a row, signed yesterday evening; her case."""
    lecturer = small.add_person("许老师")
    small.give_role(lecturer, "teacher", small.HEDE, world.centre)
    first_day = world.now.date() - timedelta(weeks=5, days=1)
    run, sessions, _ = small.add_run(
        world, title=TITLE, teacher=lecturer, first_day=first_day, hour=9, session_count=12
    )
    for each in (person, small.add_person("常来的")):
        small.add_place(run, each)
    teacher = small.on_duty(lecturer, "teacher", small.HEDE)
    now = world.now
    for session in sessions[:5]:
        now = session.starts_at + timedelta(minutes=30)
        learning.record_roll(actor=teacher, session_id=session.pk, marks={person.pk: "absent"}, now=now)
    learning.follow_absences(run_id=run.pk, now=now)
    actor = small.acting(person)
    return learning.absences_of(actor=actor, person_ids=[person.pk], now=now)[0]


def case_at(world: small.SmallCounty, region: int, person: Any) -> Any:
    """The number of an open warning in a class of a unit, written as it stands after three rolls."""
    run, _sessions, _pool = small.add_run(world, region=region)
    row = AbsenceCase.objects.create(
        place=small.add_place(run, person),
        run=run,
        person=person,
        region=run.region,
        state="warned",
        absences=3,
        counted_until=world.now,
        opened_at=world.now,
    )
    row.refresh_from_db(fields=["uuid"], from_queryset=AbsenceCase.objects.within(Scope.everything("test")))
    return row.uuid
