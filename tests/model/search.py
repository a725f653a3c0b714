"""Exhaustive search: every reachable state, breadth first, so that a counterexample is a shortest one."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

from tests.model.seats import SeatModel, State, Step


@dataclass
class Verdict:
    """What a search found. wrong: the broken invariant, or ""; path: the steps that lead to it."""

    states: int = 0
    transitions: int = 0
    depth: int = 0
    wrong: str = ""
    path: list[Step] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)


def explore(model: SeatModel, *, states_max: int = 20_000_000) -> Verdict:
    """Visit every state of the model. Raises MemoryError beyond `states_max`: then nothing is said."""
    verdict = Verdict()
    first = model.start()
    cause: dict[State, tuple[State, Step] | None] = {first: None}
    frontier = deque([(first, 0)])
    while frontier:
        state, depth = frontier.popleft()
        verdict.states += 1
        verdict.depth = max(verdict.depth, depth)
        if wrong := model.wrong_with(state):
            verdict.wrong, verdict.path = wrong, _path(cause, state)
            return verdict
        for step, after in model.steps(state):
            verdict.transitions += 1
            verdict.kinds[step.kind] += 1
            seen = after.canonical()
            if seen not in cause:
                cause[seen] = (state, step)
                frontier.append((seen, depth + 1))
        if len(cause) > states_max:
            raise MemoryError(f"more than {states_max} states")
    return verdict


def _path(cause: dict[State, tuple[State, Step] | None], state: State) -> list[Step]:
    """Learners are named anew in each state of a path: they are alike."""
    steps: list[Step] = []
    while (came := cause[state]) is not None:
        state, step = came
        steps.append(step)
    return steps[::-1]
