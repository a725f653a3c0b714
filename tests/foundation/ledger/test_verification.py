"""A superuser changes one value in one row, past every trigger: the verifier names that row."""

import hashlib
import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from typer.testing import CliRunner

from tests.foundation.ledger.test_posting import post
from xueqiao.channels.console.ledger import ledger as console
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.ledger.api import Posting
from xueqiao.foundation.ledger.merkle import RECORD_BYTES, merkle_top, record

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
# For every column of every table: SQL that changes it by as little as its type allows.
LATER = "{column} + interval '1 microsecond'"
MORE = "{column} + 1"
ONE_LETTER = "overlay({column} placing 'q' from 1 for 1)"
ONE_BYTE = "set_byte({column}, 9, (get_byte({column}, 9) + 1) % 256)"
OTHER_KIND = "translate(kind, 'dhpve', 'hdvpp')"
TAMPERINGS = {
    "ledger_unit": {
        "code": ONE_LETTER,
        "name": ONE_LETTER,
        "scale": MORE,
        "sources": "array_append(sources, 'person:')",
        "opened_at": LATER,
    },
    "ledger_account": {
        "unit_id": MORE,
        "name": ONE_LETTER,
        "may_go_negative": "NOT may_go_negative",
        "opened_at": LATER,
    },
    "ledger_transfer": {
        "uuid": "uuidv7()",
        "kind": OTHER_KIND,
        "key": ONE_LETTER,
        "input_hash": ONE_BYTE,
        "memo": "jsonb_build_object('q', 1)",
        "at": LATER,
        "recorded_at": LATER,
    },
    "ledger_postingrow": {
        "transfer_id": MORE,
        "source_id": "destination_id",
        "destination_id": "source_id",
        "amount": MORE,
    },
    "ledger_balance": {"posted": MORE, "held_out": MORE, "held_in": MORE},
    "ledger_seal": {
        "transfer_through": MORE,
        "leaves": ONE_BYTE,
        "previous_root": ONE_BYTE,
        "root": ONE_BYTE,
        "sealed_at": LATER,
    },
}
KEYS = {"ledger_balance": "account_id", "ledger_seal": "number"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books():
    """Three seals over transfers of every kind, and a few rows not sealed yet."""
    ledger.open_unit("CNY", "人民币", 2, sources=("gateway:",))
    for n in range(3):
        post("gateway:g", f"person:{n}", 100, f"in:{n}")
        holds = [
            ledger.hold_transfer(
                unit="CNY",
                postings=[Posting(f"person:{n}", "bill:1", 10), Posting(f"person:{n}", "bill:2", 5)],
                key=f"hold:{n}:{m}",
                now=NOW,
                expires_at=NOW + timedelta(minutes=m + 1),
            )
            for m in range(4)
        ]
        ledger.post_held(holds[0].id, key=f"post:{n}", now=NOW)
        ledger.void_held(holds[1].id, key=f"void:{n}", now=NOW)
        ledger.expire_held(now=NOW + timedelta(minutes=3))
        ledger.seal_new_transfers(now=NOW + timedelta(hours=n))
    assert ledger.verify_ledger().is_sound


def tamper(table, row_id, statement):
    """Change the row as somebody who may do everything: no triggers, no foreign keys."""
    with connection.cursor() as cursor:
        for constraint in ("ledger_balance_floor", "ledger_balance_range"):
            cursor.execute(f"ALTER TABLE ledger_balance DROP CONSTRAINT IF EXISTS {constraint}")
        cursor.execute("ALTER TABLE ledger_postingrow DROP CONSTRAINT IF EXISTS ledger_posting_two_accounts")
        cursor.execute("ALTER TABLE ledger_transfer DROP CONSTRAINT IF EXISTS ledger_transfer_kind")
        cursor.execute("ALTER TABLE ledger_transfer DROP CONSTRAINT IF EXISTS ledger_transfer_expiry")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"{statement} WHERE {KEYS.get(table, 'id')} = {row_id}")
        assert cursor.rowcount == 1
        cursor.execute("SET LOCAL session_replication_role = origin")


def changed(table, column):
    return f"UPDATE {table} SET {column} = {TAMPERINGS[table][column].format(column=column)}"


def named(published_roots=()):
    wrong = ledger.verify_ledger(published_roots=published_roots).wrong
    return wrong and (wrong.table, wrong.id)


def ids_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {KEYS.get(table, 'id')} FROM {table} ORDER BY 1")
        return [row_id for (row_id,) in cursor.fetchall()]


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, columns in TAMPERINGS.items() for column in columns]
)
def test_one_changed_value_is_found_and_its_row_named(table, column):
    row_id = random.Random(f"{table}.{column}").choice(ids_of(table))
    tamper(table, row_id, changed(table, column))
    assert named() == (table, row_id)


def test_a_hundred_random_changes_are_all_named():
    choice = random.Random(7)
    for _ in range(100):
        table = choice.choice(sorted(TAMPERINGS))
        column = choice.choice(sorted(TAMPERINGS[table]))
        row_id = choice.choice(ids_of(table))
        with transaction.atomic():
            tamper(table, row_id, changed(table, column))
            assert named() == (table, row_id), (table, column, row_id)
            transaction.set_rollback(True)
    assert named() is None


@pytest.mark.parametrize("table", ["ledger_account", "ledger_transfer", "ledger_postingrow", "ledger_balance"])
def test_a_deleted_row_is_named(table):
    row_id = random.Random(table).choice(ids_of(table))
    tamper(table, row_id, f"DELETE FROM {table}")
    assert named() == (table, row_id)


def test_a_row_slipped_in_under_a_seal_is_named():
    posting_id = ids_of("ledger_postingrow")[0]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO ledger_postingrow SELECT -5, transfer_id, unit_id, source_id, destination_id, 7"
            " FROM ledger_postingrow WHERE id = %s",
            [posting_id],
        )
    assert named() == ("ledger_postingrow", -5)


def test_an_amount_not_yet_sealed_is_guarded_by_the_hash_of_its_inputs():
    view = post("gateway:g", "person:1", 30, "fresh")
    assert ledger.verify_ledger().unsealed_transfers == 1
    posting_id = ids_of("ledger_postingrow")[-1]
    tamper("ledger_postingrow", posting_id, "UPDATE ledger_postingrow SET amount = 31")
    tamper("ledger_balance", ids_of("ledger_balance")[0], "UPDATE ledger_balance SET posted = posted")
    assert named() == ("ledger_transfer", view.id)
    with pytest.raises(ledger.SealRefused) as refusal:
        ledger.seal_new_transfers(now=NOW)
    assert refusal.value.details == {"table": "ledger_transfer", "id": view.id}


def test_a_wholly_recomputed_chain_is_found_by_a_root_noted_outside():
    noted = ledger.latest_seals(10)[1].root
    assert named([noted]) is None
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM ledger_seal")
        cursor.execute("UPDATE ledger_transfer SET at = at + interval '1 day'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    ledger.seal_new_transfers(now=NOW)
    assert named() is None
    verdict = ledger.verify_ledger(published_roots=[noted])
    assert verdict.wrong == ledger.WrongRow("ledger_seal", None, f"published root {noted}", "not in the chain")


def test_seals_cover_every_row_once_and_name_the_root_before():
    assert ledger.seal_new_transfers(now=NOW) is None
    third, second, first = ledger.latest_seals(10)
    assert (third.previous_root, second.previous_root) == (second.root, first.root)
    assert first.previous_root == "00" * 32
    verdict = ledger.verify_ledger()
    assert verdict.seals == 3
    assert sum(seal.row_count for seal in (first, second, third)) == (
        verdict.units + verdict.accounts + verdict.transfers + verdict.postings
    )
    assert sum(seal.transfer_count for seal in (first, second, third)) == verdict.transfers == 24
    assert verdict.last_root == third.root


def test_the_tree_is_the_one_the_readme_describes():
    def sha(*parts):
        return hashlib.sha256(b"".join(parts)).digest()

    records = [record(b"T", n, f"row {n}") for n in (1, 2, 3)]
    assert all(len(one) == RECORD_BYTES for one in records)
    leaves = [sha(b"\x00", one) for one in records]
    assert merkle_top(b"") == bytes(32)
    assert merkle_top(records[0]) == leaves[0]
    assert merkle_top(b"".join(records)) == sha(b"\x01", sha(b"\x01", leaves[0], leaves[1]), leaves[2])


def test_the_console_says_that_all_agrees():
    result = CliRunner().invoke(console, ["verify"])
    assert result.exit_code == 0, result.output
    assert "账目一致" in result.output
    as_json = json.loads(CliRunner().invoke(console, ["verify", "--json"]).output)
    assert as_json["is_sound"] is True
    assert as_json["seals"] == 3
    known = CliRunner().invoke(console, ["verify", "--json", "--root", as_json["last_root"]])
    assert known.exit_code == 0


def test_the_console_names_the_wrong_row_and_exits_with_1():
    account_id = ids_of("ledger_balance")[2]
    tamper("ledger_balance", account_id, "UPDATE ledger_balance SET posted = posted + 1")
    result = CliRunner().invoke(console, ["verify"])
    assert result.exit_code == 1
    assert "ledger_balance" in result.output
    assert str(account_id) in result.output
    as_json = CliRunner().invoke(console, ["verify", "--json"])
    assert as_json.exit_code == 1
    assert json.loads(as_json.output)["wrong"]["id"] == account_id


def test_the_console_seals_and_prints_the_root():
    post("gateway:g", "person:1", 30, "fresh")
    result = CliRunner().invoke(console, ["seal", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["root"] == ledger.latest_seals(1)[0].root
    assert "没有新的记账" in CliRunner().invoke(console, ["seal"]).output


def test_the_console_refuses_to_seal_a_forgery():
    post("gateway:g", "person:1", 30, "fresh")
    tamper("ledger_postingrow", ids_of("ledger_postingrow")[-1], "UPDATE ledger_postingrow SET amount = 31")
    result = CliRunner().invoke(console, ["seal"])
    assert result.exit_code == 1
    assert "没有封账" in result.output
    assert len(ledger.latest_seals()) == 3
