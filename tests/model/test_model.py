"""Every reachable state of hold, pay, expire, late money and leaving keeps its promises; every planted bug is found.

Trust goal R-05. `XUEQIAO_LONG_MODEL=1 make test ARGS="tests/model -n 0 -s"` searches the large models too.
"""

import os

import pytest

from tests.model.search import explore
from tests.model.seats import BUGS, IMPLEMENTED_BY, WAYS, SeatModel

SMALL = {
    "3 learners, 2 seats": SeatModel(2, 3, ways=WAYS[:1]),
    "2 learners, 1 seat, two ways to pay": SeatModel(1, 2),
    "1 learner who may come twice, two ways to pay": SeatModel(1, 1, places_max=2),
}
LARGE = {
    "3 learners, 2 seats, two ways to pay": SeatModel(2, 3),
    "2 learners who may come twice, 1 seat": SeatModel(1, 2, places_max=2, ways=WAYS[:1]),
}
MODELS = SMALL | (LARGE if os.environ.get("XUEQIAO_LONG_MODEL") else {})


@pytest.mark.parametrize("name", list(MODELS))
def test_no_reachable_state_breaks_a_promise(name, capsys):
    verdict = explore(MODELS[name])
    with capsys.disabled():
        print(f"\n{name}: {verdict.states} states, {verdict.transitions} transitions, depth {verdict.depth}")
    assert verdict.wrong == "", verdict.path
    reached = set(verdict.kinds)
    assert reached == set(IMPLEMENTED_BY) - {"again"}, "a kind of step that never happens proves nothing"
    assert verdict.states > 5_000


@pytest.mark.parametrize("bug", sorted(BUGS))
def test_the_search_finds_every_planted_bug(bug, mutants):
    """On the smallest model that shows it; the shortest way there is given."""
    for capacity, learners, places_max in ((1, 2, 1), (1, 1, 2), (2, 1, 2)):
        verdict = explore(SeatModel(capacity, learners, places_max, bugs=frozenset([bug])))
        if verdict.wrong:
            break
    mutants.tell("model of seats and money", bug, caught=verdict.wrong != "")
    assert 0 < len(verdict.path) <= 12
