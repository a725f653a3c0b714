"""Short words for tests of the priority window: last term's class with learners, and a round that continues it."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.domains.enrolment.seats_and_places import ALL
from tests.worlds import rounds
from tests.worlds.small_county import acting, add_course, add_person, add_place, add_run, small_county
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import ReturnClaim

OPENS = rounds.OPENS - timedelta(days=4)  # of the priority window, which ends when the wishes open
INSIDE = OPENS + timedelta(days=1)


class Series:
    """Last term's class with `learners`, this term's of `seats` seats in an open round; time stands in the window."""

    def __init__(
        self, *, learners: int = 3, seats: int = 10, quotas: tuple[enrolment.QuotaPlan, ...] = (), terms: int = 4
    ) -> None:
        self.world = small_county()
        self.now: datetime = INSIDE
        course = add_course("C500", "书法")
        self.old, _, _ = add_run(
            self.world, course=course, title="书法（一）", first_day=date(2025, 9, 3), hour=9, capacity=30
        )
        self.learners = [add_person(f"老学员{n}") for n in range(learners)]
        for learner in self.learners:
            add_place(self.old, learner, now=INSIDE - timedelta(days=180))
        ClassRun.objects.filter(pk=self.old.pk).update(state="finished")
        self.run, _, _ = add_run(
            self.world,
            course=course,
            title="书法（二）",
            hour=9,
            first_day=rounds.FIRST_DAY,
            admission="priority_draw",
            capacity=seats,
        )
        plan = enrolment.RoundRunPlan(self.run.code, seats, quotas=quotas, continues=self.old.code, series_terms=terms)
        self.round = rounds.open_a_round(
            self.world, [self.run], mode="priority_draw", run_plans=(plan,), priority_opens_at=OPENS
        )

    def claim(self, person: Any, *, now: datetime | None = None, actor: Any = None) -> enrolment.PlaceView:
        return enrolment.claim_return(
            actor=actor or acting(person),
            round_code=self.round.code,
            run_id=self.run.pk,
            person_id=person.pk,
            channel="web",
            now=now or self.now,
        )

    def claims(self) -> int:
        return ReturnClaim.objects.within(ALL).count()
