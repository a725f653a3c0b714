from datetime import timedelta

import pytest

from tests.domains.credits.accounts.test_deposit_credit import held_by, proposed
from tests.domains.credits.completed import EVERYTHING, completed
from tests.worlds.small_county import acting
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.deposits import NotYours, UndoOver
from xueqiao.domains.credits.models import Certificate, CreditProposal
from xueqiao.foundation.ledger.api import history_of

pytestmark = pytest.mark.django_db


def test_within_ten_minutes_the_credit_goes_back_and_can_be_deposited_again() -> None:
    done = completed()
    view, mine = proposed(done), acting(done.person)
    credit_bank.deposit_credit(actor=mine, proposal_uuid=view.uuid, now=done.now)
    soon = done.now + timedelta(minutes=9, seconds=59)
    for _ in range(2):
        answer = credit_bank.take_back_deposit(actor=mine, proposal_uuid=view.uuid, now=soon)
    assert (answer.state, answer.transfer_id, held_by(done)) == ("proposed", None, 0)
    credit_bank.deposit_credit(actor=mine, proposal_uuid=view.uuid, now=soon)
    assert held_by(done) == 50
    lines = history_of("CREDIT.community", f"person:{done.person.pk}:available", 10)
    assert [line.amount for line in lines] == [50, -50, 50]
    assert Certificate.objects.within(EVERYTHING).count() == 1


def test_after_ten_minutes_it_stays() -> None:
    done = completed()
    view, mine = proposed(done), acting(done.person)
    credit_bank.deposit_credit(actor=mine, proposal_uuid=view.uuid, now=done.now)
    with pytest.raises(UndoOver):
        credit_bank.take_back_deposit(actor=mine, proposal_uuid=view.uuid, now=done.now + timedelta(minutes=10))
    assert held_by(done) == 50
    assert CreditProposal.objects.within(EVERYTHING).get().state == "deposited"


def test_a_stranger_takes_nothing_back() -> None:
    done = completed()
    view = proposed(done)
    credit_bank.deposit_credit(actor=acting(done.person), proposal_uuid=view.uuid, now=done.now)
    with pytest.raises(NotYours):
        credit_bank.take_back_deposit(actor=acting(done.room.world.rider), proposal_uuid=view.uuid, now=done.now)
    assert held_by(done) == 50
