"""The ledger as a Beancount file, added up by beancount itself: a separate process that shares no code with us."""

import io
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.foundation.ledger.test_posting import post
from tests.foundation.ledger.test_verification import tamper
from xueqiao.channels.console.ledger import ledger as console
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.ledger import outside
from xueqiao.foundation.ledger.api import Posting
from xueqiao.foundation.ledger.beancount import account_name, account_part, commodity, export_beancount
from xueqiao.server import doctor

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
BEAN_CHECK = outside.find_bean_check()
needs_beancount = pytest.mark.skipif(BEAN_CHECK is None, reason="BEANCOUNT IS NOT INSTALLED: nobody else adds up")


@pytest.fixture
def books(db):
    """Two units, names that are not legal in Beancount, and holds in every state."""
    ledger.open_unit("CNY", "人民币", 2, sources=("gateway:",))
    ledger.open_unit("CREDIT.community", "社区学分", 2, sources=("issuer:",))
    ledger.open_unit("VOLUNTEER.hours", "志愿时长", 0, sources=("organiser:",))
    post("gateway:g", "person:1", 10_001, 'in "quoted" \\ 1')
    post("gateway:g", "person:1:held-back", 7, "a name that begins like another")
    post("person:1", "班级 3：押金", 250, "chinese")
    for unit, source in (("CREDIT.community", "issuer:1:granted"), ("VOLUNTEER.hours", "organiser:1")):
        ledger.post_transfer(unit=unit, postings=[Posting(source, "person:1", 250)], key="same key", now=NOW)
    holds = [
        ledger.hold_transfer(
            unit="CNY",
            postings=[Posting("person:1", "bill:1", 10 + n), Posting("person:1", "bill:2", 5)],
            key=f"hold:{n}",
            now=NOW,
            expires_at=NOW + (timedelta(days=7) if n else timedelta(minutes=1)),
        )
        for n in range(4)
    ]
    ledger.post_held(holds[1].id, key="post", now=NOW + timedelta(days=2))
    ledger.void_held(holds[2].id, key="void", now=NOW)
    ledger.expire_held(now=NOW + timedelta(minutes=1))
    ledger.seal_new_transfers(now=NOW)
    post("gateway:g", "person:2", 1, "not sealed")


def exported():
    file = io.StringIO()
    return export_beancount(file), file.getvalue()


def said_by_beancount(tmp_path, text):
    """(exit code, what it said) of bean-check."""
    path = tmp_path / "ledger.beancount"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run([BEAN_CHECK, "--no-cache", str(path)], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr + done.stdout


@needs_beancount
def test_beancount_derives_the_same_balances(books, tmp_path):
    export, text = exported()
    assert said_by_beancount(tmp_path, text) == (0, "")
    assert export.transfers == 13
    assert text.count(" balance ") == 3 * export.accounts


@needs_beancount
@pytest.mark.parametrize("column", ["posted", "held_out", "held_in"])
@pytest.mark.parametrize("by", [1, -1])
def test_a_difference_of_one_hundredth_is_found_by_beancount(books, tmp_path, column, by, mutants):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.account_id, a.name FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id"
            f" WHERE b.{column} > 1 ORDER BY 1 LIMIT 1"
        )
        account_id, name = cursor.fetchone()
    tamper("ledger_balance", account_id, f"UPDATE ledger_balance SET {column} = {column} + {by}")
    code, said = said_by_beancount(tmp_path, exported()[1])
    mutants.tell("beancount", f"{column} {by:+} hundredth", caught=code == 1 and account_part(name) in said)
    assert "0.01" in said


@needs_beancount
def test_an_amount_changed_by_one_hundredth_is_found_by_beancount(books, tmp_path):
    tamper("ledger_postingrow", _first_posting(), "UPDATE ledger_postingrow SET amount = amount - 1")
    code, said = said_by_beancount(tmp_path, exported()[1])
    assert code == 1
    assert "Balance failed" in said


def test_every_transfer_is_there_with_its_key_and_seal(books):
    _, text = exported()
    assert '2026-03-02 * "direct" "in \\"quoted\\" \\\\ 1"' in text
    unsealed = text.partition('"not sealed"')[2]
    assert "seal: 0" in unsealed.partition("\n\n")[0]
    assert text.count("seal: 1\n") == 12
    assert f"root {ledger.latest_seals(1)[0].root}" in text
    assert text.count("  ends: ") == 3


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=60))
def test_a_name_comes_back_from_its_legal_form(name):
    part = account_part(name)
    assert account_name(part) == name
    assert part.isascii()
    assert part[0].isupper() or part[0].isdigit()
    assert not set(part) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-")


def test_names_stay_readable():
    assert account_part("person:12:available") == "Xperson--12--available"
    assert account_part("CREDIT.community") == "CREDIT-2e-community"
    assert commodity(3, "CREDIT.community") == "CREDITCOMMUNITY-3"
    assert commodity(4, "9.学分") == "U9-4"


@needs_beancount
def test_the_nightly_check_agrees_and_the_doctor_says_so(books, monkeypatch):
    assert CliRunner().invoke(console, ["check", "--beancount"]).exit_code == 0
    last = ledger.latest_outside_check()
    assert (last.verdict, last.words) == ("agrees", "")
    monkeypatch.setattr(doctor.clock, "now", lambda: last.checked_at + timedelta(days=1))
    assert doctor.outside_check(None).state == "ok"
    monkeypatch.setattr(doctor.clock, "now", lambda: last.checked_at + timedelta(days=3))
    assert doctor.outside_check(None).state == "warn"


@needs_beancount
def test_the_nightly_check_tells_a_difference(books):
    tamper("ledger_balance", _an_account(), "UPDATE ledger_balance SET posted = posted + 1")
    result = CliRunner().invoke(console, ["check"])
    assert result.exit_code == 1
    assert "不一致" in result.output
    assert "Balance failed" in ledger.latest_outside_check().words
    assert doctor.outside_check(None).state == "fail"


def test_without_beancount_the_check_says_so_instead_of_passing(books, monkeypatch, settings):
    monkeypatch.setattr(outside, "find_bean_check", lambda: None)
    result = CliRunner().invoke(console, ["check"])
    assert result.exit_code == 1
    assert "没有安装" in result.output
    settings.DEMO = False
    assert doctor.outside_check(None).state == "warn"
    settings.DEMO = True
    assert doctor.outside_check(None).state == "ok"


def test_a_tool_that_breaks_is_no_agreement(books, monkeypatch):
    monkeypatch.setattr(outside, "find_bean_check", lambda: shutil.which("false"))
    assert ledger.check_by_beancount(now=NOW).verdict == "broken"
    monkeypatch.setattr(outside, "find_bean_check", lambda: "/nowhere/bean-check")
    assert ledger.check_by_beancount(now=NOW).verdict == "broken"
    assert doctor.outside_check(None).state == "fail"


def test_the_console_exports_to_a_new_file_and_never_over_another(books, tmp_path):
    path = tmp_path / "books.beancount"
    assert CliRunner().invoke(console, ["export", "--beancount", str(path)]).exit_code == 0
    assert path.read_text(encoding="utf-8") == exported()[1]
    path.write_text("mine")
    result = CliRunner().invoke(console, ["export", "--beancount", str(path)])
    assert result.exit_code == 1
    assert path.read_text() == "mine"


def _an_account():
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id FROM ledger_balance ORDER BY 1 LIMIT 1")
        return cursor.fetchone()[0]


def _first_posting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM ledger_postingrow")
        return cursor.fetchone()[0]
