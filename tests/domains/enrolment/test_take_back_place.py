from datetime import timedelta

import pytest

from tests.domains.enrolment.seats_and_places import held, pool, state_of
from tests.domains.payments.paying import books, money_trace, owed, pay
from tests.worlds.small_county import acting, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.foundation.undo.api import AlreadyUndone, NotYoursToUndo, UndoTooLate, access_undoable_steps, undo_step

pytestmark = pytest.mark.django_db


def test_a_free_enrolment_is_taken_back_within_ten_minutes():
    world = small_county()
    actor, place = acting(world.rider), held(world)
    enrolment.confirm_seat(actor=actor, place_uuid=place.uuid, now=world.now)
    (step,) = access_undoable_steps(actor=actor, now=world.now)
    assert "手机支付与防诈骗" in step.what
    undo_step(actor=actor, uuid=step.uuid, now=world.now + timedelta(minutes=9, seconds=59))
    assert (state_of(place), pool(world.run)) == ("withdrawn", (0, 0))
    with pytest.raises(AlreadyUndone):
        undo_step(actor=actor, uuid=step.uuid, now=world.now)


def test_all_the_money_comes_back_whatever_the_rule(deliver_due):
    case = owed()
    now = case.now + timedelta(minutes=14)
    pay(case, now=now)
    deliver_due(now)
    (step,) = access_undoable_steps(actor=case.actor, now=now)
    undo_step(actor=case.actor, uuid=step.uuid, now=now + timedelta(minutes=5))
    assert (case.place_state(), case.fresh().state, books()) == ("withdrawn", "refunded", {})


def test_not_after_ten_minutes_and_not_by_strangers(deliver_due):
    case = owed()
    pay(case)
    deliver_due(case.now)
    (step,) = access_undoable_steps(actor=case.actor, now=case.now)
    before = money_trace()
    with pytest.raises(UndoTooLate):
        undo_step(actor=case.actor, uuid=step.uuid, now=case.now + timedelta(minutes=10))
    with pytest.raises(NotYoursToUndo):
        undo_step(actor=acting(case.world.elder), uuid=step.uuid, now=case.now)
    assert money_trace() == before
    assert case.place_state() == "confirmed"
