"""The credit bank agrees with its model, whatever is asked of it, in whatever order; planted bugs are caught.

XUEQIAO_BANK_STEPS=100000 drives until that many steps were made (hours); any number there plants every bug.
"""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.bank_machine import BankMachine, Ground

ASKED = int(os.environ.get("XUEQIAO_BANK_STEPS", "0"))


@pytest.fixture
def ground(db):
    BankMachine.ground = Ground()
    BankMachine.steps, BankMachine.refused = 0, {}


def test_the_bank_agrees_with_the_model_after_every_step(ground, capsys):
    while BankMachine.steps <= max(60, ASKED):
        run_state_machine_as_test(
            BankMachine,
            settings=settings(
                max_examples=20 if ASKED else 8,
                stateful_step_count=25,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        with capsys.disabled():
            print(f"\ncredit bank: {BankMachine.steps} steps, refused {BankMachine.refused}", flush=True)
