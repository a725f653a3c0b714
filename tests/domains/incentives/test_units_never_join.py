"""Points never become credits, and credits buy nothing: proved on the tables, the engine and the house's layers."""

import ast
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from tests.architecture.test_layers import layers
from tests.domains.incentives.pointing import incentives_open, pointing
from tests.worlds.small_county import NOW
from xueqiao.domains import credits, incentives
from xueqiao.domains.incentives import rules
from xueqiao.foundation.ledger import api as ledger

pytestmark = pytest.mark.django_db
CREDIT = "CREDIT.community"
KEYS = ("ledger_posting_transfer_fk", "ledger_posting_source_fk", "ledger_posting_destination_fk")


@pytest.fixture
def accounts():
    """(points account, credit account, transfer of points): she has both."""
    case = pointing()
    incentives_open()
    case.give(500)
    ledger.open_unit(CREDIT, "社区学分", 2, sources=("issuer:",))
    mine = ledger.open_account(CREDIT, f"person:{case.elder.pk}:available")
    points = ledger.open_account(rules.POINTS, rules.points_account(case.elder.pk, 2026))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_transfer ORDER BY id DESC LIMIT 1")
        (transfer_id,) = cursor.fetchone()
    return points, mine, transfer_id


def write_line_across(points, mine, transfer_id, unit):
    """One line from points to credits, past the posting function, as a slip in new code would write it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_unit WHERE code = %s", [unit])
        cursor.execute(
            "INSERT INTO ledger_postingrow (transfer_id, unit_id, source_id, destination_id, amount)"
            " VALUES (%s, %s, %s, %s, 100)",
            [transfer_id, cursor.fetchone()[0], points.id, mine.id],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("unit", [rules.POINTS, CREDIT])
def test_a_line_from_points_to_credits_cannot_be_written(accounts, unit):
    with pytest.raises(IntegrityError):
        write_line_across(*accounts, unit)


def test_without_the_composite_keys_it_could(accounts, mutants):
    """The claim above rests on these keys: the planted bug is a schema without them."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for key in KEYS:
            cursor.execute(f"ALTER TABLE ledger_postingrow DROP CONSTRAINT {key}")
    write_line_across(*accounts, rules.POINTS)
    verdict = ledger.verify_ledger()
    mutants.tell("units never join", "composite keys left out of the schema", caught=not verdict.is_sound)


def test_the_engine_says_which_units_do_not_fit(accounts):
    points, mine, _ = accounts
    for unit in (rules.POINTS, CREDIT):
        with pytest.raises(ledger.MixedUnits):
            ledger.post_transfer(unit=unit, postings=[ledger.Posting(points, mine, 100)], key="x", now=NOW)


def test_neither_domain_may_call_the_other():
    (line,) = [names for names in layers("domains") if "credits" in names]
    assert line == {"credits", "incentives"}  # names of one line never import each other (import-linter)


def test_no_word_of_credits_stands_in_the_code_of_points_nor_the_other_way_round():
    for package, others in ((incentives, ("CREDIT",)), (credits, ("POINTS", "VOLUNTEER"))):
        for path in Path(package.__file__).parent.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    assert not node.value.startswith(tuple(f"{other}." for other in others)), path
