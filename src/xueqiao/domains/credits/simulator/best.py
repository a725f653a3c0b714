"""The best legal use of a problem's items: quickly where that is proven, by search where it is not."""

from __future__ import annotations

from dataclasses import dataclass

from xueqiao.domains.credits.simulator import exact, greedy
from xueqiao.domains.credits.simulator.problem import Problem


@dataclass(frozen=True)
class BestUse:
    """A use with its proof. by: "all", "order" or "solver"; bounds: what no legal use can beat."""

    found: greedy.Found
    by: str
    is_proven: bool
    bound_missing: int
    bound_useful: int


def best_use(problem: Problem, effort: exact.Effort) -> BestUse:
    """Return the use that leaves least missing, then counts most; nothing is used that a complete programme spares."""
    found = greedy.greedy(problem)
    reached = (found.missing, problem.useful(found.total))
    if greedy.takes_everything(problem, found):
        return BestUse(greedy.without_surplus(problem, found), "all", True, *reached)
    if problem.required is not None and found.missing == 0:
        return BestUse(greedy.without_surplus(problem, found), "order", True, *reached)
    bound = greedy.bounds(problem)
    if bound == reached:
        return BestUse(greedy.without_surplus(problem, found), "order", True, *reached)
    solved = exact.solve(problem, found, bound=bound, effort=effort)
    best = greedy.without_surplus(problem, solved.found)
    return BestUse(best, "solver", solved.is_proven, solved.bound_missing, solved.bound_useful)
