from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.domains.credits.accounts.test_deposit_credit import held_by, proposed
from tests.domains.credits.claiming import accepted, judged, reviewers
from tests.domains.credits.completed import EVERYTHING, completed
from tests.domains.credits.converting import UNIT, a_story
from tests.domains.credits.revoking import WHY, asked, first_officer, revoked, second_officer
from tests.worlds.small_county import COUNTY, acting, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.conversions import OutcomeNotUsable, RecognitionGone
from xueqiao.domains.credits.errors.corrections import AnotherMustRevoke, RevocationUnknown
from xueqiao.domains.credits.errors.deposits import UndoOver
from xueqiao.domains.credits.models import Claim, RecognitionRevocation
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.ledger.api import balance_of, get_transfer
from xueqiao.foundation.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db


def granted() -> int:
    return -balance_of(UNIT, "issuer:outside:granted").posted


def parts(view: credit_bank.RevocationView) -> tuple[int, int, int]:
    return view.expired_hundredths, view.available_hundredths, view.deficit_hundredths


def test_what_is_available_goes_back_and_the_history_stays() -> None:
    story = a_story()
    claim = Claim.objects.within(EVERYTHING).get(outcome__title="面点")
    view = revoked(story, "面点")
    assert (view.state, parts(view), story.held.available, story.deficit) == ("done", (0, 250, 0), 300, 0)
    assert granted() == 300
    again = Claim.objects.within(EVERYTHING).get(pk=claim.pk)
    assert (again.state, again.amount_hundredths, again.transfer_id) == ("recognised", 250, claim.transfer_id)
    assert get_transfer(claim.transfer_id).state == "posted"
    assert OutboxEvent.objects.filter(name="credits.RecognitionRevoked").count() == 1
    assert [use.title for use in story.plan().uses] == ["茶艺"]
    with pytest.raises(OutcomeNotUsable):
        story.reserve(plan={f"o{claim.outcome_id}": ("第 12 条", 200)})


def test_what_was_spent_is_a_deficit_that_later_credit_fills_first() -> None:
    story = a_story()
    conversion = story.confirm(story.reserve())
    view = revoked(story, "面点")
    assert (parts(view), story.held.available, story.deficit) == ((0, 0, 250), 0, 250)
    assert credit_bank.access_conversion(actor=story.learner, conversion_uuid=conversion.uuid).state == "converted"
    judged(accepted(story.world, title="插花"), reviewers(), [True] * 3, story.world)
    assert (story.held.available, story.deficit) == (50, 0), "2.5 and the hours kept are 3, of which 2.5 fill it"


def test_a_reversal_fills_the_deficit_too_and_the_balance_is_never_below_zero() -> None:
    story = a_story()
    conversion = story.confirm(story.reserve())
    revoked(story, "面点")
    story.reverse(conversion)
    assert (story.held.available, story.deficit, story.used(conversion)) == (300, 0, 0)
    assert granted() == 300


def test_during_a_hold_the_rest_is_a_deficit_the_school_cannot_confirm_and_what_comes_back_fills_it() -> None:
    story = a_story()
    conversion = story.reserve()
    view = revoked(story, "茶艺")
    assert (parts(view), story.held.available, story.deficit) == ((0, 0, 300), 0, 300)
    with pytest.raises(RecognitionGone):
        story.confirm(conversion)
    story.refuse(conversion)
    assert (story.held.available, story.held.held_out, story.deficit) == (250, 0, 0)


def test_it_needs_a_second_officer_and_twice_is_once() -> None:
    story = a_story()
    view = asked(story, "面点")
    with pytest.raises(AnotherMustRevoke):
        credit_bank.revoke_recognition(actor=first_officer(story), revocation_uuid=view.uuid, now=story.now)
    second = second_officer()
    with pytest.raises(RevocationUnknown):
        credit_bank.revoke_recognition(actor=second, revocation_uuid=uuid4(), now=story.now)
    for _ in range(2):
        credit_bank.revoke_recognition(actor=second, revocation_uuid=view.uuid, now=story.now)
    assert (story.held.available, OutboxEvent.objects.filter(name="credits.RecognitionRevoked").count()) == (300, 1)
    row = RecognitionRevocation.objects.within(EVERYTHING)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(decided_by_id=story.world.officer.pk)


def test_a_deposit_is_revoked_and_can_neither_be_taken_back_nor_deposited_again() -> None:
    done = completed(session_count=8)
    view, mine = proposed(done), acting(done.person)
    credit_bank.deposit_credit(actor=mine, proposal_uuid=view.uuid, now=done.now)
    officer = on_duty(done.room.world.officer, "county_officer", COUNTY)
    wish = credit_bank.ask_recognition_revocation(actor=officer, recognition_uuid=view.uuid, now=done.now, **WHY)
    told = credit_bank.revoke_recognition(actor=second_officer(), revocation_uuid=wish.uuid, now=done.now)
    assert (parts(told), held_by(done)) == ((0, 50, 0), 0)
    with pytest.raises(UndoOver):
        credit_bank.take_back_deposit(actor=mine, proposal_uuid=view.uuid, now=done.now)
    credit_bank.deposit_credit(actor=mine, proposal_uuid=view.uuid, now=done.now)
    assert held_by(done) == 0


def test_a_deposit_that_filled_a_deficit_opens_it_again_when_it_is_taken_back() -> None:
    done = completed(session_count=8)
    view, mine = proposed(done), acting(done.person)
    account = f"person:{done.person.pk}:revoked_deficit"
    ledger.open_account(UNIT, account, may_go_negative=True)
    ledger.post_transfer(
        unit=UNIT, postings=[ledger.Posting(account, "issuer:outside:granted", 30)], key="revoked", now=done.now
    )
    credit_bank.deposit_credit(actor=mine, proposal_uuid=view.uuid, now=done.now)
    assert (held_by(done), balance_of(UNIT, account).posted) == (20, 0)
    credit_bank.take_back_deposit(actor=mine, proposal_uuid=view.uuid, now=done.now)
    assert (held_by(done), balance_of(UNIT, account).posted) == (0, -30)


def test_history_worked_out_again_knows_what_stood_on_each_day() -> None:
    story = a_story()
    story.now = story.now.replace(minute=20)
    revoked(story, "面点")
    story.now = story.now.replace(minute=30)
    judged(accepted(story.world, title="插花"), reviewers(), [True] * 3, story.world)
    assert credit_bank.replay_recognitions().is_sound
