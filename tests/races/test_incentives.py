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
from tests.races.test_ledger import CHECK, LOCK, PAUSE, at_once, patched, refusals
from tests.worlds.small_county import COUNTY, acting, add_person, link_family, on_duty
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.incentives import rules
from xueqiao.domains.incentives.models import Gift, PotSpending, Redemption, Reward, TimeService
from xueqiao.foundation.ledger import api as ledger

RESERVE = import_module("xueqiao.domains.incentives.actions.reserve_reward")
DONATE = import_module("xueqiao.domains.incentives.actions.donate_points")
DECIDE = import_module("xueqiao.domains.incentives.actions.decide_pot_spending")
ASK = import_module("xueqiao.domains.incentives.actions.ask_time_service")
GIVE_TIME = import_module("xueqiao.domains.incentives.actions.donate_hours")
NO_LOCK = (LOCK, LOCK.replace(" FOR UPDATE", ""))  # the ledger's own lock on a balance
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

    def take(reward_id: int, pieces: int) -> bool:
        reward = Reward.objects.get(pk=reward_id)
        both_looked.wait(20)
        return reward.taken < reward.stock and bool(
            Reward.objects.filter(pk=reward_id).update(taken=F("taken") + pieces)
        )

    monkeypatch.setattr(RESERVE, "take_pieces", take)
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


def spend_the_pot_twice(case: Any) -> list[object]:
    """3 points in the pot, two spendings of 2: each alone is in order."""
    case.pot(300)
    asked = [case.spending(case.reward(title=title)) for title in ("帆布书袋", "保温杯")]
    return at_once(lambda: case.decide(asked[0]), lambda: case.decide(asked[1]))


def pot() -> int:
    return ledger.balance_of(rules.POINTS, rules.pot_account(COUNTY)).posted


def test_without_locks_and_floor_the_pot_is_spent_twice(case, monkeypatch, mutants):
    monkeypatch.setattr(DECIDE, "lock_pot", lambda county: None)
    with patched(NO_LOCK, (CHECK, PAUSE), without_floor=True):
        answers = spend_the_pot_twice(case)
        mutants.tell("points", "a pot spent twice, without lock and floor", caught=not refusals(answers) and pot() < 0)


def test_without_the_pots_lock_the_ledgers_floor_still_refuses(case, monkeypatch):
    monkeypatch.setattr(DECIDE, "lock_pot", lambda county: None)
    with patched((CHECK, PAUSE)):
        answers = spend_the_pot_twice(case)
    assert len(refusals(answers)) == 1
    assert pot() == 100


def test_of_two_spendings_the_one_the_pot_cannot_pay_is_refused_and_waits(case):
    assert refusals(spend_the_pot_twice(case)) == ["PotShort"]
    assert pot() == 100
    assert sorted(PotSpending.objects.values_list("state", flat=True)) == ["asked", "spent"]
    assert sum(Reward.objects.values_list("taken", flat=True)) == 1
    assert ledger.verify_ledger().is_sound


def decide_one_twice(case: Any) -> list[object]:
    case.pot(500)
    asked = case.spending(case.reward(), pieces=1)
    second = on_duty(add_person("另一位"), "county_officer", COUNTY)
    return at_once(lambda: case.decide(asked), lambda: case.decide(asked, actor=second))


def test_without_locks_one_spending_takes_its_pieces_twice(case, monkeypatch, mutants):
    both_read = threading.Barrier(2)

    def unlocked(spending_id: int) -> PotSpending:
        row = PotSpending.objects.select_related("reward__institution").get(pk=spending_id)
        both_read.wait(20)
        return row

    monkeypatch.setattr(DECIDE, "lock_pot", lambda county: None)
    monkeypatch.setattr(DECIDE, "locked_spending", unlocked)
    answers = decide_one_twice(case)
    twice = refusals(answers) == [] and Reward.objects.get().taken == 2
    mutants.tell("points", "one spending decided twice, without locks", caught=twice)


def test_two_officers_at_once_decide_one_spending_once(case):
    assert refusals(decide_one_twice(case)) == []
    assert Reward.objects.get().taken == 1
    assert pot() == 300


def promise_twice(case: Any) -> list[object]:
    case.bank()
    return at_once(lambda: case.service(100, request_key="a"), lambda: case.service(100, request_key="b"))


def test_without_locks_and_floor_the_same_minutes_bring_help_twice(case, monkeypatch, mutants):
    monkeypatch.setattr(ASK, "lock_persons", lambda person_ids: None)
    with patched(NO_LOCK, (CHECK, PAUSE), without_floor=True):
        answers = promise_twice(case)
        over = refusals(answers) == [] and case.minutes() < 0
        mutants.tell("volunteer time", "the same minutes promised twice, without lock and floor", caught=over)


def test_the_same_minutes_bring_help_once(case):
    assert refusals(promise_twice(case)) == ["NotEnoughTime"]
    assert case.minutes() == 20
    assert TimeService.objects.within(ALL).count() == 1


def test_served_by_two_desks_and_withdrawn_at_once_it_ends_once(case):
    case.bank()
    asked = case.service(100)
    answers = at_once(
        lambda: case.end(asked),
        lambda: case.end(asked, actor=case.officer),
        lambda: case.end(asked, "withdrawn", actor=case.me),
    )
    row = TimeService.objects.within(ALL).get()
    assert refusals(answers) == ["ServiceEnded"] * (1 if row.state == "served" else 2)
    assert case.minutes() == (20 if row.state == "served" else 120)
    assert ledger.verify_ledger().is_sound


def two_relatives_give(case: Any) -> list[object]:
    """The elder may keep 150 minutes and has 100; two children give her 40 each."""
    case.set("time_bank_open", 1)
    case.set("volunteer_keep_most", 150)
    case.confirm(case.hours(100))
    children = [case.room.world.daughter, add_person("儿子")]
    link_family(agent=children[1], subject=case.elder)
    for child in children:
        case.confirm(case.hours(40, learner_code=child.code))

    def give(child: Any) -> int:
        return incentives.donate_hours(
            actor=acting(child),
            person_id=child.pk,
            minutes=40,
            receiver_code=case.elder.code,
            request_key="k",
            now=case.now,
        )

    return at_once(*[lambda child=child: give(child) for child in children])


def test_without_the_receivers_lock_two_gifts_pass_what_one_may_keep(case, monkeypatch, mutants):
    both_looked, real = threading.Barrier(2), GIVE_TIME._require_room

    def require_room(*given: Any) -> None:
        real(*given)
        both_looked.wait(20)

    monkeypatch.setattr(GIVE_TIME, "lock_persons", lambda person_ids: None)
    monkeypatch.setattr(GIVE_TIME, "_require_room", require_room)
    answers = two_relatives_give(case)
    mutants.tell(
        "volunteer time",
        "more than one may keep, given without the receiver's lock",
        caught=refusals(answers) == [] and case.minutes() == 180,
    )


def test_of_two_gifts_at_once_the_one_above_what_one_may_keep_is_refused(case):
    assert refusals(two_relatives_give(case)) == ["TimeKeepMost"]
    assert case.minutes() == 140
