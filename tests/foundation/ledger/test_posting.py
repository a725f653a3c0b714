from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.ledger.api import Posting
from xueqiao.foundation.reasons import Refused

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
BOTH = ("gateway:", "payer:")
TABLES = ("account", "balance", "transfer", "postingrow", "openhold")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def units():
    ledger.open_unit("CNY", "人民币", 2, sources=("gateway:", "payer:"))
    ledger.open_unit("CREDIT.community", "社区学分", 2, sources=("issuer:",))


def post(source, destination, amount, key, unit="CNY", **more):
    return ledger.post_transfer(unit=unit, postings=[Posting(source, destination, amount)], key=key, now=NOW, **more)


def rows():
    """Every row of the working tables, as text: equal before and after means that nothing moved."""
    with connection.cursor() as cursor:
        found = []
        for table in TABLES:
            cursor.execute(f"SELECT t::text FROM ledger_{table} t ORDER BY 1")
            found.append(cursor.fetchall())
        return found


def test_a_transfer_moves_the_amount_and_says_what_it_wrote():
    view = post("gateway:rehearsal:clearing", "bill:1:held", 3000, "pay:1", memo={"账单": "甲"})
    assert (view.kind, view.state, view.is_replay, view.memo) == ("direct", "posted", False, {"账单": "甲"})
    assert view.postings == (Posting("gateway:rehearsal:clearing", "bill:1:held", 3000),)
    assert ledger.balance_of("CNY", "bill:1:held") == ledger.Balance(posted=3000)
    assert ledger.balance_of("CNY", "gateway:rehearsal:clearing") == ledger.Balance(posted=-3000)
    assert ledger.get_transfer(view.id) == view
    assert ledger.find_transfer("CNY", "pay:1") == view
    assert ledger.verify_ledger().is_sound


def test_an_account_nobody_used_holds_zero():
    assert ledger.balance_of("CNY", "person:9:available") == ledger.Balance(0, 0, 0)
    assert ledger.balance_of("CNY", "person:9:available").available == 0


def test_several_postings_move_together_and_only_the_sum_meets_the_floor():
    post("gateway:g", "bill:1", 1000, "in")
    ledger.post_transfer(
        unit="CNY",
        postings=[Posting("bill:1", "institution:1:income", 1000), Posting("institution:1:income", "payer:city", 400)],
        key="split",
        now=NOW,
    )
    assert ledger.balances_of("CNY", ["bill:1", "institution:1:income", "payer:city"]) == {
        "bill:1": ledger.Balance(0),
        "institution:1:income": ledger.Balance(600),
        "payer:city": ledger.Balance(400),
    }


def test_the_same_key_with_the_same_inputs_is_the_same_transfer():
    first = post("gateway:g", "bill:1", 500, "pay:1", memo={"a": 1, "b": [True, None, "x"]})
    before = rows()
    again = ledger.post_transfer(
        unit="CNY",
        postings=[Posting("gateway:g", "bill:1", 500)],
        key="pay:1",
        now=NOW + timedelta(days=3),
        memo={"b": [True, None, "x"], "a": 1},
    )
    assert again.is_replay
    assert (again.id, again.uuid, again.at) == (first.id, first.uuid, NOW)
    assert rows() == before


@pytest.mark.parametrize("change", ["amount", "source", "destination", "memo", "kind"])
def test_the_same_key_with_other_inputs_is_refused(change):
    post("gateway:g", "bill:1", 500, "pay:1", memo={"a": 1})
    before = rows()
    source, destination, amount, memo = "gateway:g", "bill:1", 500, {"a": 1}
    if change == "amount":
        amount = 501
    if change == "source":
        source = "gateway:h"
    if change == "destination":
        destination = "bill:2"
    if change == "memo":
        memo = {"a": 2}
    with pytest.raises(ledger.KeyReused) as refusal:
        if change == "kind":
            ledger.hold_transfer(
                unit="CNY", postings=[Posting(source, destination, amount)], key="pay:1", now=NOW, memo=memo,
                expires_at=None,
            )  # fmt: skip
        else:
            post(source, destination, amount, "pay:1", memo=memo)
    assert "pay:1" in refusal.value.message
    assert rows() == before


def test_a_key_belongs_to_its_unit():
    post("gateway:g", "bill:1", 500, "same")
    other = post("issuer:1:granted", "person:1:available", 500, "same", unit="CREDIT.community")
    assert not other.is_replay
    assert ledger.balance_of("CREDIT.community", "person:1:available").posted == 500


def test_below_the_floor_nothing_moves_and_the_account_is_named():
    post("gateway:g", "person:1", 100, "in")
    before = rows()
    with pytest.raises(ledger.InsufficientBalance) as refusal:
        post("person:1", "bill:1", 101, "out")
    assert refusal.value.details == {"account": "person:1"}
    assert "person:1" in refusal.value.message
    with pytest.raises(ledger.InsufficientBalance):
        post("person:new", "bill:new", 1, "out:2")
    assert rows() == before, "not even an empty account was opened"


def test_the_floor_is_a_wall_of_the_database():
    post("gateway:g", "person:1", 100, "in")
    with pytest.raises(IntegrityError, match="ledger_balance_floor"), transaction.atomic():
        connection.cursor().execute("UPDATE ledger_balance SET posted = -1 WHERE NOT may_go_negative")


def test_an_account_opened_without_a_floor_may_go_below_zero_and_keeps_that():
    account = ledger.open_account("CNY", "deficit:1", may_go_negative=True)
    assert ledger.open_account("CNY", "deficit:1", may_go_negative=True) == account
    post(account, "person:1", 70, "out")
    assert ledger.balance_of("CNY", "deficit:1").posted == -70
    with pytest.raises(ledger.AccountDiffers):
        ledger.open_account("CNY", "deficit:1", may_go_negative=False)


@pytest.mark.parametrize(
    ("postings", "reason"),
    [
        ([], ledger.NoPostings),
        ([Posting("gateway:g", "bill:1", 0)], ledger.AmountNotAllowed),
        ([Posting("gateway:g", "bill:1", -5)], ledger.AmountNotAllowed),
        ([Posting("gateway:g", "bill:1", 2**62 + 1)], ledger.AmountNotAllowed),
        ([Posting("gateway:g", "bill:1", 2**62), Posting("gateway:g", "bill:2", 1)], ledger.AmountNotAllowed),
        ([Posting("gateway:g", "bill:1", 1.5)], ledger.AmountNotAllowed),
        ([Posting("gateway:g", "bill:1", True)], ledger.AmountNotAllowed),
        ([Posting("gateway:g", "bill:1", "7")], ledger.AmountNotAllowed),
        ([Posting("bill:1", "bill:1", 5)], ledger.SameAccount),
        ([Posting("gateway:g", "bill:2", 5), Posting("bill:1", "bill:1", 5)], ledger.SameAccount),
        ([Posting("gateway:g", "", 5)], ledger.NameNotAllowed),
        ([Posting("gateway:g", " bill:1", 5)], ledger.NameNotAllowed),
        ([Posting("gateway:g", "bill:1\x00", 5)], ledger.NameNotAllowed),
        ([Posting("gateway:g", "bill:\ud800", 5)], ledger.NameNotAllowed),
        ([Posting("gateway:g", "b" * 121, 5)], ledger.NameNotAllowed),
        ([Posting("gateway:g", None, 5)], ledger.NameNotAllowed),
        ([Posting("gateway:g", f"bill:{n}", 1) for n in range(501)], ledger.TooManyPostings),
    ],
)
def test_bad_postings_are_refused_and_nothing_moves(postings, reason):
    before = rows()
    with pytest.raises(reason) as refusal:
        ledger.post_transfer(unit="CNY", postings=postings, key="bad", now=NOW)
    assert refusal.value.status in {409, 422}
    assert refusal.value.message, "the message can be filled in"
    assert rows() == before


@pytest.mark.parametrize(
    "memo",
    [
        {"a": 1.5},
        {"a": float("nan")},
        {1: "a"},
        {"a": "\x00"},
        {"a": "x" * 4000},
        {"a": 2**70},
        {"a": "\ud800"},
        [1],
        "a",
    ],
)
def test_a_memo_that_would_not_come_back_unchanged_is_refused(memo):
    before = rows()
    with pytest.raises(ledger.MemoNotAllowed):
        post("gateway:g", "bill:1", 5, "bad", memo=memo)
    assert rows() == before


def test_unknown_units_odd_keys_and_naive_times_are_refused():
    before = rows()
    with pytest.raises(ledger.UnknownUnit):
        post("a", "b", 5, "k", unit="USD")
    for key in ("", " k", "k" * 121, "k\n", None, 7):
        with pytest.raises(ledger.NameNotAllowed):
            post("gateway:g", "b", 5, key)
    with pytest.raises(ledger.TimeNotAllowed):
        ledger.post_transfer(
            unit="CNY", postings=[Posting("gateway:g", "b", 5)], key="k", now=datetime(2026, 3, 2)  # noqa: DTZ001
        )  # fmt: skip
    assert rows() == before


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE ledger_transfer; --",
        "<script>alert(1)</script>",
        "%s %(a)s",
        '{"a',
        '\\"},NULL',
        "NULL",
        "账户：甲",
    ],
)
def test_fragments_of_sql_and_script_are_only_names(text):
    view = post("gateway:g", text, 5, f"key {text}", memo={text: text})
    assert ledger.balance_of("CNY", text).posted == 5
    assert ledger.get_transfer(view.id).memo == {text: text}
    assert ledger.verify_ledger().is_sound


def test_accounts_of_two_units_in_one_transfer_are_refused_and_unrepresentable():
    credit = ledger.open_account("CREDIT.community", "person:1:available")
    post("gateway:g", "person:1:available", 100, "in")
    before = rows()
    with pytest.raises(ledger.MixedUnits):
        post("gateway:g", credit, 5, "mixed")
    assert rows() == before
    with pytest.raises(IntegrityError, match="ledger_posting_destination_fk"), transaction.atomic():
        cursor = connection.cursor()
        cursor.execute(
            "INSERT INTO ledger_postingrow (transfer_id, unit_id, source_id, destination_id, amount)"
            " SELECT transfer_id, unit_id, source_id, %s, 5 FROM ledger_postingrow LIMIT 1",
            [credit.id],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert rows() == before


def test_a_balance_above_what_can_be_written_is_refused():
    post("gateway:g", "person:1", 2**62, "in")
    before = rows()
    with pytest.raises(ledger.BalanceTooLarge):
        post("gateway:h", "person:1", 1, "more")
    assert rows() == before


def test_a_refusal_leaves_the_callers_transaction_usable():
    with transaction.atomic():
        with pytest.raises(ledger.InsufficientBalance):
            post("person:1", "bill:1", 1, "no")
        post("gateway:g", "bill:1", 1, "yes")
    assert ledger.balance_of("CNY", "bill:1").posted == 1


def test_opening_a_unit_again_with_other_words_is_refused():
    unit = ledger.open_unit("CNY", "人民币", 2, sources=("payer:", "gateway:"))
    assert ledger.find_unit("CNY") == unit
    for name, scale, sources in (
        ("元", 2, ("gateway:", "payer:")),
        ("人民币", 3, ("gateway:", "payer:")),
        ("人民币", 2, ()),
    ):
        with pytest.raises(ledger.UnitDiffers):
            ledger.open_unit("CNY", name, scale, sources=sources)


def test_history_shows_the_newest_first_from_the_accounts_side():
    post("gateway:g", "person:1", 300, "in")
    post("person:1", "bill:1", 120, "out", memo={"课": "书法"})
    ledger.hold_transfer(unit="CNY", postings=[Posting("person:1", "bill:2", 80)], key="hold", now=NOW, expires_at=None)
    lines = ledger.history_of("CNY", "person:1", 10)
    assert [(line.key, line.counterpart, line.amount, line.state) for line in lines] == [
        ("hold", "bill:2", -80, "held"),
        ("out", "bill:1", -120, "posted"),
        ("in", "gateway:g", 300, "posted"),
    ]
    assert lines[1].memo == {"课": "书法"}
    assert [line.key for line in ledger.history_of("CNY", "person:1", 1)] == ["hold"]
    assert ledger.history_of("CNY", "nobody") == []


def test_a_bulk_is_all_or_none():
    drafts = [ledger.TransferDraft("CNY", (Posting("gateway:g", f"person:{n}", 10),), f"b:{n}") for n in range(20)]
    views = ledger.post_transfers(drafts, now=NOW)
    assert [view.key for view in views] == [f"b:{n}" for n in range(20)]
    assert all(view.is_replay for view in ledger.post_transfers(drafts, now=NOW))
    before = rows()
    bad = [
        ledger.TransferDraft("CNY", (Posting("person:1", "bill:1", 10),), "b:a"),
        ledger.TransferDraft("CNY", (Posting("person:1", "bill:1", 1),), "b:b"),
    ]
    with pytest.raises(ledger.InsufficientBalance):
        ledger.post_transfers(bad, now=NOW)
    assert rows() == before


def test_a_bulk_converts_between_units_by_linked_transfers():
    ledger.post_transfers(
        [
            ledger.TransferDraft("CNY", (Posting("gateway:g", "conv:1", 10),), "c"),
            ledger.TransferDraft("CREDIT.community", (Posting("issuer:1", "person:1", 2),), "c"),
        ],
        now=NOW,
    )
    assert ledger.balance_of("CREDIT.community", "person:1").posted == 2


def test_a_bulk_has_a_largest_size():
    drafts = [ledger.TransferDraft("CNY", (Posting("gateway:g", "p", 1),), "b")] * 10_001
    with pytest.raises(ledger.TooManyTransfers):
        ledger.post_transfers(drafts, now=NOW)


@pytest.mark.parametrize("table", ["unit", "account", "transfer", "postingrow", "seal"])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_rows_that_are_facts_cannot_be_changed_or_deleted(table, verb):
    post("gateway:g", "person:1", 10, "in")
    ledger.seal_new_transfers(now=NOW)
    column = "number" if table == "seal" else "id"
    statement = f"UPDATE ledger_{table} SET {column} = {column}" if verb == "UPDATE" else f"DELETE FROM ledger_{table}"
    with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
        connection.cursor().execute(statement)


def test_every_reason_has_a_message_that_can_be_filled_in():
    details = dict.fromkeys(
        ("account", "key", "unit", "other", "name", "length_max", "state", "table", "id", "count_max"), "某"
    )
    reasons = [reason for reason in vars(ledger).values() if isinstance(reason, type) and issubclass(reason, Refused)]
    assert len(reasons) >= 20
    for reason in reasons:
        message = reason(**details).message
        assert message.endswith("。")
        assert "{" not in message
    assert len({reason.code for reason in reasons}) == len(reasons)
