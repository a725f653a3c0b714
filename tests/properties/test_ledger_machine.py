"""The ledger agrees with sixty lines of Python, whatever is asked of it, in whatever order.

XUEQIAO_LONG=1 runs the long budget (minutes instead of seconds).
"""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.ledger_machine import LedgerMachine

IS_LONG = os.environ.get("XUEQIAO_LONG") == "1"


@pytest.mark.django_db
def test_the_ledger_agrees_with_the_model_after_every_step():
    LedgerMachine.steps = 0
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=3_000 if IS_LONG else 25,
            stateful_step_count=50 if IS_LONG else 30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"ledger machine: {LedgerMachine.steps} steps")
    assert LedgerMachine.steps > 300
