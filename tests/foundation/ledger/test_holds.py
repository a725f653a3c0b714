from datetime import UTC, datetime, timedelta

import pytest

from tests.foundation.ledger.test_posting import post, rows
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.ledger.api import Balance, Posting

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
END = NOW + timedelta(minutes=15)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def money():
    ledger.open_unit("CNY", "人民币", 2, sources=("gateway:",))
    post("gateway:g", "person:1", 100, "in")


def hold(amount=60, key="hold", expires_at=END, now=NOW):
    return ledger.hold_transfer(
        unit="CNY", postings=[Posting("person:1", "bill:1", amount)], key=key, now=now, expires_at=expires_at
    )


def balances():
    return ledger.balance_of("CNY", "person:1"), ledger.balance_of("CNY", "bill:1")


def test_a_hold_sets_aside_and_moves_nothing():
    view = hold()
    assert (view.kind, view.state, view.expires_at) == ("held", "held", END)
    assert balances() == (Balance(100, held_out=60), Balance(0, held_in=60))
    assert ledger.balance_of("CNY", "person:1").available == 40
    with pytest.raises(ledger.InsufficientBalance):
        post("person:1", "bill:2", 41, "too much")
    with pytest.raises(ledger.InsufficientBalance):
        hold(41, "second hold")
    post("person:1", "bill:2", 40, "just enough")


def test_what_is_held_in_cannot_be_spent():
    hold()
    with pytest.raises(ledger.InsufficientBalance):
        post("bill:1", "person:2", 1, "early")


def test_posting_a_hold_moves_it_by_a_new_row():
    held = hold()
    view = ledger.post_held(held.id, key="paid", now=END - timedelta(microseconds=1), memo={"笔": 1})
    assert (view.kind, view.state, view.resolves_id, view.postings) == ("post", "posted", held.id, held.postings)
    assert balances() == (Balance(40), Balance(60))
    assert ledger.get_transfer(held.id).state == "posted"
    assert ledger.verify_ledger().is_sound


def test_voiding_a_hold_gives_it_back_even_late():
    held = hold()
    view = ledger.void_held(held.id, key="void", now=END + timedelta(days=1))
    assert (view.kind, view.state) == ("void", "voided")
    assert balances() == (Balance(100), Balance(0))
    assert ledger.verify_ledger().is_sound


def test_a_hold_ends_only_once_whatever_comes_after():
    held = hold()
    ledger.post_held(held.id, key="paid", now=NOW)
    before = rows()
    for act in (ledger.post_held, ledger.void_held):
        with pytest.raises(ledger.AlreadyResolved) as refusal:
            act(held.id, key="again", now=NOW)
        assert "已入账" in refusal.value.message
    assert ledger.expire_held(now=END + timedelta(days=1)) == []
    assert rows() == before


def test_the_same_ending_with_the_same_key_is_answered_again():
    held = hold()
    first = ledger.post_held(held.id, key="paid", now=NOW)
    again = ledger.post_held(held.id, key="paid", now=END + timedelta(days=9))
    assert (again.id, again.is_replay) == (first.id, True)
    with pytest.raises(ledger.KeyReused):
        ledger.void_held(held.id, key="paid", now=NOW)
    with pytest.raises(ledger.KeyReused):
        ledger.post_held(held.id, key="hold", now=NOW)
    assert balances() == (Balance(40), Balance(60))


def test_from_its_end_on_a_hold_cannot_be_posted():
    held = hold()
    before = rows()
    with pytest.raises(ledger.HoldExpired):
        ledger.post_held(held.id, key="late", now=END)
    assert rows() == before


def test_the_sweep_gives_back_what_is_overdue_and_nothing_else():
    first, second, third = hold(10, "a"), hold(20, "b", END + timedelta(minutes=1)), hold(30, "c", None)
    assert ledger.expire_held(now=END - timedelta(microseconds=1)) == []
    assert ledger.holds_due(END) == 1
    expired = ledger.expire_held(now=END)
    assert [(view.resolves_id, view.state, view.key) for view in expired] == [
        (first.id, "expired", f"expire:{first.id}")
    ]
    assert balances() == (Balance(100, held_out=50), Balance(0, held_in=50))
    assert ledger.expire_held(now=END) == []
    assert [view.resolves_id for view in ledger.expire_held(now=END + timedelta(days=900))] == [second.id]
    assert ledger.get_transfer(third.id).state == "held"
    assert ledger.verify_ledger().is_sound


def test_the_sweep_takes_the_oldest_up_to_its_limit():
    ids = [hold(1, f"h{n}", END + timedelta(seconds=n)).id for n in range(5)]
    later = END + timedelta(hours=1)
    assert [view.resolves_id for view in ledger.expire_held(now=later, limit=3)] == ids[:3]
    assert [view.resolves_id for view in ledger.expire_held(now=later, limit=3)] == ids[3:]


def test_a_repeated_hold_is_answered_even_after_its_end():
    held = hold()
    ledger.expire_held(now=END)
    again = hold(now=END + timedelta(days=1))
    assert (again.id, again.is_replay, again.state) == (held.id, True, "expired")


def test_bad_holds_and_endings_are_refused_and_nothing_moves():
    direct = post("gateway:g", "person:2", 5, "direct")
    held = hold()
    before = rows()
    with pytest.raises(ledger.TimeNotAllowed):
        hold(1, "past", expires_at=NOW)
    with pytest.raises(ledger.TimeNotAllowed):
        hold(1, "naive", expires_at=datetime(2026, 4, 1))  # noqa: DTZ001
    with pytest.raises(ledger.NotAHold):
        ledger.post_held(direct.id, key="x", now=NOW)
    for number in (held.id + 1_000, 0, -1, 2**70, "7", None):
        with pytest.raises(ledger.TransferNotFound):
            ledger.void_held(number, key="x", now=NOW)
    assert rows() == before


def test_an_ending_cannot_itself_be_ended():
    held = hold()
    ending = ledger.void_held(held.id, key="void", now=NOW)
    with pytest.raises(ledger.NotAHold):
        ledger.post_held(ending.id, key="x", now=NOW)
