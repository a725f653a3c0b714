import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.audit.values import RESIDENT, STAFF, Actor
from xueqiao.foundation.locks import NoTransaction
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.scope import Scope
from xueqiao.foundation.undo import actions
from xueqiao.foundation.undo.api import (
    AlreadyUndone,
    NotYoursToUndo,
    UndoTooLate,
    access_undoable_steps,
    offer_undo,
    reversal,
    undo_step,
)

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LAST_MOMENT = NOW + timedelta(minutes=10) - timedelta(microseconds=1)
HEDE, WUJIANG = 320924100000, 320509000000
MOTHER = Actor(RESIDENT, person_id=1, scope=Scope.of_persons([1]))
DAUGHTER = Actor(RESIDENT, person_id=2, authority="family", scope=Scope.of_persons([1, 2]))
STRANGER = Actor(RESIDENT, person_id=3, scope=Scope.of_persons([3]))
CLERK = Actor(STAFF, person_id=4, scope=Scope.of_region(HEDE))
OTHER_CLERK = Actor(STAFF, person_id=5, scope=Scope.of_region(WUJIANG))
VISITOR = Actor.visitor()


class SeatGiven(Refused):
    """座位已经给了下一位，不能撤回。请打电话联系。"""

    code = "seat_given"


@pytest.fixture
def taken_back(monkeypatch):
    """What the reversal was asked to do; a place numbered 0 cannot be taken back."""
    monkeypatch.setattr(actions, "_reversals", {})
    calls = []

    @reversal("test.give_back")
    def give_back(*, actor, now, place_id):
        if place_id == 0:
            raise SeatGiven
        calls.append((actor.person_id, now, place_id))

    return calls


@pytest.fixture
def step(db, taken_back):
    return offer()


def offer(place_id=7, actor=DAUGHTER):
    with transaction.atomic():
        return offer_undo(
            actor=actor,
            what="报名《智能手机入门》",
            object_kind="place",
            object_id=place_id,
            person_id=1,
            region=HEDE,
            reversal_name="test.give_back",
            arguments={"place_id": place_id},
            now=NOW,
        )


def row(uuid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM undo_undoablestep t WHERE uuid = %s", [uuid])
        return cursor.fetchone()


@pytest.mark.parametrize("actor", [DAUGHTER, MOTHER, CLERK], ids=["who did it", "whom it concerns", "her centre"])
def test_a_step_is_taken_back_within_ten_minutes(step, taken_back, actor):
    view = undo_step(actor=actor, uuid=step.uuid, now=LAST_MOMENT)
    assert taken_back == [(actor.person_id, LAST_MOMENT, 7)]
    assert view.undone_at == LAST_MOMENT
    entry = AuditEntry.objects.get(verb="undo_step")
    assert (entry.actor_person_id, entry.object_kind, entry.object_id, entry.region) == (
        actor.person_id,
        "place",
        7,
        HEDE,
    )


def test_from_the_tenth_minute_on_it_is_too_late(step, taken_back):
    before = row(step.uuid)
    with pytest.raises(UndoTooLate) as refusal:
        undo_step(actor=DAUGHTER, uuid=step.uuid, now=step.undo_until)
    assert "报名《智能手机入门》" in refusal.value.message
    assert "10 分钟" in refusal.value.message
    assert taken_back == []
    assert row(step.uuid) == before


def test_a_step_is_taken_back_only_once(step, taken_back):
    undo_step(actor=DAUGHTER, uuid=step.uuid, now=NOW)
    before = row(step.uuid)
    with pytest.raises(AlreadyUndone):
        undo_step(actor=MOTHER, uuid=step.uuid, now=NOW)
    assert len(taken_back) == 1
    assert row(step.uuid) == before


@pytest.mark.parametrize("actor", [STRANGER, OTHER_CLERK, VISITOR], ids=["stranger", "other county", "visitor"])
def test_a_step_of_somebody_else_is_not_found(step, taken_back, actor):
    with pytest.raises(NotYoursToUndo) as refusal:
        undo_step(actor=actor, uuid=step.uuid, now=NOW)
    assert refusal.value.status == 404, "whether it exists is not said"
    assert taken_back == []
    assert AuditEntry.objects.count() == 0
    assert access_undoable_steps(actor=actor, now=NOW) == []


def test_an_unknown_step_is_not_found(db, taken_back):
    with pytest.raises(NotYoursToUndo):
        undo_step(actor=MOTHER, uuid=uuid.uuid4(), now=NOW)


def test_when_the_reversal_refuses_the_step_stands(db, taken_back):
    step = offer(place_id=0)
    before = row(step.uuid)
    with pytest.raises(SeatGiven):
        undo_step(actor=MOTHER, uuid=step.uuid, now=NOW)
    assert row(step.uuid) == before
    assert AuditEntry.objects.count() == 0


def test_the_notice_lists_what_may_still_be_taken_back(step, taken_back):
    second = offer(place_id=8)
    assert [view.uuid for view in access_undoable_steps(actor=MOTHER, now=NOW)] == [second.uuid, step.uuid]
    undo_step(actor=MOTHER, uuid=second.uuid, now=NOW)
    assert [view.uuid for view in access_undoable_steps(actor=CLERK, now=LAST_MOMENT)] == [step.uuid]
    assert access_undoable_steps(actor=MOTHER, now=step.undo_until) == []


def test_no_promise_is_made_that_cannot_be_kept(db, monkeypatch):
    monkeypatch.setattr(actions, "_reversals", {})
    with pytest.raises(LookupError, match=r"test\.give_back"):
        offer()


def test_two_reversals_of_one_name_are_refused(taken_back):
    def other(*, actor, now):
        raise AssertionError

    other.__module__ = "elsewhere"
    with pytest.raises(TypeError):
        reversal("test.give_back")(other)


@pytest.mark.django_db(transaction=True)
def test_an_offer_outside_the_transaction_of_the_deed_is_refused(taken_back):
    with pytest.raises(NoTransaction):
        offer_undo(
            actor=MOTHER, what="x", object_kind="place", object_id=1, person_id=1, region=HEDE,
            reversal_name="test.give_back", arguments={}, now=NOW,
        )  # fmt: skip


def test_the_window_is_a_wall_of_the_database(step):
    with pytest.raises(IntegrityError, match="undone_in_window"), transaction.atomic():
        connection.cursor().execute("UPDATE undo_undoablestep SET undone_at = undo_until")
