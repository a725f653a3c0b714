"""Random stories of paid classes: vouchers, concessions, meetings held, corrected, cancelled, missed and made up,
people who leave, come too late or move to another class, a class taken back. Every fen is somewhere, and whose it was.

After every step, told from the outside: the books add up to zero; of each payer of each bill, released + returned +
held = what it carried; each account holds exactly what the bills say; a meeting that fell out earned nothing; even
parts differ by less than a fen a meeting; budgets and vouchers agree with their uses. At the end of a story, when
every meeting is over, nothing is held any more.

    XUEQIAO_STORIES=10000 make test ARGS="tests/properties/test_money_stories.py -s"    the long form
"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from random import Random
from typing import ClassVar

from django.db import transaction

from tests.domains.payments.paying import ALL, books, send, signed
from tests.domains.payments.settling import SYSTEM, YEAR, concession, officer_of
from tests.properties.test_paid_seats import deliver_in_place
from tests.worlds.small_county import COUNTY, HEDE, acting, add_person, add_run, on_duty, small_county
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import Session
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import Bill, BillPart, BillShare, Payment, Refund, ShareMove, Voucher, VoucherUse
from xueqiao.foundation import clock
from xueqiao.foundation.ledger.api import LedgerRefused
from xueqiao.foundation.parameters.models import Parameter
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.undo.api import access_undoable_steps, undo_step

MEETINGS, PEOPLE, STEPS = 5, 4, 22
PRICES = ((10_007, 3_333), (72_000, 0), (777, 776), (36_000, 36_000))
PAID = {"paid", "partly_refunded", "refunded"}


class Stories:
    ground: ClassVar[tuple] = ()  # now, runs, people, clerk, schemes: built once, every story is rolled back to it
    reached: ClassVar[Counter] = Counter()

    def __init__(self, seed):
        self.dice = Random(seed)
        self.story = transaction.atomic()
        self.story.__enter__()
        self.now, self.runs, self.people, self.clerk, self.officer, self.schemes = Stories.ground
        self.forms = 0
        self.received = defaultdict(int)  # gateway -> fen that came in and stayed
        self.moved = set()  # places whose money goes on in another class

    VERBS: ClassVar = {
        "enrol": 7,
        "late": 1,
        "hold a meeting": 8,
        "correct": 3,
        "cancel a meeting": 2,
        "miss a meeting": 2,
        "make up": 2,
        "leave": 3,
        "undo": 1,
        "cancel the class": 1,
        "move": 1,
        "time": 5,
        "night": 2,
    }

    def step(self):
        verb = self.dice.choices(list(self.VERBS), list(self.VERBS.values()))[0]
        getattr(self, verb.replace(" ", "_"))()
        self.deliver()

    def attempt(self, deed):
        try:
            with transaction.atomic():
                return deed()
        except LedgerRefused:
            raise  # the last wall held where a rule was missing: people never meet it
        except Refused:
            return None

    def run(self):
        return self.dice.choice(self.runs)

    def enrol(self):
        """Hold a seat, see the price, pay at the desk, by phone, or not at all."""
        person, run = self.dice.choice(self.people), self.run()
        _place, bill = self._bill(person, run)
        if bill is None:
            return
        how = self.dice.random()
        if how < 0.6:
            paid = self.attempt(
                lambda: payments.pay_at_counter(
                    actor=self.clerk, bill_uuid=bill.uuid, cash_fen=bill.to_pay_fen, now=self.now
                )
            )
            if paid:
                self.received["counter"] += bill.to_pay_fen
                self.reached["paid at the desk"] += 1
        elif how < 0.85:
            self._pay_online(person, bill, self.now)
        else:
            self.reached["not paid"] += 1

    def late(self):
        """Money for a bill that has ended: it finds a seat and its voucher, or goes straight back."""
        person, run = self.dice.choice(self.people), self.run()
        _place, bill = self._bill(person, run)
        if bill is None:
            return
        start = self.attempt(
            lambda: payments.start_payment(actor=acting(person), bill_uuid=bill.uuid, gateway="rehearsal", now=self.now)
        )
        self.now += timedelta(hours=1)
        enrolment.expire_holds(now=self.now)
        if self.dice.random() < 0.5:
            self._bill(self.dice.choice(self.people), self.run())
        if start:
            payment = Payment.objects.select_related("bill").get(uuid=start.payment_uuid)
            verdict = send(signed(payment, self.now), self.now)
            self.reached[verdict] += 1
            if verdict in {"applied", "late"}:
                self.received["rehearsal"] += payment.amount_fen

    def _bill(self, person, run):
        self.forms += 1
        actor = acting(person)
        place = self.attempt(
            lambda: enrolment.hold_seat(
                actor=actor,
                run_id=run.pk,
                person_id=person.pk,
                request_key=f"form {self.forms}",
                channel="web",
                now=self.now,
            )
        )
        if place is None or place.state != "held":
            return place, None
        to_pay = enrolment.quote_for(place=place, now=self.now).to_pay_fen
        if to_pay == 0:
            done = self.attempt(lambda: enrolment.confirm_seat(actor=actor, place_uuid=place.uuid, now=self.now))
            self.reached["covered"] += done is not None
            return place, None
        return place, self.attempt(
            lambda: enrolment.bill_seat(actor=actor, place_uuid=place.uuid, agreed_fen=to_pay, now=self.now)
        )

    def _pay_online(self, person, bill, moment):
        start = self.attempt(
            lambda: payments.start_payment(actor=acting(person), bill_uuid=bill.uuid, gateway="rehearsal", now=moment)
        )
        if start is None:
            return
        payment = Payment.objects.select_related("bill").get(uuid=start.payment_uuid)
        for _ in range(1 + (self.dice.random() < 0.3)):
            verdict = send(signed(payment, moment), moment)
            self.reached[verdict] += 1
            if verdict in {"applied", "late"}:
                self.received["rehearsal"] += payment.amount_fen

    def _past(self, *states):
        return list(Session.objects.filter(run__in=self.runs, starts_at__lte=self.now, state__in=states).order_by("pk"))

    def _ahead(self):
        return list(Session.objects.filter(run__in=self.runs, starts_at__gt=self.now, state="planned").order_by("pk"))

    def hold_a_meeting(self):
        past = self._past("planned")
        if past:
            session = self.dice.choice(past)
            classes.mark_session_held(actor=self.clerk, session_id=session.pk, now=self.now)
            self.reached["held"] += 1

    def correct(self):
        past = self._past("held")
        earned = set(BillPart.objects.filter(state="released").values_list("delivery_id", flat=True))
        if past:
            session = self.dice.choice([s for s in past if s.pk in earned] or past)
            self.reached["corrected what had earned"] += session.pk in earned
            classes.reopen_session(actor=self.clerk, session_id=session.pk, reason="点错了", now=self.now)
            self.reached["corrected"] += 1

    def cancel_a_meeting(self):
        ahead = self._ahead()
        if ahead:
            session = self.dice.choice(ahead)
            classes.cancel_session(actor=self.clerk, session_id=session.pk, reason="停电", now=self.now)
            self.reached["cancelled"] += 1

    def miss_a_meeting(self):
        past = self._past("planned")
        if past:
            session = self.dice.choice(past)
            classes.miss_session(actor=self.clerk, session_id=session.pk, reason="老师没来", now=self.now)
            self.reached["missed"] += 1

    def make_up(self):
        fallen = list(Session.objects.filter(run__in=self.runs, state="cancelled").order_by("pk"))
        if fallen:
            session = self.dice.choice(fallen)
            last = Session.objects.filter(run_id=session.run_id).order_by("-number")[0]
            start = max(last.starts_at, self.now) + timedelta(days=1 + self.dice.randrange(6))
            Session.objects.create(
                run_id=session.run_id,
                number=last.number + 1,
                starts_at=start,
                ends_at=start + timedelta(minutes=90),
                room_id=last.room_id,
                teacher_id=last.teacher_id,
            )
            if self.dice.random() < 0.5:
                enrolment.use_make_ups(run_id=session.run_id, now=self.now)
            self.reached["made up"] += 1

    def leave(self):
        places = Place.objects.within(ALL).filter(state="confirmed").exclude(pk__in=self.moved).order_by("pk")
        if not places:
            return
        place = self.dice.choice(list(places))
        done = self.attempt(
            lambda: enrolment.withdraw(
                actor=acting(next(p for p in self.people if p.pk == place.person_id)),
                place_uuid=place.uuid,
                now=self.now,
            )
        )
        if done:
            part = "all" if done.rule.startswith("还没开课") else "part" if done.refund_fen else "nothing"
            self.reached[f"left with {part}"] += 1

    def undo(self):
        for person in self.people:
            for step in access_undoable_steps(actor=acting(person), now=self.now):
                done = self.attempt(
                    lambda step=step, who=person: undo_step(actor=acting(who), uuid=step.uuid, now=self.now)
                )
                self.reached["undone"] += done is not None

    def cancel_the_class(self):
        if self.dice.random() < 0.4:
            run = self.run()
            done = self.attempt(
                lambda: classes.cancel_class_run(actor=self.clerk, code=run.code, reason="人数不够", now=self.now)
            )
            self.reached["class cancelled"] += done is not None

    def move(self):
        """The money's part of going on in another class: what is still held pays for the meetings ahead there."""
        places = Place.objects.within(ALL).filter(state="confirmed", price_fen__gt=0).order_by("pk")
        if not places:
            return
        place = self.dice.choice(list(places))
        bill = payments.find_bill_for(purpose="enrolment", purpose_id=place.pk)
        ahead = [s.pk for s in self._ahead() if s.run_id != place.run_id]
        if bill and bill.state in {"paid", "partly_refunded"} and ahead and not payments.owes_parts(bill.id):
            self.moved.add(place.pk)
            self.reached["moved"] += (
                payments.move_parts(actor=SYSTEM, bill_id=bill.id, delivery_ids=ahead, now=self.now) > 0
            )

    def time(self):
        self.now += timedelta(minutes=self.dice.choice((5, 20, 60 * 24, 60 * 24 * 4, 60 * 24 * 7)))
        if self.dice.random() < 0.5:
            enrolment.expire_holds(now=self.now)

    def night(self):
        self.reached["paid back"] += enrolment.return_missed_sessions(now=self.now)

    def end(self):
        """Every hold runs out and every meeting comes to its end: then nothing may be held any more."""
        self.now += timedelta(days=200)
        enrolment.expire_holds(now=self.now)
        for session in self._past("planned"):
            classes.mark_session_held(actor=self.clerk, session_id=session.pk, now=self.now)
        self.deliver()
        self.reached["paid back"] += enrolment.return_missed_sessions(now=self.now)
        self.deliver()
        self.every_fen_is_somewhere()
        for name, amount in books().items():
            assert not (name.startswith("bill:") and amount), f"{name} still holds {amount} at the end"
        assert not VoucherUse.objects.filter(state="reserved").exists()

    def deliver(self):
        while deliver_in_place(self.now):
            pass

    def forget(self):
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)

    def every_fen_is_somewhere(self):
        accounts = books()  # checks that all of them add up to zero
        expected = defaultdict(int)
        for gateway, amount in self.received.items():
            expected[f"gateway:{gateway}:clearing"] -= amount
        for scheme, budget in self.schemes.items():
            expected["payer:government"] -= budget
            expected[f"voucher:{scheme}:budget"] += budget
        for bill in Bill.objects.within(ALL).prefetch_related("shares"):
            self._follow(bill, expected)
        for name in set(expected) | set(accounts):
            assert accounts.get(name, 0) == expected[name], f"{name}: {accounts.get(name, 0)} is not {expected[name]}"
        self._vouchers_agree()
        self._meetings_earned_what_they_gave()

    def _follow(self, bill, expected):
        """Where each payer's money of one bill must be, told from the shares alone."""
        assert sum(share.amount_fen for share in bill.shares.all()) == bill.amount_fen
        if bill.state not in PAID:
            assert all(share.released_fen == share.returned_fen == 0 for share in bill.shares.all())
            return
        gateway = Payment.objects.filter(bill=bill, state="succeeded").values_list("gateway", flat=True).first()
        for share in bill.shares.all():
            assert share.released_fen + share.returned_fen + share.held_fen == share.amount_fen
            origin = {
                "learner": f"gateway:{gateway}:clearing",
                "voucher": f"voucher:{share.source_id}:budget",
                "institution": f"payer:institution:{bill.institution_id}",
            }.get(share.payer_kind, f"payer:{share.payer_kind}")
            if share.payer_kind != "learner":
                expected[origin] -= share.amount_fen
            expected[origin] += share.returned_fen
            expected[f"institution:{bill.institution_id}:income"] += share.released_fen
            expected[f"bill:{bill.pk}:held"] += share.held_fen
            if share.payer_kind == "learner":
                assert share.returned_fen == bill.refunded_fen
                asked = sum(r.amount_fen for r in Refund.objects.filter(bill=bill, is_excess=False))
                assert asked == bill.refunded_fen <= bill.paid_fen == bill.to_pay_fen

    def _vouchers_agree(self):
        used = defaultdict(int)
        for use in VoucherUse.objects.select_related("voucher"):
            if use.state == "spent":
                back = BillShare.objects.get(bill_id=use.bill_id, payer_kind="voucher", source_id=use.voucher.scheme_id)
                assert back.returned_fen == use.returned_fen, "a voucher's money went back without its voucher"
            if use.state != "freed":
                used[use.voucher_id] += use.amount_fen - use.returned_fen
        for voucher in Voucher.objects.within(ALL):
            assert voucher.used_fen == used[voucher.pk] <= voucher.amount_fen

    def _meetings_earned_what_they_gave(self):
        states = dict(Session.objects.filter(run__in=self.runs).values_list("pk", "state"))
        net = defaultdict(int)
        for part_id, kind, amount in ShareMove.objects.exclude(part=None).values_list("part", "kind", "amount_fen"):
            net[part_id] += {"released": amount, "taken_back": -amount}.get(kind, 0)
        by_bill = defaultdict(list)
        for part in BillPart.objects.order_by("pk"):
            by_bill[part.bill_id].append(part)
            if part.state == "released":
                assert states[part.delivery_id] == "held", "a meeting earned that was not held"
            else:
                assert part.state != "waiting" or states[part.delivery_id] != "held", "a held meeting did not earn"
                assert net[part.pk] == 0, "a meeting that does not count keeps money"
        for bill_id, parts in by_bill.items():
            left = [part for part in parts if part.state != "moved"]
            released = sum(part.state == "released" for part in left)
            for share in payments.shares_now([bill_id])[bill_id]:
                if share.returned_fen or len(left) != len(parts):
                    continue
                drift = share.released_fen * len(left) - share.amount_fen * released
                assert abs(drift) < len(left) * len(left), "a payer's part is not even"


def lay_ground():
    """A county with four paid classes, four people, two voucher schemes and a concession; stories start from here."""
    world = small_county()
    Parameter.objects.create(
        name="payments.subsidy_weights",
        region=COUNTY,
        value={"government": 3, "market": 2, "institution": 1},
        valid_from=date(2026, 1, 1),
        source="分担办法",
        approved_by="陈明",
        recorded_at=world.now,
    )
    first = clock.local_date(world.now) + timedelta(days=3)
    runs = [
        add_run(
            world,
            price_fen=price,
            subsidy_fen=subsidy,
            capacity=3,
            session_count=MEETINGS,
            first_day=first + timedelta(days=n),
            enrol_closes_at=world.now + timedelta(days=60),
        )[0]
        for n, (price, subsidy) in enumerate(PRICES)
    ]
    people = [add_person(f"居民{n}") for n in range(PEOPLE)]
    schemes = {}
    for kind, amount, budget in (("learning", 1_501, 4_000), ("campaign", 100_000, 90_001)):
        scheme = payments.make_voucher_scheme(
            actor=officer_of(world),
            kind=kind,
            title=f"{kind} 2026",
            source="文件",
            region=COUNTY,
            amount_fen=amount,
            now=world.now,
            **YEAR,
        )
        payments.fund_voucher_scheme(
            actor=officer_of(world), scheme_uuid=scheme.uuid, amount_fen=budget, key="once", now=world.now
        )
        schemes[scheme.id] = budget
    payments.issue_voucher(actor=officer_of(world), scheme_uuid=scheme.uuid, person_id=people[0].pk, now=world.now)
    concession(world, people[1])
    clerk = on_duty(world.clerk, "centre_clerk", HEDE, channel="counter")
    Stories.ground = (world.now, runs, people, clerk, officer_of(world), schemes)
    Stories.reached = Counter()


def tell(seeds):
    """Tell one story per seed; raises at the first that goes wrong, naming it."""
    for seed in seeds:
        story = Stories(seed)
        try:
            for _ in range(STEPS):
                story.step()
                story.every_fen_is_somewhere()
            story.end()
        except Exception as failure:
            raise AssertionError(f"story {seed}") from failure
        finally:
            story.forget()
