"""Random stories of points: earned, corrected, given away, reserved, handed over, given up, brought back, not fetched,
run out. After every step the books say what the slips and stocks say; planted bugs are caught.

XUEQIAO_POINTS_STORIES=500 make test ARGS="tests/properties/test_points_stories.py"    the long form
"""

import os
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from random import Random

import pytest
from django.db import IntegrityError, transaction

from tests.domains.incentives.pointing import ALL, pointing
from tests.worlds.small_county import acting
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.models import Redemption, Reward
from xueqiao.domains.learning import api as learning
from xueqiao.foundation.ledger.api import LedgerRefused, verify_ledger
from xueqiao.foundation.ledger.models import Balance
from xueqiao.foundation.reasons import Refused

COUNT = int(os.environ.get("XUEQIAO_POINTS_STORIES", "4"))
STEPS, MEETINGS = 30, 5
ACTIONS = "xueqiao.domains.incentives.actions."
pytestmark = pytest.mark.django_db


@pytest.fixture
def ground():
    case = pointing(meetings=MEETINGS)
    case.set("points_give_year_most", 400)
    rewards = [
        case.reward(title=f"兑换品{price}", price_hundredths=price, stock=2, person_year_max=3)
        for price in (100, 150, 330)
    ]
    case.give(220, year=2025)
    return case, rewards


class Story:
    def __init__(self, ground, seed):
        case, self.rewards = ground
        self.case = replace(case)  # a clock of its own
        self.dice, self.number = Random(seed), 0

    def step(self):
        deeds = (*[self.reserve] * 3, *[self.end] * 4, self.give, self.correct, self.wait)
        try:
            with transaction.atomic():
                self.dice.choice(deeds)()
        except LedgerRefused:
            raise
        except Refused:
            pass

    def person(self):
        return self.dice.choice(self.case.room.learners)

    def reserve(self):
        self.number += 1
        self.case.reserve(self.dice.choice(self.rewards), self.person(), f"{self.dice.randrange(self.number)}")

    def end(self):
        slips = list(Redemption.objects.within(ALL).select_related("person").order_by("pk"))
        live = [slip for slip in slips if slip.state in ("reserved", "handed_over")]
        if not slips:
            return
        slip = self.dice.choice(live or slips) if self.dice.random() < 0.9 else self.dice.choice(slips)
        if self.dice.random() < 0.5:
            incentives.hand_over_reward(actor=self.case.desk, code=slip.code, now=self.case.now)
        else:
            who = self.dice.choice((acting(slip.person), self.case.desk))
            incentives.take_back_reward(actor=who, redemption_uuid=slip.uuid, now=self.case.now)

    def give(self):
        self.number += 1
        giver, receiver = self.person(), self.person()
        incentives.donate_points(
            actor=acting(giver),
            person_id=giver.pk,
            hundredths=self.dice.choice((1, 83, 150, 400)),
            receiver_code=self.dice.choice((receiver.code, "")),
            request_key=f"{self.number}",
            now=self.case.now,
        )

    def correct(self):
        person, session = self.person(), self.dice.choice(self.case.room.sessions[:MEETINGS])
        learning.correct_attendance(
            actor=self.case.room.teacher,
            session_id=session.pk,
            person_id=person.pk,
            state=self.dice.choice(("present", "absent", "late")),
            reason="核对过",
            now=self.case.now,
        )
        incentives.earn_points(person_id=person.pk, session_id=session.pk, now=self.case.now)

    def wait(self):
        self.case.now += timedelta(days=self.dice.choice((1, 3, 15)))
        incentives.lapse_redemptions(now=self.case.now)
        incentives.expire_points(now=self.case.now)


def check():
    """The promises, read from the tables."""
    slips = list(Redemption.objects.within(ALL).select_related("reward"))
    for reward in Reward.objects.all():
        live = [slip for slip in slips if slip.reward_id == reward.pk and slip.state in ("reserved", "handed_over")]
        assert reward.taken == len(live) <= reward.stock, "stock and slips differ"
    balances = list(Balance.objects.filter(account__unit__code=rules.POINTS).select_related("account"))
    held = sum(row.held_out for row in balances)
    assert held == sum(slip.points_hundredths for slip in slips if slip.state == "reserved"), "holds and slips differ"
    spent = sum(row.posted for row in balances if row.account.name.startswith("partner:"))
    assert spent == sum(slip.points_hundredths for slip in slips if slip.state == "handed_over"), "spent differs"
    assert sum(row.posted for row in balances) == 0, "points come from nowhere"
    assert all(row.posted >= row.held_out for row in balances if not row.may_go_negative), "below zero"


def tell(ground, seed):
    """Tell one story; returns the ways in which slips ended up (state, was it ever handed over)."""
    story = Story(ground, seed)
    for _ in range(STEPS):
        story.step()
        check()
    assert verify_ledger().is_sound
    return {(slip.state, slip.handed_at is not None) for slip in Redemption.objects.within(ALL)}


@pytest.mark.parametrize("seed", range(COUNT))
def test_after_every_step_points_slips_and_stocks_agree(ground, seed):
    tell(ground, seed)


@contextmanager
def planted(module, name, replacement):
    there = import_module(ACTIONS + module)
    real = getattr(there, name)
    setattr(there, name, replacement(real))
    try:
        yield
    finally:
        setattr(there, name, real)


def nothing(real):
    return lambda *args, **named: None


def no_piece(real):
    return lambda reward_id, pieces: True


def half(real):
    return lambda person_id, amount: real(person_id, max(1, amount // 2))


BUGS = {
    "a hand-over leaves the points on hold": ("hand_over_reward", "post_held", nothing),
    "what is given up keeps the points on hold": ("take_back_reward", "void_held", nothing),
    "what is brought back returns no points": ("take_back_reward", "post_transfer", nothing),
    "a reservation takes no piece": ("reserve_reward", "take_pieces", no_piece),
    "half the price is set aside": ("reserve_reward", "parts_of", half),
}


@pytest.mark.parametrize("bug", BUGS)
def test_planted_bugs_are_caught(ground, bug, mutants):
    module, name, replacement = BUGS[bug]
    found = ""
    for seed in range(12):
        with planted(module, name, replacement):
            try:
                with transaction.atomic():
                    tell(ground, seed)
                    transaction.set_rollback(True)
            except (AssertionError, IntegrityError, LedgerRefused) as failure:
                found = type(failure).__name__
                break
    mutants.tell("points stories", bug, caught=bool(found))


def test_stories_go_every_way_a_slip_can_go(ground):
    """Stories in which everything is refused would prove nothing."""
    seen = set()
    for seed in range(8):
        with transaction.atomic():
            seen |= tell(ground, seed)
            transaction.set_rollback(True)
    assert seen == {
        ("reserved", False),
        ("handed_over", True),
        ("taken_back", False),
        ("taken_back", True),
        ("lapsed", False),
    }
