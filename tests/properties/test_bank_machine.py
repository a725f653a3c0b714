"""The credit bank agrees with its model, whatever is asked of it, in whatever order; planted bugs are caught.

XUEQIAO_BANK_STEPS=100000 walks until that many steps were made (XUEQIAO_SEED: another hundred thousand), and prints
how often each deed was done and how often refused and why.
"""

import gc
import os
import time

import pytest

from tests.properties.bank_on_postgres import BankOnPostgres
from tests.properties.bank_walks import Failed, shortest, steps_of, told, walk
from tests.properties.bank_world import Ground

ASKED = int(os.environ.get("XUEQIAO_BANK_STEPS", "0"))
SEED = int(os.environ.get("XUEQIAO_SEED", "1"))


@pytest.fixture
def ground(db):
    BankOnPostgres.ground = Ground(people=8, claims_each=4) if ASKED else Ground()
    BankOnPostgres.counted.clear()


def test_the_bank_agrees_with_the_model_after_every_step(ground, capsys):
    done, number, began, processor = 0, 0, time.monotonic(), time.process_time()
    gc.freeze()
    while done < max(100, ASKED):
        number += 1
        try:
            done += walk(steps_of(SEED * 1_000_000 + number, 200 if ASKED else 40))
        except Failed as failed:
            raise AssertionError(f"walk {number} of seed {SEED}: {shortest(failed)}") from failed
        if number % 2 == 0 or done >= max(100, ASKED):
            spent = time.process_time() - processor
            with capsys.disabled():
                print(
                    f"\ncredit bank: {done} steps in {number} walks, {spent * 1000 / done:.1f} ms of Python each,"
                    f" {time.monotonic() - began:.0f} s by the clock\n{told()}",
                    flush=True,
                )
