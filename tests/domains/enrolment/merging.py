"""Two classes of one course, one of them too small: shared by the tests of mergers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.domains.payments.paying import Owed, pay
from tests.worlds.small_county import HEDE, SmallCounty, acting, add_place, add_run, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import MergeAsk, Place, SeatPool
from xueqiao.foundation.scope import Scope

ALL = Scope.everything("test")
PRICE = 30000


@dataclass
class Merging:
    """The rider paid for `run`, the elder is in it free of payment; both may move to `target`, next day."""

    world: SmallCounty
    run: Any
    target: Any
    paid: Owed
    until: datetime

    @property
    def clerk(self) -> Any:
        return on_duty(self.world.clerk, "centre_clerk", HEDE)

    def ask(self, **changes: Any) -> int:
        wanted = {
            "actor": self.clerk,
            "code": self.run.code,
            "target_code": self.target.code,
            "until": self.until,
            "now": self.world.now,
        }
        return enrolment.ask_merge(**(wanted | changes))

    def asked(self, person: Any) -> MergeAsk:
        return MergeAsk.objects.within(ALL).select_related("place", "kept").get(place__person=person)

    def answer(self, person: Any, *, agrees: bool, now: datetime | None = None) -> Any:
        return enrolment.answer_merge(
            actor=acting(person), ask_uuid=self.asked(person).uuid, agrees=agrees, now=now or self.world.now
        )

    def pools(self) -> list[tuple[int, int, int]]:
        rows = SeatPool.objects.in_bulk([self.run.pk, self.target.pk])
        return [(p.capacity, p.held, p.taken) for p in (rows[self.run.pk], rows[self.target.pk])]

    def place_of(self, person: Any) -> Place:
        """The person's latest place that is none kept for a merger."""
        places = Place.objects.within(ALL).exclude(request_key__startswith="merge:")
        return places.filter(person=person).latest("pk")


def merging(deliver_due: Any, *, target_price_fen: int = PRICE, target_seats: int = 10) -> Merging:
    world = small_county()
    add_place(world.run, world.officer)  # the class of tonight has the one learner it needs
    first = world.now.date() + timedelta(days=5)
    run, _, _ = add_run(world, price_fen=PRICE, capacity=20, first_day=first, learners_min=12, title="古筝甲班")
    target, _, _ = add_run(
        world,
        price_fen=target_price_fen,
        capacity=target_seats,
        first_day=first + timedelta(days=1),
        learners_min=12,
        title="古筝乙班",
    )
    actor = acting(world.rider)
    place = enrolment.hold_seat(
        actor=actor, run_id=run.pk, person_id=world.rider.pk, request_key="paid", channel="web", now=world.now
    )
    bill = enrolment.bill_seat(actor=actor, place_uuid=place.uuid, agreed_fen=PRICE, now=world.now)
    paid = Owed(world, run, actor, place, bill)
    pay(paid)
    deliver_due(world.now)
    add_place(run, world.elder)
    return Merging(world, run, target, paid, world.now + timedelta(days=3))
