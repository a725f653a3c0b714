"""The last reward, the same points, the yearly most: two connections at once. First the bug, then the loser by name."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import F

from tests.domains.incentives.pointing import ALL, pointing
from tests.races.test_ledger import at_once, refusals
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.incentives.models import Gift, Redemption, Reward
from xueqiao.foundation.ledger import api as ledger

RESERVE = import_module("xueqiao.domains.incentives.actions.reserve_reward")
DONATE = import_module("xueqiao.domains.incentives.actions.donate_points")
WALL = "reward_not_overtaken"

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case():
    made = pointing()
    made.give(500)
    made.give(500, made.other)
    return made


@contextmanager
def without_the_wall():
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE incentives_reward DROP CONSTRAINT {WALL}")
    try:
        yield
    finally:
        Redemption.objects.within(ALL).delete()
        Reward.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE incentives_reward ADD CONSTRAINT {WALL} CHECK (taken >= 0 AND taken <= stock)")


def careless_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: look at the stock first, without a lock, and take afterwards, without a condition."""
    both_looked = threading.Barrier(2)

    def take(reward_id: int) -> bool:
        reward = Reward.objects.get(pk=reward_id)
        both_looked.wait(20)
        return reward.taken < reward.stock and bool(Reward.objects.filter(pk=reward_id).update(taken=F("taken") + 1))

    monkeypatch.setattr(RESERVE, "take_piece", take)
    monkeypatch.setattr(type(Reward.objects.all()), "select_for_update", lambda rows, **_: rows, raising=True)


def both_want(case: Any) -> tuple[list[object], Any]:
    reward = case.reward(stock=1)
    answers = at_once(
        lambda: case.reserve(reward, case.elder, "elder"), lambda: case.reserve(reward, case.other, "other")
    )
    return answers, reward


def test_without_lock_guard_and_wall_the_last_reward_goes_to_two(case, monkeypatch, mutants):
    careless_take(monkeypatch)
    with without_the_wall():
        answers, reward = both_want(case)
        assert refusals(answers) == []
        row = Reward.objects.get(uuid=reward.uuid)
        mutants.tell("points", "last reward, stock looked at without a lock", caught=row.taken > row.stock)


def test_without_lock_and_guard_the_wall_still_stops_the_second(case, monkeypatch):
    careless_take(monkeypatch)
    answers, reward = both_want(case)
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [IntegrityError]
    assert Reward.objects.get(uuid=reward.uuid).taken == 1
    assert Redemption.objects.within(ALL).count() == 1


def test_the_last_reward_goes_to_one_and_the_other_is_told(case):
    answers, reward = both_want(case)
    assert refusals(answers) == ["RewardGone"]
    assert Reward.objects.get(uuid=reward.uuid).taken == 1
    assert sorted([case.available(), case.available(case.other)]) == [300, 500]
    assert ledger.verify_ledger().is_sound


def spend_twice(case: Any) -> list[object]:
    first, second = case.reward(price_hundredths=400), case.reward(price_hundredths=400, title="保温杯")
    return at_once(lambda: case.reserve(first, key="first"), lambda: case.reserve(second, key="second"))


def test_the_same_points_get_one_of_two_rewards(case):
    assert refusals(spend_twice(case)) == ["NotEnoughPoints"]
    assert (case.points().available, case.points().set_aside) == (100, 400)
    assert sum(Reward.objects.values_list("taken", flat=True)) == 1


def test_without_the_persons_lock_the_ledgers_floor_still_refuses(case, monkeypatch):
    counted, real = threading.Barrier(2), RESERVE.parts_of

    def parts_of(person_id: int, amount: int) -> Any:
        parts = real(person_id, amount)
        counted.wait(20)
        return parts

    monkeypatch.setattr(RESERVE, "lock_persons", lambda person_ids: None)
    monkeypatch.setattr(RESERVE, "parts_of", parts_of)
    assert refusals(spend_twice(case)) == ["InsufficientBalance"]
    assert (case.points().available, case.points().set_aside) == (100, 400)


def give_twice(case: Any) -> list[object]:
    case.set("points_give_year_most", 250)

    def give(key: str) -> int:
        return incentives.donate_points(
            actor=case.me,
            person_id=case.elder.pk,
            hundredths=200,
            receiver_code=case.other.code,
            request_key=key,
            now=case.now,
        )

    return at_once(lambda: give("a"), lambda: give("b"))


def test_without_the_persons_lock_two_gifts_pass_the_yearly_most(case, monkeypatch, mutants):
    counted, real = threading.Barrier(2), DONATE.given_to_people

    def given_to_people(person_id: int, year: int) -> int:
        given = real(person_id, year)
        counted.wait(20)
        return given

    monkeypatch.setattr(DONATE, "lock_persons", lambda person_ids: None)
    monkeypatch.setattr(DONATE, "given_to_people", given_to_people)
    answers = give_twice(case)
    over = refusals(answers) == [] and Gift.objects.within(ALL).count() == 2
    mutants.tell("points", "yearly most of gifts, without the person's lock", caught=over)


def test_of_two_gifts_at_once_the_one_above_the_yearly_most_is_refused(case):
    assert refusals(give_twice(case)) == ["GiftTooLarge"]
    assert case.available() == 300


def test_the_same_form_pressed_on_two_connections_is_one_slip(case):
    reward = case.reward()
    answers = at_once(lambda: case.reserve(reward, key="same"), lambda: case.reserve(reward, key="same"))
    assert answers[0] == answers[1]
    assert Reward.objects.get(uuid=reward.uuid).taken == 1
