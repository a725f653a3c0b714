"""A million steps: the bank's rules and the lines they post, over a book in memory, agree with the model.

XUEQIAO_RULE_STEPS=1000000 walks until that many steps were made (XUEQIAO_SEED: another million).
"""

import os
import time

import pytest

from tests.properties.bank_in_memory import BankInMemory, FourInMemory
from tests.properties.bank_mutants import MUTANTS, WALKS, planted
from tests.properties.bank_walks import Failed, is_caught, shortest, steps_of, steps_told, told, walk

ASKED = int(os.environ.get("XUEQIAO_RULE_STEPS", "0"))
SEED = int(os.environ.get("XUEQIAO_SEED", "1"))
OF_RULES = [each for each in MUTANTS if ".rules." in each.module]


def test_the_rules_agree_with_the_model_after_every_step(capsys):
    FourInMemory.counted.clear()
    done, number, began, processor = 0, 0, time.monotonic(), time.process_time()
    while done < max(2_000, ASKED):
        number += 1
        try:
            done += walk(steps_of(SEED * 1_000_000 + number, 250), kind=FourInMemory)
        except Failed as failed:
            raise AssertionError(f"walk {number} of seed {SEED}: {shortest(failed, kind=FourInMemory)}") from failed
    spent, clock = time.process_time() - processor, time.monotonic() - began
    with capsys.disabled():
        print(
            f"\ncredit bank in memory: {done} steps in {number} walks, {spent:.0f} s of the processor, {clock:.0f} s"
            f" by the clock\n{told(FourInMemory)}",
            flush=True,
        )


@pytest.mark.parametrize("mutant", OF_RULES, ids=lambda each: each.name)
def test_a_bug_in_a_rule_shows_in_memory(mutant, mutants):
    steps = steps_told(WALKS[mutant.name])
    walk(steps, every=1, kind=BankInMemory)
    with planted(mutant), pytest.raises(Failed) as failed:
        walk(steps, every=1, kind=BankInMemory)
    mutants.tell("bank in memory", mutant.name, caught=is_caught(failed.value))
