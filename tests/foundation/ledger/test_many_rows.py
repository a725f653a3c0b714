"""The short form of `python -m bench ledger.tampering`: two hundred rows with one changed byte, each named."""

from dataclasses import replace

import pytest
from django.db import transaction

from tests.foundation.ledger.many_rows import build_sealed, change_one_byte_in, named_rows
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.ledger import verification

TRANSFERS, ROWS = 4_000, 200

pytestmark = pytest.mark.django_db


@pytest.fixture
def many_rows():
    build_sealed(TRANSFERS)
    verdict = ledger.verify_ledger()
    assert verdict.is_sound, verdict.wrong
    assert verdict.transfers == TRANSFERS
    assert verdict.unsealed_transfers == 0


def not_named():
    """How many of two hundred changed rows the verifier misses; all is as before afterwards."""
    with transaction.atomic():
        changed = change_one_byte_in(ROWS, seed=11)
        missed = changed - named_rows(rows_max=10_000)
        transaction.set_rollback(True)
    assert len(changed) == ROWS
    return len(missed)


def test_each_of_two_hundred_rows_with_one_changed_byte_is_named(many_rows):
    assert not_named() == 0
    assert ledger.verify_ledger().is_sound


def test_a_verifier_that_compares_less_misses_some(many_rows, monkeypatch, mutants):
    compare = verification._wrong_sealed_rows

    def compare_no_lines(table, records, rows, through, tally):
        return iter(()) if table.letter == b"P" else compare(table, records, rows, through, tally)

    with monkeypatch.context() as planted:
        planted.setattr(verification, "_wrong_sealed_rows", compare_no_lines)
        mutants.tell("ledger at scale", "lines are not compared with their seal", caught=not_named() > 0)
    with monkeypatch.context() as planted:
        planted.setattr(verification, "_wrong_balances", lambda tally: iter(()))
        mutants.tell("ledger at scale", "balances are not derived again", caught=not_named() > 0)
    with monkeypatch.context() as planted:
        planted.setattr(verification, "TABLES", tuple(_without_times(table) for table in verification.TABLES))
        caught = ledger.verify_ledger().is_sound is False
        mutants.tell("ledger at scale", "a column is left out of the row's text", caught=caught)


def _without_times(table):
    return replace(table, columns=table.columns.rpartition(", (extract")[0] or table.columns)


def test_one_row_is_named_unless_more_are_asked_for(many_rows):
    with transaction.atomic():
        change_one_byte_in(ROWS, seed=5)
        assert len(ledger.verify_ledger().wrong_rows) == 1
        assert len(ledger.verify_ledger(rows_max=7).wrong_rows) == 7
        transaction.set_rollback(True)
