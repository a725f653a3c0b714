"""The simulator's best use is the best: against trying everything on small cases, and against the evaluator always."""

from __future__ import annotations

import inspect
import itertools
import random
import types
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domains.credits.rule_vectors import outcomes_of
from tests.domains.credits.test_evaluation import PROGRAMMES, some_outcomes
from tests.mutants import Mutants
from xueqiao.domains.credits.rules.evaluation import CapTable, evaluate, recognise
from xueqiao.domains.credits.rulesets import shipped, shipped_names
from xueqiao.domains.credits.simulator import (
    exact,
    greedy,
    plan_of,
    pruning,
    shortest_way,
    simulate,
    simulate_programme,
)
from xueqiao.domains.credits.simulator.best import best_use
from xueqiao.domains.credits.simulator.problem import Choice, Item, Problem
from xueqiao.domains.credits.values.simulations import Offer

ON = date(2026, 9, 1)


def a_small_problem(seed: int) -> Problem:
    """At most five items, amounts up to three, groups that cross, duplicates, counted groups and two needs."""
    dice = random.Random(seed)
    problem = Problem(
        dice.choice((None, 4, 6, 9)), [(dice.randrange(4), True), (dice.randrange(4), dice.random() < 0.5)]
    )
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


def a_crowded_problem(seed: int, *, with_offers: bool = False) -> Problem:
    """Six items much alike: duplicates of duplicates, groups that take one or two; offers have a cost."""
    dice = random.Random(seed)
    problem = Problem(dice.choice((0, 3, 5)), [(dice.randrange(3), True)])
    problem.limits = [dice.randrange(1, 6), dice.randrange(1, 8), dice.randrange(0, 3)]
    shapes = [(draws, counted) for draws in ((), (0,), (0, 1)) for counted in ((), (2,))]
    for n in range(6):
        choices = tuple(
            Choice(dice.randrange(1, 3), *dice.choice(shapes), (0,) if dice.random() < 0.3 else (), f"{c}")
            for c in range(dice.choice((1, 1, 1, 2)))
        )
        signs = tuple(s for s in ("a", "b", "c") if dice.random() < 0.3)
        is_offer = with_offers and dice.random() < 0.6
        member = (f"o{n}", max(c.amount for c in choices))
        problem.items.append(Item(choices, (member,), signs, dice.randrange(1, 4) if is_offer else 0, is_offer))
    return problem


Ways = Iterator[tuple[int, int, int]]


def every_legal_use(problem: Problem) -> Ways:
    """Yield (missing, useful total, cost of the offers used) of every legal use there is."""
    ways = [
        [None, *((c, amount) for c, choice in enumerate(item.choices) for amount in range(1, choice.amount + 1))]
        for item in problem.items
    ]
    for picks in itertools.product(*ways):
        left = list(problem.limits)
        served, total, cost, signs = [0] * len(problem.needs), 0, 0, []
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
            cost += item.cost
        if min(left) >= 0 and len(signs) == len(set(signs)):
            yield problem.missing(total, served), problem.useful(total), cost


def by_trying_everything(problem: Problem) -> tuple[int, int]:
    """Return (missing, useful total) of the best legal use, by looking at every use there is."""
    missing, lost = min((missing, -useful) for missing, useful, _ in every_legal_use(problem))
    return missing, -lost


def told_by(problem: Problem, plan: Mapping[str, tuple[str, int]]) -> tuple[int, int]:
    """Return (missing, useful total) of a plan, or fail: the plan is legal in the problem as it was first made."""
    left = list(problem.limits)
    served, total, signs = [0] * len(problem.needs), 0, []
    items = {item.members[0][0]: item for item in problem.items}
    for key, (number, amount) in plan.items():
        choice = next(each for each in items[key].choices if each.number == number)
        assert 0 < amount <= choice.amount
        for group in choice.draws:
            left[group] -= amount
        for group in choice.counted_in:
            left[group] -= 1
        for need in choice.serves:
            served[need] += amount
        signs += items[key].signs
        total += amount
    assert min(left) >= 0
    assert len(signs) == len(set(signs))
    return problem.missing(total, served), problem.useful(total)


def test_the_best_use_is_the_best_of_all() -> None:
    searched = 0
    for seed in range(150):
        for problem in (a_small_problem(seed), a_crowded_problem(seed)):
            small = pruning.smaller(problem)
            best, truth = best_use(small, exact.Effort()), by_trying_everything(problem)
            assert best.is_proven
            assert (best.found.missing, problem.useful(best.found.total)) == truth, seed
            assert (best.bound_missing, best.bound_useful) == truth, seed
            assert told_by(problem, plan_of(small, best.found)) == truth, seed
            searched += best.by == "solver"
    assert 0 < searched < 300, "both the quick way and the search were tried"


def test_the_cheapest_offers_are_found_among_all() -> None:
    took = 0
    for seed in range(200, 320):
        problem = a_crowded_problem(seed, with_offers=True)
        missing, cost = min((each[0], each[2]) for each in every_legal_use(problem))
        small = pruning.smaller(problem)
        top = sum(max(choice.amount for choice in item.choices) for item in problem.items)
        solved = exact.solve(small, greedy.greedy(small), bound=(0, problem.useful(top)), effort=exact.Effort())
        taken = [item for item, pick in zip(small.items, solved.found.picks, strict=True) if pick and item.is_offer]
        assert solved.is_proven
        assert (solved.found.missing, sum(item.cost for item in taken)) == (missing, cost), seed
        took += bool(taken)
    assert took > 20


def test_bounds_are_never_beaten() -> None:
    for seed in range(150, 400):
        problem = a_small_problem(seed)
        missing, useful = by_trying_everything(problem)
        bound = greedy.bounds(problem)
        assert bound[0] <= missing, seed
        assert bound[1] >= useful, seed


def test_without_effort_the_use_is_legal_and_the_bound_is_told() -> None:
    unproven = 0
    for seed in range(400, 600):
        problem = a_small_problem(seed)
        missing, useful = by_trying_everything(problem)
        small = pruning.smaller(problem)
        best = best_use(small, exact.Effort(0.0))
        told = told_by(problem, plan_of(small, best.found))
        assert best.bound_missing <= missing <= told[0], seed
        assert best.bound_useful >= useful >= told[1], seed
        assert not best.is_proven or told == (missing, useful), seed
        unproven += not best.is_proven
    assert unproven > 10


def test_an_answer_that_is_not_proven_says_so() -> None:
    rules, outcomes = [shipped("korea_acbs"), shipped("open_university")], some_outcomes(2, 60)
    sure = {each.programme.code: each for each in simulate(rules, outcomes, on=ON)}
    quick = simulate(rules, outcomes, on=ON, effort=0.0)
    assert all(each.is_proven for each in sure.values())
    assert any(not each.is_proven for each in quick)
    for each in quick:
        assert each.bound_missing <= sure[each.programme.code].missing_hundredths <= each.missing_hundredths
        assert each.is_proven != ("最好也不会超过" in each.sentences[-1])


def test_no_order_and_no_choice_of_rule_counts_more() -> None:
    """The evaluator's own counting, in every order and by every rule: never better than the plan it accepts."""
    for seed in range(40):
        for name, code in PROGRAMMES:
            rules, outcomes = shipped(name), some_outcomes(seed * 31, 5)
            programme = rules.programme(code)
            answer = simulate_programme(rules, code, outcomes, on=ON)
            assert (
                evaluate(rules, code, outcomes, on=ON, plan=answer.plan).amount_hundredths == answer.amount_hundredths
            )
            judged = [each for each in recognise(rules, programme, outcomes, on=ON) if each.options]
            for order in itertools.permutations(judged):
                for options in itertools.product(*(each.options for each in order)):
                    table, taken, total = CapTable(rules, programme), set[str](), 0
                    for each, option in zip(order, options, strict=True):
                        room = 0 if taken.intersection(each.duplicate_groups) else table.room(each.outcome, option)[0]
                        if room > 0:
                            table.take(each.outcome, option, room)
                            taken.update(each.duplicate_groups)
                            total += room
                    if programme.required_hundredths:
                        total = min(total, programme.required_hundredths)
                    assert total <= answer.amount_hundredths, (seed, name, code)


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


def test_classes_that_clash_or_teach_the_same_are_not_taken_together() -> None:
    rules, on = shipped("korea_acbs"), date(2026, 11, 1)
    first, second, third = (an_offer(n, 3, 40 + n, subject="major") for n in range(3))
    free = shortest_way(rules, "second-bachelor", [], [first, second, third], on=on)
    assert len(free.offers) == 3
    clashing = [replace(first, clashes=frozenset({"new1"})), replace(second, clashes=frozenset({"new0"})), third]
    way = shortest_way(rules, "second-bachelor", [], clashing, on=on)
    assert [each.outcome.key for each in way.offers] == ["new0", "new2"], "of the two the shorter"
    assert way.missing_hundredths == 2900
    again = replace(second, outcome=replace(second.outcome, title=f"{first.outcome.title}（二级）"))
    assert len(shortest_way(rules, "second-bachelor", [], [first, again, third], on=on).offers) == 2


def test_no_more_classes_are_named_than_anybody_takes_at_a_time() -> None:
    offers = [an_offer(n, 1 + n, 40, subject="major") for n in range(4)]
    way = shortest_way(shipped("korea_acbs"), "second-bachelor", [], offers, on=date(2026, 11, 1), offers_max=2)
    assert [each.outcome.key for each in way.offers] == ["new2", "new3"], "those that bring most"
    assert "学完还差 28 学分，下一期再接着学" in " ".join(way.sentences)


def test_of_classes_that_cost_the_same_time_the_first_named_is_taken() -> None:
    rules, on = shipped("korea_acbs"), date(2026, 11, 1)
    offers = [an_offer(n, 2, 30, subject="major") for n in range(4)]
    for order in itertools.permutations(offers):
        way = shortest_way(rules, "second-bachelor", [], order, on=on, offers_max=2)
        assert way.offers == order[:2]


def test_who_has_enough_is_offered_nothing() -> None:
    rows = [{"type": "whole_degree", "credits": 35, "subject": "major", "ends_on": date(2016, 6, 1)}]
    offers = [an_offer(1, 2, 30, subject="major")]
    way = shortest_way(shipped("korea_acbs"), "second-bachelor", outcomes_of(rows), offers, on=date(2026, 11, 1))
    assert (way.offers, way.missing_hundredths) == ((), 0)
    assert "不用再学" in way.sentences[0]


def test_a_way_that_does_not_reach_says_what_stays_missing() -> None:
    way = shortest_way(
        shipped("korea_acbs"), "second-bachelor", [], [an_offer(1, 2, 30, subject="major")], on=date(2026, 11, 1)
    )
    assert way.missing_hundredths == 3300
    assert "还差 33 学分" in " ".join(way.sentences)


def is_noticed() -> bool:
    try:
        test_the_best_use_is_the_best_of_all()
        test_the_cheapest_offers_are_found_among_all()
        test_bounds_are_never_beaten()
        test_without_effort_the_use_is_legal_and_the_bound_is_told()
    except AssertionError:
        return True
    return False


def test_planted_bugs_in_the_simulator_are_noticed(mutants: Mutants, monkeypatch: pytest.MonkeyPatch) -> None:
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

    def sure(problem: Problem, hint: greedy.Found, *, bound: tuple[int, int], effort: exact.Effort) -> exact.Solved:
        return exact.Solved(hint, True, *bound)

    for name, where, attribute, bug in (
        ("the greedy use is taken for a proof", greedy, "bounds", pretend),
        ("a bound is too low", greedy, "bounds", low),
        ("counted groups are not looked at", greedy, "_room", no_count),
        ("the solver uses duplicates", exact, "_limits", no_signs),
        ("everything was taken, it says", greedy, "takes_everything", lambda *_: True),
        ("the solver is never asked", exact, "solve", sure),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(where, attribute, bug)
            mutants.tell("credit simulator", name, caught=is_noticed())


# Planted bugs in what makes the problem smaller: (name, text, what it becomes).
PRUNING_BUGS = (
    ("a group that just fills is passed over", "<= limits[group]}", "<= limits[group] + 1}"),
    ("a group that counts is passed over", "most[group][key] = 1", "most[group][key] = 0"),
    ("a sign of two is dropped", "if count[sign] > 1", "if count[sign] > 2"),
    ("one that fell stands in for another", "m != n and m not in dropped", "m != n"),
    ("one too few stays in a group", "limits[group])) == limits[group]", "limits[group] - 1)) == limits[group] - 1"),
    ("the smaller twin stands in", "mine.amount >= choice.amount", "mine.amount <= choice.amount"),
    (
        "a cap of the twin is not looked at",
        "mine.draws == choice.draws or set(mine.draws) <= set(choice.draws)",
        "True",
    ),
    (
        "a count of the twin is not looked at",
        "mine.counted_in == choice.counted_in or set(mine.counted_in) <= set(choice.counted_in)",
        "True",
    ),
    ("a need is served less", "mine.serves == choice.serves or set(mine.serves) >= set(choice.serves)", "True"),
    ("a new clash is not looked at", "if better.signs and not set(better.signs) <= set(item.signs):", "if False:"),
    ("an offer stands in for what is there", "item.is_offer and better.cost <= item.cost", "True"),
    ("the dearer offer stands in", "item.is_offer and better.cost <= item.cost", "item.is_offer"),
    ("what is counted one by one is merged", "and not only.counted_in", ""),
    ("duplicates are merged", "and not item.signs", ""),
    ("offers are merged", " and not item.is_offer:", ":"),
    (
        "what serves a need is merged with what does not",
        "only.draws, only.serves, only.number",
        "only.draws, only.number",
    ),
    ("what falls under a cap is merged with what does not", "only.draws, only.serves,", "only.serves,"),
)


def test_planted_bugs_in_making_it_smaller_are_noticed(mutants: Mutants, monkeypatch: pytest.MonkeyPatch) -> None:
    source = inspect.getsource(pruning)
    for name, text, becomes in PRUNING_BUGS:
        assert text in source, f"the bug has no place: {text}"
        copy = types.ModuleType("pruning_with_bug")
        exec(compile(source.replace(text, becomes), pruning.__file__, "exec"), copy.__dict__)
        with monkeypatch.context() as patch:
            patch.setattr(pruning, "smaller", copy.__dict__["smaller"])
            mutants.tell("credit simulator", name, caught=is_noticed())
