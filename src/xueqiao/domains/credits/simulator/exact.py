"""The problem solved exactly (CP-SAT of OR-tools), where the quick way left a gap. Whole numbers throughout.

Objective, in this order: least missing; then, without offers, most that counts; with offers, least time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from xueqiao.domains.credits.simulator.greedy import Found
from xueqiao.domains.credits.simulator.problem import Problem

SECONDS_MAX = 2.0  # of the clock, for one search: a fuse, never the rule
EFFORT = 0.1  # the solver's own seconds for one resident: counted steps, so that every machine finds the same answer
EFFORT_LEAST = 0.0005  # a search costs at least this: the model has to be made


@dataclass
class Effort:
    """What may still be spent on searching, shared by all programmes of one resident."""

    left: float = EFFORT

    def spend(self, spent: float) -> None:
        """Note what a search took."""
        self.left -= max(spent, EFFORT_LEAST)


@dataclass(frozen=True)
class Solved:
    """A use, whether it is proven best, and the bounds that are."""

    found: Found
    is_proven: bool
    bound_missing: int
    bound_useful: int


def solve(problem: Problem, hint: Found, *, bound: tuple[int, int], effort: Effort) -> Solved:
    """Return the best use. bound: what is known already; hint: a legal use to begin from, returned when effort is out.

    The same question gets the same answer on every machine, unless the fuse of SECONDS_MAX blows.
    """
    if effort.left <= 0:
        return Solved(hint, False, *bound)
    from ortools.sat.python import cp_model  # noqa: PLC0415 - 0.3 s that only a hard case should pay

    model = cp_model.CpModel()
    counts, used = _variables(model, problem, hint)
    _limits(model, problem, counts, used)
    all_counts = [var for choices in counts for var in choices]
    missing = model.new_int_var(bound[0], hint.missing, "missing")
    total = sum(all_counts) if all_counts else 0
    if problem.required is not None:
        model.add(missing >= problem.required - total)
    separate = []
    for r, (needed, is_separate) in enumerate(problem.needs):
        have = sum(
            var
            for item, choices in zip(problem.items, counts, strict=True)
            for choice, var in zip(item.choices, choices, strict=True)
            if r in choice.serves
        )
        if is_separate:
            short = model.new_int_var(0, needed, "")
            model.add(short >= needed - have)
            separate.append(short)
        else:
            model.add(missing >= needed - have)
    if separate:
        model.add(missing >= sum(separate))
    second, span = _second_aim(model, problem, used, total, bound[1])
    model.minimize(missing * (span + 1) + second)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = SECONDS_MAX
    solver.parameters.max_deterministic_time = effort.left
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    status = solver.solve(model)
    effort.spend(solver.response_proto.deterministic_time)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Solved(hint, False, *bound)
    found = _found(problem, counts, solver)
    is_proven = status == cp_model.OPTIMAL
    if is_proven:
        return Solved(found, True, found.missing, problem.useful(found.total))
    least = max(bound[0], int(solver.best_objective_bound) // (span + 1))
    return Solved(found, False, least, bound[1])


def _variables(model: Any, problem: Problem, hint: Found) -> tuple[list[list[Any]], list[list[Any]]]:
    """For each choice how much counts, and whether it is used where that matters (None where it does not)."""
    counts: list[list[Any]] = []
    used: list[list[Any]] = []
    for n, item in enumerate(problem.items):
        mine, marks = [], []
        needs_mark = len(item.choices) > 1 or bool(item.signs) or item.is_offer
        for c, choice in enumerate(item.choices):
            picked = hint.picks[n]
            amount = picked[1] if picked is not None and picked[0] == c else 0
            var = model.new_int_var(0, choice.amount, "")
            model.add_hint(var, amount)
            mark = None
            if needs_mark or choice.counted_in:
                mark = model.new_bool_var("")
                model.add(var <= choice.amount * mark)
                model.add(var >= mark)
                model.add_hint(mark, amount > 0)
            mine.append(var)
            marks.append(mark)
        if len(item.choices) > 1:
            model.add_at_most_one(marks)
        counts.append(mine)
        used.append(marks)
    return counts, used


def _limits(model: Any, problem: Problem, counts: list[list[Any]], used: list[list[Any]]) -> None:
    drawn: dict[int, list[Any]] = defaultdict(list)
    most: dict[int, int] = defaultdict(int)
    by_sign: dict[str, list[Any]] = defaultdict(list)
    for item, choices, marks in zip(problem.items, counts, used, strict=True):
        for choice, var, mark in zip(item.choices, choices, marks, strict=True):
            for group in choice.draws:
                drawn[group].append(var)
                most[group] += choice.amount
            for group in choice.counted_in:
                drawn[group].append(mark)
                most[group] += 1
        for sign in item.signs:
            by_sign[sign] += marks
    for group, variables in drawn.items():
        if most[group] > problem.limits[group]:
            model.add(sum(variables) <= problem.limits[group])
    for marks in by_sign.values():
        model.add_at_most_one(marks)


def _second_aim(model: Any, problem: Problem, used: list[list[Any]], total: Any, bound_useful: int) -> tuple[Any, int]:
    """What to minimise after the missing credits, and the largest it can be."""
    offers = [
        (item.cost, mark) for item, marks in zip(problem.items, used, strict=True) if item.is_offer for mark in marks
    ]
    if offers:
        return sum(cost * mark for cost, mark in offers), sum(cost for cost, _ in offers)
    useful = model.new_int_var(0, bound_useful, "useful")
    model.add(useful <= total)
    return bound_useful - useful, bound_useful


def _found(problem: Problem, counts: list[list[Any]], solver: Any) -> Found:
    picks: list[tuple[int, int] | None] = []
    served = [0] * len(problem.needs)
    total = 0
    for item, choices in zip(problem.items, counts, strict=True):
        pick = None
        for c, var in enumerate(choices):
            amount = solver.value(var)
            if amount > 0:
                pick = (c, amount)
                total += amount
                for r in item.choices[c].serves:
                    served[r] += amount
        picks.append(pick)
    return Found(picks, total, served, problem.missing(total, served))
