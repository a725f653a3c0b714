"""Random stories of enterprise orders: transfers exact, partial, above, unnamed, brought twice; meetings held and
corrected; refunds asked, sent, dropped. After every step the books say what the orders say; planted bugs are caught.

XUEQIAO_ORDER_STORIES=500 make test ARGS="tests/properties/test_order_stories.py"    the long form
"""

import os
import sys
from contextlib import contextmanager
from random import Random

import pytest
from django.db import IntegrityError, transaction

from tests.domains.demand.ordering import ACCOUNT, FIRM, HEADING, ordering
from tests.domains.payments.paying import ALL, books
from tests.worlds.small_county import COUNTY
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import Session
from xueqiao.domains.demand import api as demand
from xueqiao.domains.demand.models import BankLine, Order, Refund
from xueqiao.foundation.ledger.api import LedgerRefused
from xueqiao.foundation.reasons import Refused

COUNT = int(os.environ.get("XUEQIAO_ORDER_STORIES", "5"))
STEPS = 24
ACTIONS = "xueqiao.domains.demand.actions."
pytestmark = pytest.mark.django_db


@pytest.fixture
def ground():
    case = ordering()
    orders = []
    for number in range(2):
        order = case.accepted(request_key=f"form {number}", learners=20 + number)
        run, _, _ = case.run(session_count=3 + number)
        orders.append(case.give(order, run))
    return case, orders


class Story:
    """What comes in by the bank is remembered outside; the books must agree after every step."""

    def __init__(self, ground, seed):
        self.case, self.orders = ground
        self.dice, self.number, self.came = Random(seed), 0, 0
        self.lines = []

    def step(self):
        deeds = (self.pay, self.pay, self.again, self.claim, self.hold, self.hold, self.reopen, self.ask, self.send)
        try:
            with transaction.atomic():
                self.dice.choice(deeds)()
        except LedgerRefused:
            raise
        except Refused:
            pass

    def pay(self):
        order = self.case.fresh(self.dice.choice(self.orders))
        self.number += 1
        yuan = self.dice.choice((1, 1_000, 3_333, max(1, order.left_fen // 100), order.left_fen // 100 + 7))
        words = self.dice.choice((order.code, f"培训费{order.code}", "货款"))
        self.lines.append(f"N{self.number},2026-03-05,{self.dice.choice((FIRM, '老板'))},{yuan},{words}")
        self._file(self.lines[-1:])
        self.came += yuan * 100

    def again(self):
        self._file(self.lines[-4:])

    def _file(self, lines):
        demand.take_bank_file(
            actor=self.case.officer,
            account=ACCOUNT,
            content="\n".join([HEADING, *lines]).encode(),
            region=COUNTY,
            now=self.case.now,
        )

    def claim(self):
        for line in BankLine.objects.filter(state="waiting").order_by("pk")[:1]:
            code = self.dice.choice((self.orders[0].code, self.orders[1].code, ""))
            demand.resolve_bank_line(
                actor=self.case.officer, line_id=line.pk, order_code=code, words="电话核对过", now=self.case.now
            )

    def _sessions(self, state):
        runs = Order.objects.within(ALL).values("run_id")
        return list(Session.objects.filter(run_id__in=runs, state=state).order_by("pk"))

    def hold(self):
        for session in self.dice.sample(self._sessions("planned"), 1):
            classes.mark_session_held(actor=self.case.clerk, session_id=session.pk, now=session.ends_at)
            self._settle()

    def reopen(self):
        for session in self._sessions("held")[:1]:
            classes.reopen_session(actor=self.case.clerk, session_id=session.pk, reason="点错了", now=session.ends_at)
            self._settle()

    def _settle(self):
        for order in Order.objects.within(ALL):
            demand.settle_order(order_id=order.pk, now=self.case.now)

    def ask(self):
        order = self.case.fresh(self.dice.choice(self.orders))
        amount = self.dice.randrange(1, order.returnable_fen + 2)
        demand.ask_refund(
            actor=self.case.clerk, order_uuid=order.uuid, amount_fen=amount, reason="少来人", now=self.case.now
        )

    def send(self):
        for refund in Refund.objects.filter(state="asked").order_by("pk")[:1]:
            self.number += 1
            demand.send_refund(
                actor=self.case.officer,
                refund_uuid=refund.uuid,
                bank_reference=f"OUT{self.number}",
                is_dropped=self.dice.random() < 0.3,
                now=self.case.now,
            )

    def check(self):
        accounts = books()  # adds up to zero
        orders = list(Order.objects.within(ALL))
        sent = sum(refund.amount_fen for refund in Refund.objects.filter(state="sent"))
        back = sum(line.amount_fen for line in BankLine.objects.filter(state="returned"))
        waiting = sum(line.amount_fen for line in BankLine.objects.filter(state="waiting"))
        assert -accounts.get("gateway:transfer:clearing", 0) == self.came - sent - back, "a line counted twice"
        assert accounts.get("transfer:unknown", 0) == waiting
        assert accounts.get(f"institution:{self.case.world.centre.pk}:income", 0) == sum(o.earned_fen for o in orders)
        for order in orders:
            held = order.received_fen - order.earned_fen - order.returned_fen
            assert accounts.get(f"order:{order.pk}:held", 0) == held
            assert accounts.get(f"order:{order.pk}:excess", 0) == order.excess_fen
            lines = list(order.bank_lines.all())
            assert sum(line.counted_fen for line in lines) == order.received_fen
            gone = sum(refund.from_excess_fen for refund in order.refunds.filter(state="sent"))
            assert sum(line.amount_fen - line.counted_fen for line in lines) == order.excess_fen + gone
            sessions = list(Session.objects.filter(run_id=order.run_id))
            even = order.due_fen * sum(s.state == "held" for s in sessions) // len(sessions)
            assert order.earned_fen <= even, "earned before it was held"
            assert order.earned_fen == even or held == 0, "money stays held for a meeting that was held"
        for line in BankLine.objects.filter(state__in=["counted", "assigned"]):
            named = [order.code for order in orders if order.code in line.words]
            assert not named or line.order.code == named[0], "another bill than the one it names"


def tell(ground, seeds):
    for seed in seeds:
        with transaction.atomic():
            story = Story(ground, seed)
            for _ in range(STEPS):
                story.step()
                story.check()
            transaction.set_rollback(True)


def test_every_fen_of_every_order_is_somewhere(ground):
    tell(ground, range(COUNT))


def module(name):
    return sys.modules[ACTIONS + name]


def _twice_counted(patch):
    patch.setattr(module("take_bank_file"), "_known", lambda account, entries: set())
    patch.setattr(
        module("take_bank_file"),
        "BankLine",
        lambda **named: BankLine(**(named | {"reference": f"{named['reference']}/{BankLine.objects.count()}"})),
    )


def _surplus_is_income(patch):
    real = module("_orders").excess_account
    patch.setattr(module("_orders"), "excess_account", lambda pk: f"institution:{pk}:income" if pk else real(pk))


def _payer_before_number(patch):
    take = module("take_bank_file")
    from xueqiao.domains.demand.values import Match

    def first(entry, bills):
        return Match("partial", bills[0].order_id) if entry.payer == FIRM and bills else Match("unknown", None)

    patch.setattr(take, "match_line", first)


def _named(name, attribute, change):
    def plant(patch):
        real = getattr(module(name), attribute)
        patch.setattr(module(name), attribute, lambda *given, **named: change(real, *given, **named))

    return plant


MUTANTS = {
    "a line counts again": _twice_counted,
    "what is above the bill is income": _surplus_is_income,
    "the payer goes before the number": _payer_before_number,
    "a planned meeting earns": _named(
        "settle_order",
        "earned_so_far",
        lambda real, due, *, held, meetings: real(due, held=meetings, meetings=meetings),
    ),
    "a correction moves no money": _named(
        "settle_order", "move", lambda real, parts, **named: None if "income" in parts[0][0] else real(parts, **named)
    ),
    "transfers of one settlement share a key": _named(
        "settle_order", "move", lambda real, parts, *, key, now: real(parts, key=f"{key[:12]}:{parts[0][2]}", now=now)
    ),
    "a refund leaves the money held": _named("send_refund", "move", lambda real, parts, **named: None),
    "the surplus of another account goes back": _named(
        "send_refund",
        "excess_account",
        lambda real, pk: module("send_refund").held_account(pk),
    ),
    "a claimed line stays unplaced": _named(
        "resolve_bank_line",
        "count_line",
        lambda real, line, order, **named: real(line, order, **(named | {"from_unknown": False})),
    ),
    "money given back stays unplaced": _named("resolve_bank_line", "move", lambda real, parts, **named: None),
}


@contextmanager
def planted(name):
    with pytest.MonkeyPatch.context() as patch:
        MUTANTS[name](patch)
        yield


@pytest.mark.parametrize("name", list(MUTANTS))
def test_planted_bugs_of_orders_are_caught(ground, mutants, name):
    caught = False
    with planted(name):
        try:
            with transaction.atomic():
                tell(ground, range(100, 120))
        except (AssertionError, IntegrityError, LedgerRefused):
            caught = True
    mutants.tell("enterprise orders", name, caught=caught)
