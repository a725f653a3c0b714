"""The simulator's best use is the best: against trying everything on small cases, and against the evaluator always."""

from __future__ import annotations

import itertools
import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domains.credits.rule_vectors import outcomes_of
from tests.domains.credits.test_evaluation import PROGRAMMES, some_outcomes
from tests.mutants import Mutants
from xueqiao.domains.credits.rules.evaluation import evaluate
from xueqiao.domains.credits.rulesets import shipped, shipped_names
from xueqiao.domains.credits.simulator import exact, greedy, shortest_way, simulate, simulate_programme
from xueqiao.domains.credits.simulator.best import best_use
from xueqiao.domains.credits.simulator.problem import Choice, Item, Problem
from xueqiao.domains.credits.values.simulations import Offer

ON = date(2026, 9, 1)


def a_small_problem(seed: int) -> Problem:
    """At most five items, amounts up to three, groups that cross, duplicates, counted groups and two needs."""
    dice = random.Random(seed)
    problem = Problem(dice.choice((0, 4, 6, 9)), [(dice.randrange(4), True), (dice.randrange(4), dice.random() < 0.5)])
    problem.limits = [dice.randrange(0, 5) for _ in range(4)] + [dice.randrange(0, 3) for _ in range(2)]
    for n in range(dice.randrange(1, 6)):
        choices = tuple(
            Choice(
                dice.randrange(1, 4),
                tuple(g for g in range(4) if dice.random() < 0.4),
                tuple(g for g in (4, 5) if dice.random() < 0.25),
                tuple(r for r in range(2) if dice.random() < 0.5),
                f"{c}",
            )
            for c in range(dice.choice((1, 1, 2)))
        )
        signs = tuple(s for s in ("a", "b") if dice.random() < 0.25)
        problem.items.append(Item(choices, ((f"o{n}", max(c.amount for c in choices)),), signs))
    return problem


def by_trying_everything(problem: Problem) -> tuple[int, int]:
    """Return (missing, useful total) of the best legal use, by looking at every use there is."""
    best = (10**9, 0)
    ways = [
        [None, *((c, amount) for c, choice in enumerate(item.choices) for amount in range(1, choice.amount + 1))]
        for item in problem.items
    ]
    for picks in itertools.product(*ways):
        left = list(problem.limits)
        served, total, signs = [0] * len(problem.needs), 0, []
        for item, pick in zip(problem.items, picks, strict=True):
            if pick is None:
                continue
            choice, amount = item.choices[pick[0]], pick[1]
            for group in choice.draws:
                left[group] -= amount
            for group in choice.counted_in:
                left[group] -= 1
            for need in choice.serves:
                served[need] += amount
            signs += item.signs
            total += amount
        if min(left) >= 0 and len(signs) == len(set(signs)):
            best = min(best, (problem.missing(total, served), -problem.useful(total)))
    return best[0], -best[1]


def test_the_best_use_is_the_best_of_all() -> None:
    searched = 0
    for seed in range(150):
        problem = a_small_problem(seed)
        best, truth = best_use(problem), by_trying_everything(problem)
        assert best.is_proven
        assert (best.found.missing, problem.useful(best.found.total)) == truth, seed
        assert (best.bound_missing, best.bound_useful) == truth, seed
        searched += best.by == "solver"
    assert 0 < searched < 150, "both the quick way and the search were tried"


def test_bounds_are_never_beaten() -> None:
    for seed in range(150, 400):
        problem = a_small_problem(seed)
        missing, useful = by_trying_everything(problem)
        bound = greedy.bounds(problem)
        assert bound[0] <= missing, seed
        assert bound[1] >= useful, seed


@given(seed=st.integers(0, 10**9), where=st.sampled_from(PROGRAMMES))
@settings(max_examples=25, deadline=None)
def test_a_plan_is_legal_for_the_evaluator_and_at_least_as_good_as_order(seed: int, where: tuple[str, str]) -> None:
    rules, code, outcomes = shipped(where[0]), where[1], some_outcomes(seed)
    answer = simulate_programme(rules, code, outcomes, on=ON)
    told = evaluate(rules, code, outcomes, on=ON, plan=answer.plan)
    assert told.amount_hundredths == answer.amount_hundredths
    assert told.missing_hundredths == answer.missing_hundredths
    in_order = evaluate(rules, code, outcomes, on=ON)
    assert answer.missing_hundredths <= in_order.missing_hundredths
    assert answer.is_proven


def test_every_programme_in_reach_is_answered_the_nearest_first() -> None:
    answers = simulate([shipped(name) for name in shipped_names()], some_outcomes(7, 40), on=ON)
    assert len(answers) == len(PROGRAMMES)
    shares = [each.missing_hundredths / (each.programme.required_hundredths or 1) for each in answers[:-1]]
    assert shares == sorted(shares)
    assert all("最多能用上" in each.sentences[0] for each in answers)


def test_ninety_hours_are_told_in_words() -> None:
    outcomes = outcomes_of([{"type": "training_certificate", "hours": 90, "passed": True}])
    answers = {each.rules_code: each for each in simulate([shipped(n) for n in shipped_names()], outcomes, on=ON)}
    assert answers["community"].amount_hundredths == 0, "it ends in October, and today is September"
    later = date(2026, 11, 1)
    answers = {each.rules_code: each for each in simulate([shipped(n) for n in shipped_names()], outcomes, on=later)}
    assert answers["community"].amount_hundredths == 550
    assert answers["open-university"].amount_hundredths == 500
    assert answers["open-university"].missing_hundredths == 7100
    assert "至少还差 71 学分" in " ".join(answers["open-university"].sentences)


def test_what_a_complete_programme_does_not_need_is_left_for_another() -> None:
    rows = [
        {"type": "whole_degree", "credits": 60, "subject": "major", "ends_on": date(2016, 6, 1)},
        {"type": "whole_degree", "credits": 50, "subject": "liberal", "ends_on": date(2016, 6, 1)},
        {"type": "degree_course", "credits": 18, "accredited": True, "subject": "major", "ends_on": date(2025, 6, 1)},
    ]
    answer = simulate_programme(shipped("korea_acbs"), "associate", outcomes_of(rows), on=date(2026, 11, 1))
    assert answer.missing_hundredths == 0
    assert answer.amount_hundredths == 8000, "128 are there, 80 are asked for"


def an_offer(n: int, credits: int, hours: int, **facts: object) -> Offer:
    (outcome,) = outcomes_of(
        [{"type": "degree_course", "title": f"新课{'甲乙丙丁'[n]}", "credits": credits, "accredited": True, **facts}]
    )
    return Offer(
        type(outcome)(f"new{n}", outcome.type, outcome.title, f"院{n}", date(2027, 6, 1), outcome.facts), hours * 60
    )


def test_the_shortest_way_takes_the_least_time_and_serves_the_need() -> None:
    """Second bachelor, 32 of 35 major credits: one class of 3 credits in 45 hours, not the cheaper liberal one."""
    rows = [
        {"type": "whole_degree", "credits": 32, "subject": "major", "ends_on": date(2016, 6, 1)},
    ]
    offers = [
        an_offer(0, 3, 40, subject="liberal"),
        an_offer(1, 2, 30, subject="major"),
        an_offer(2, 3, 45, subject="major"),
        an_offer(3, 1, 20, subject="major"),
    ]
    way = shortest_way(shipped("korea_acbs"), "second-bachelor", outcomes_of(rows), offers, on=date(2026, 11, 1))
    assert [each.outcome.key for each in way.offers] == ["new2"]
    assert (way.minutes, way.missing_hundredths, way.is_proven) == (45 * 60, 0, True)
    assert "学分就够了" in " ".join(way.sentences)


def test_a_way_that_does_not_reach_says_what_stays_missing() -> None:
    way = shortest_way(
        shipped("korea_acbs"), "second-bachelor", [], [an_offer(1, 2, 30, subject="major")], on=date(2026, 11, 1)
    )
    assert way.missing_hundredths == 3300
    assert "还差 33 学分" in " ".join(way.sentences)


def test_planted_bugs_in_the_simulator_are_noticed(mutants: Mutants, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_noticed() -> bool:
        try:
            test_the_best_use_is_the_best_of_all()
            test_bounds_are_never_beaten()
        except AssertionError:
            return True
        return False

    real_bounds, real_room, real_limits = greedy.bounds, greedy._room, exact._limits

    def pretend(problem: Problem) -> tuple[int, int]:
        found = greedy.greedy(problem)
        return found.missing, problem.useful(found.total)

    def low(problem: Problem) -> tuple[int, int]:
        missing, useful = real_bounds(problem)
        return missing, max(0, useful - 1)

    def no_count(choice: Choice, left: list[int]) -> int:
        return real_room(Choice(choice.amount, choice.draws, (), choice.serves, ""), left)

    def no_signs(model: object, problem: Problem, counts: list[list[object]], used: list[list[object]]) -> None:
        bare = Problem(problem.required, problem.needs, [Item(i.choices, i.members) for i in problem.items])
        bare.limits = problem.limits
        real_limits(model, bare, counts, used)

    for name, where, attribute, bug in (
        ("the greedy use is taken for a proof", greedy, "bounds", pretend),
        ("a bound is too low", greedy, "bounds", low),
        ("counted groups are not looked at", greedy, "_room", no_count),
        ("the solver uses duplicates", exact, "_limits", no_signs),
        ("everything was taken, it says", greedy, "takes_everything", lambda *_: True),
        ("the solver is never asked", exact, "solve", lambda p, hint, *, bound: exact.Solved(hint, True, *bound)),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(where, attribute, bug)
            mutants.tell("credit simulator", name, caught=is_noticed())
