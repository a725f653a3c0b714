"""The model says what the product does: walks through the model, done with the real actions on PostgreSQL.

After every step the state read from the tables must equal the model's. Steps the model calls impossible are tried too:
the action must refuse, or answer as before, and nothing may have moved. `XUEQIAO_WALKS=200` walks as often.
"""

import os
from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.db import transaction

from tests.domains.payments.paying import ALL, PRICE, SUBSIDY, TO_PAY, send, signed
from tests.model.seats import IMPLEMENTED_BY, WAYS, SeatModel, State, Step
from tests.model.seats import Place as ModelPlace
from tests.worlds.small_county import HEDE, acting, add_person, add_run, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import Place, SeatPool
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import Bill, Payment
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.outbox.events import decode, subscribers_of
from xueqiao.foundation.outbox.models import Delivery
from xueqiao.foundation.reasons import Refused

pytestmark = pytest.mark.django_db

WALKS, STEPS = int(os.environ.get("XUEQIAO_WALKS", "12")), 30
MODEL = SeatModel(capacity=2, learners=3, places_max=2)


class Product:
    """The real thing: a class of two seats, three people, the actions by the model's kinds of step."""

    def __init__(self, world, run, people):
        self.now, self.run, self.people = world.now, run, people
        self.clerk = on_duty(world.clerk, "centre_clerk", HEDE, channel="counter")
        self.forms = 0

    def do(self, step: Step) -> None:
        """One step; a refusal is swallowed, what it left behind is not."""
        try:
            with transaction.atomic():
                getattr(self, step.kind)(step)
        except Refused:
            pass
        self.refunds_go_out()

    def places(self, learner):
        return list(Place.objects.within(ALL).filter(run=self.run, person=self.people[learner]).order_by("pk"))

    def place(self, step):
        return self.places(step.learner)[step.place]

    def find_bill(self, place):
        return Bill.objects.within(ALL).filter(purpose="enrolment", purpose_id=place.pk).first()

    def hold(self, step):
        self.forms += 1
        person = self.people[step.learner]
        enrolment.hold_seat(
            actor=acting(person),
            run_id=self.run.pk,
            person_id=person.pk,
            request_key=f"form {self.forms}",
            channel="web",
            now=self.now,
        )

    def bill(self, step):
        place = self.place(step)
        enrolment.bill_seat(actor=acting(place.person), place_uuid=place.uuid, agreed_fen=TO_PAY, now=self.now)

    def start(self, step):
        place = self.place(step)
        bill = self.find_bill(place)
        if bill is not None:
            payments.start_payment(
                actor=acting(place.person), bill_uuid=bill.uuid, gateway="rehearsal", method=step.way, now=self.now
            )

    def time(self, step):
        """The end of this one hold comes: moved to a moment ago, with its bill's."""
        place = self.place(step)
        if place.state == "held":
            moment = self.now - timedelta(seconds=1)
            Place.objects.within(ALL).filter(pk=place.pk).update(hold_until=moment)
            Bill.objects.within(ALL).filter(purpose_id=place.pk, state="due").update(due_at=moment)

    def sweep(self, _step):
        enrolment.expire_holds(now=self.now)

    def money(self, step):
        place = self.place(step)
        bill = self.find_bill(place)
        payment = bill and bill.payments.filter(method=step.way, gateway="rehearsal").first()
        if payment:
            payment = Payment.objects.select_related("bill").get(pk=payment.pk)
            send(signed(payment, self.now), self.now)

    again = money

    def cash(self, step):
        bill = self.find_bill(self.place(step))
        if bill is not None:
            payments.pay_at_counter(actor=self.clerk, bill_uuid=bill.uuid, cash_fen=TO_PAY, now=self.now)

    def news(self, step):
        bill = self.find_bill(self.place(step))
        if bill is not None:
            deliver("payments.BillPaid", self.now, bill_id=bill.pk)

    def release(self, step):
        place = self.place(step)
        enrolment.release_hold(actor=acting(place.person), place_uuid=place.uuid, now=self.now)

    def withdraw(self, step):
        place = self.place(step)
        enrolment.withdraw(actor=acting(place.person), place_uuid=place.uuid, now=self.now)

    def refunds_go_out(self):
        deliver("payments.RefundAsked", self.now)

    def state(self) -> State:
        """The tables as the model would write them."""
        pool = SeatPool.objects.get(pk=self.run.pk)
        return State(pool.held, pool.taken, tuple(self.learner_state(n) for n in range(len(self.people))))

    def learner_state(self, learner):
        return tuple(self.place_state(place) for place in self.places(learner))

    def place_state(self, place):
        bill = self.find_bill(place)
        state = "past" if place.state == "held" and place.hold_until <= self.now else place.state
        if bill is None:
            return ModelPlace(state=state)
        ways = {p.method: p.state for p in bill.payments.all()}
        news = Delivery.objects.filter(
            state="waiting", event__name="payments.BillPaid", event__payload__bill_id=bill.pk
        )
        paid = bill.paid_fen == TO_PAY
        back = sum(r.amount_fen for r in bill.refunds.filter(is_excess=False))
        assert back in {0, TO_PAY}
        return ModelPlace(
            state=state,
            bill="paid" if paid else bill.state,
            wechat=ways.get("wechat", "-"),
            alipay=ways.get("alipay", "-"),
            cash=ways.get("cash", "-"),
            booked=bill.payments.filter(state="succeeded").count(),
            refunded=back // TO_PAY,
            returned=bill.refunds.filter(is_excess=True).count(),
            was_in_time=paid and bill.paid_at <= bill.due_at and not was_late(bill),
            news=news.count(),
        )


def was_late(bill):
    from xueqiao.foundation.outbox.models import OutboxEvent

    return OutboxEvent.objects.get(name="payments.BillPaid", payload__bill_id=bill.pk).payload["is_late"]


def deliver(name, now, **payload):
    """Bring the waiting events of this name to enrolment and payments, inside the test's transaction."""
    wanted = {f"event__payload__{key}": value for key, value in payload.items()}
    for delivery in Delivery.objects.select_related("event").filter(state="waiting", event__name=name, **wanted):
        event = decode(delivery.event.name, delivery.event.payload)
        subscribers_of(event.event_name)[delivery.subscriber](event, now=now)
        Delivery.objects.filter(pk=delivery.pk).update(state="done")


def impossible(dice, state, possible):
    """A step the model does not offer now, about places that exist."""
    learner = dice.randrange(len(state.learners))
    places = range(len(state.learners[learner]))
    steps = [Step("hold", learner)] if len(places) < MODEL.places_max else []
    for kind in ("bill", "release", "withdraw", "cash", "news"):
        steps += [Step(kind, learner, n) for n in places]
    steps += [Step(kind, learner, n, way) for kind in ("start", "again") for n in places for way in WAYS]
    left = [
        each for each in steps if each not in possible and not (each.kind == "again" and was_never_told(state, each))
    ]
    return dice.choice(left) if left else None


def was_never_told(state, step):
    return getattr(state.learners[step.learner][step.place], step.way) not in {"succeeded", "returned"}


def test_walks_through_the_model_are_what_the_product_does(capsys):
    world = small_county()
    run, _, _ = add_run(
        world, price_fen=PRICE, subsidy_fen=SUBSIDY, capacity=2, first_day=local_date(world.now) + timedelta(days=7)
    )
    people = [add_person(f"居民{n}") for n in range(3)]
    done, refused = Counter(), Counter()
    for seed in range(WALKS):
        story = transaction.atomic()
        with story:
            walk(seed, Product(world, run, people), done, refused)
            transaction.set_rollback(True)
    with capsys.disabled():
        print(f"\nreplayed {sum(done.values())} steps of {WALKS} walks, tried {sum(refused.values())} impossible ones")
    assert set(done) == set(IMPLEMENTED_BY) - {"again"}
    assert set(refused) >= {"hold", "bill", "start", "again", "release", "withdraw"}


def walk(seed, product, done, refused):
    dice, state, path = Random(seed), MODEL.start(), []
    for _ in range(STEPS):
        possible = dict(MODEL.steps(state))
        kinds = sorted({step.kind for step in possible})
        if not kinds:
            return
        # By kind first: otherwise holds and times drown the money.
        kind = dice.choice(
            [kind for kind in kinds for _ in range(3 if kind in {"money", "bill", "start", "news"} else 1)]
        )
        step = dice.choice([each for each in possible if each.kind == kind])
        product.do(step)
        state = possible[step]
        path.append(step)
        done[step.kind] += 1
        assert product.state() == state, f"walk {seed}: {path}"
        other = impossible(dice, state, possible=dict(MODEL.steps(state)))
        if other is not None:
            product.do(other)
            refused[other.kind] += 1
            assert product.state() == state, f"walk {seed}: {path}, then impossible {other}"
