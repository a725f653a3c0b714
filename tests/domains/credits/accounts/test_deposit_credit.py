from datetime import timedelta
from uuid import uuid4

import pytest

from tests.domains.credits.completed import EVERYTHING, SYSTEM, Completed, completed, completion_of
from tests.worlds.small_county import acting, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.deposits import AccountFrozen, NothingToDeposit, NotYours, ProposalUnknown
from xueqiao.domains.credits.models import Certificate, CreditAccount, CreditProposal
from xueqiao.domains.credits.values.deposits import ProposalView
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.ledger.api import balance_of, get_transfer
from xueqiao.foundation.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db
UNIT = "CREDIT.community"


def proposed(done: Completed) -> ProposalView:
    return credit_bank.propose_credit(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)


def held_by(done: Completed) -> int:
    return balance_of(UNIT, f"person:{done.person.pk}:available").available


def test_one_press_moves_the_credit_on_the_ledger_and_signs_the_certificate() -> None:
    done = completed(session_count=8)
    view = proposed(done)
    answer = credit_bank.deposit_credit(actor=acting(done.person), proposal_uuid=view.uuid, now=done.now)
    assert (answer.state, held_by(done)) == ("deposited", 50)
    assert answer.undo_until == done.now + timedelta(minutes=10)
    issuer = balance_of(UNIT, f"issuer:{done.room.run.institution_id}:granted")
    assert issuer.available == -50
    transfer = get_transfer(answer.transfer_id)
    assert transfer.memo["completion"] == done.completion.pk
    assert transfer.memo["decided_by"] == done.person.pk
    assert transfer.memo["rule"] == "社区教育学分认定规则（默认稿）"
    assert Certificate.objects.within(EVERYTHING).get().completion_id == done.completion.pk
    assert OutboxEvent.objects.filter(name="credits.CreditDeposited").count() == 1


def test_pressed_twice_it_is_one_deposit() -> None:
    done = completed(session_count=8)
    view = proposed(done)
    for _ in range(2):
        answer = credit_bank.deposit_credit(actor=acting(done.person), proposal_uuid=view.uuid, now=done.now)
    assert (answer.state, held_by(done)) == ("deposited", 50)
    assert AuditEntry.objects.filter(verb="deposit_credit").count() == 1
    assert Certificate.objects.within(EVERYTHING).count() == 1


def test_a_daughter_deposits_for_her_mother_and_the_deed_says_so() -> None:
    done = completed(session_count=8)
    world = done.room.world
    daughter = acting(world.daughter, acts_for=(world.elder,))
    credit_bank.deposit_credit(actor=daughter, proposal_uuid=proposed(done).uuid, now=done.now)
    deed = AuditEntry.objects.get(verb="deposit_credit")
    assert (deed.actor_person_id, deed.acting_for_id) == (world.daughter.pk, world.elder.pk)


def test_nobody_else_deposits_and_nothing_moves() -> None:
    done = completed(session_count=8)
    world, view = done.room.world, proposed(done)
    for stranger in (acting(world.rider), on_duty(world.other_officer, "county_officer", 320509000000)):
        with pytest.raises(NotYours):
            credit_bank.deposit_credit(actor=stranger, proposal_uuid=view.uuid, now=done.now)
    with pytest.raises(ProposalUnknown):
        credit_bank.deposit_credit(actor=acting(done.person), proposal_uuid=uuid4(), now=done.now)
    assert held_by(done) == 0
    assert CreditProposal.objects.within(EVERYTHING).get().state == "proposed"


def test_kept_hours_alone_cannot_be_deposited() -> None:
    done = completed(session_count=1)
    completion_of(done, 300)
    with pytest.raises(NothingToDeposit):
        credit_bank.deposit_credit(actor=acting(done.person), proposal_uuid=proposed(done).uuid, now=done.now)
    assert held_by(done) == 0


def test_a_frozen_account_takes_nothing() -> None:
    done = completed(session_count=8)
    view = proposed(done)
    CreditAccount.objects.within(EVERYTHING).update(frozen_at=done.now)
    with pytest.raises(AccountFrozen):
        credit_bank.deposit_credit(actor=acting(done.person), proposal_uuid=view.uuid, now=done.now)
    assert held_by(done) == 0
    assert not Certificate.objects.within(EVERYTHING).exists()


def test_the_passport_shows_total_stamp_and_what_is_kept() -> None:
    done = completed(session_count=8)
    view = proposed(done)
    mine = acting(done.person)
    before = credit_bank.passport_of(actor=mine, person_id=done.person.pk, now=done.now)
    assert (before.total_hundredths, len(before.proposals), before.years) == (0, 1, ())
    credit_bank.deposit_credit(actor=mine, proposal_uuid=view.uuid, now=done.now)
    after = credit_bank.passport_of(actor=mine, person_id=done.person.pk, now=done.now)
    assert (after.total_text, after.kept_hours_text, after.proposals) == ("0.5", "4", ())
    assert [(year.year, year.amount_text, len(year.stamps)) for year in after.years] == [(2026, "0.5", 1)]
    assert len(after.certificates) == 1
    assert after.completions_without_certificate == ()


def test_a_passport_is_read_in_few_queries(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    done = completed(session_count=8)
    credit_bank.deposit_credit(actor=acting(done.person), proposal_uuid=proposed(done).uuid, now=done.now)
    with django_assert_max_num_queries(9):
        credit_bank.passport_of(actor=acting(done.person), person_id=done.person.pk, now=done.now)
