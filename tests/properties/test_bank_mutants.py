"""The bank's machine can fail: each bug planted here is caught by it. They are counted at the end of the run.

Where a constraint of the tables stops the bug, that counts: it is the last wall. Each bug has a short walk that meets
it; the same walk passes without the bug. The default leaves out those in rules, which
test_bank_in_memory.py plants. XUEQIAO_BANK_STEPS searches for such walks anew and prints them.
"""

from __future__ import annotations

import pytest

from tests.properties.bank_mutants import MUTANTS, WALKS, Mutant, planted
from tests.properties.bank_on_postgres import BankOnPostgres
from tests.properties.bank_walks import Failed, Step, is_caught, shortest, steps_of, steps_told, walk
from tests.properties.bank_world import Ground
from tests.properties.test_bank_machine import ASKED

SEEDS, STEPS = 60, 60  # of a search
NOT_IN_MEMORY = [each for each in MUTANTS if ".rules." not in each.module]  # the others are planted in memory too


@pytest.fixture
def ground(db):
    BankOnPostgres.ground = Ground()


def failure(steps: list[Step]) -> Failed | None:
    try:
        walk(steps, every=1)
    except Failed as failed:
        return failed
    return None


def test_every_planted_bug_still_has_its_place_in_the_product():
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 40 and len(NOT_IN_MEMORY) >= 20
    assert set(WALKS) == {mutant.name for mutant in MUTANTS}
    for mutant in MUTANTS:
        with planted(mutant):
            pass


def test_every_planted_bug_is_caught_by_its_walk(ground, mutants):
    for mutant in MUTANTS if ASKED else NOT_IN_MEMORY:
        steps = steps_told(WALKS[mutant.name])
        assert failure(steps) is None, f"{mutant.name}: its walk fails without it"
        with planted(mutant):
            found = failure(steps)
        mutants.tell("bank", mutant.name, caught=is_caught(found))


@pytest.mark.skipif(not ASKED, reason="a search of many minutes: XUEQIAO_BANK_STEPS=1")
def test_every_planted_bug_is_found_by_chance(ground, mutants, capsys):
    for mutant in MUTANTS:
        found = searched(mutant)
        mutants.tell("bank by chance", mutant.name, caught=found is not None)
        with capsys.disabled():
            told = " ".join(f"{name}:{number}" for name, number in found.steps) if found else "NOT CAUGHT"
            print(
                f'    "{mutant.name}": "{told}",  # {str(found.reason).splitlines()[:1] if found else ""}', flush=True
            )


def searched(mutant: Mutant) -> Failed | None:
    """Walk by chance until the bug shows, and shorten that walk as long as it shows."""
    with planted(mutant):
        for seed in range(SEEDS):
            found = failure(steps_of(seed, STEPS))
            if is_caught(found):
                return shortest(found)
    return None
