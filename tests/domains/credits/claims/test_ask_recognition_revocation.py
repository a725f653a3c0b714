from uuid import uuid4

import pytest

from tests.domains.credits.accounts.test_deposit_credit import proposed
from tests.domains.credits.completed import EVERYTHING, completed
from tests.domains.credits.converting import a_story
from tests.domains.credits.revoking import WHY, asked, claim_uuid, first_officer, second_officer
from tests.worlds.small_county import COUNTY, HEDE, OTHER_COUNTY, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.certificates import UnknownRevokeReason
from xueqiao.domains.credits.errors.corrections import NothingToRevoke, OwnCredit, RecognitionUnknown, RevocationAsked
from xueqiao.domains.credits.errors.standing import WordsMissing
from xueqiao.domains.credits.models import RecognitionRevocation
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def test_a_request_waits_for_another_officer_and_moves_nothing() -> None:
    story = a_story()
    view = asked(story, "面点")
    assert (view.state, view.amount_hundredths, story.held.available) == ("asked", 250, 550)
    assert [each.uuid for each in credit_bank.access_recognition_revocations(actor=second_officer())] == [view.uuid]
    other = on_duty(story.world.other_officer, "county_officer", OTHER_COUNTY)
    assert credit_bank.access_recognition_revocations(actor=other) == ()
    with pytest.raises(RevocationAsked):
        asked(story, "面点")
    assert RecognitionRevocation.objects.within(EVERYTHING).count() == 1


def test_who_may_not_ask_and_what_for() -> None:
    story = a_story()
    world, ask = story.world, {"recognition_uuid": claim_uuid("面点"), "now": story.now}
    for actor, reason in (
        (story.learner, NotAllowed),
        (on_duty(world.clerk, "centre_clerk", HEDE), NotAllowed),
        (on_duty(world.other_officer, "county_officer", OTHER_COUNTY), NotAllowed),
        (on_duty(world.elder, "county_officer", COUNTY), OwnCredit),
        (on_duty(world.daughter, "county_officer", COUNTY), OwnCredit),
    ):
        with pytest.raises(reason):
            credit_bank.ask_recognition_revocation(actor=actor, **ask, **WHY)
    officer = first_officer(story)
    with pytest.raises(RecognitionUnknown):
        credit_bank.ask_recognition_revocation(actor=officer, **(ask | {"recognition_uuid": uuid4()}), **WHY)
    with pytest.raises(UnknownRevokeReason):
        credit_bank.ask_recognition_revocation(actor=officer, **ask, reason="because", words="x")
    with pytest.raises(WordsMissing):
        credit_bank.ask_recognition_revocation(actor=officer, **ask, reason="fraud", words=" ")
    assert not RecognitionRevocation.objects.within(EVERYTHING).exists()


def test_what_was_never_deposited_is_not_revoked() -> None:
    done = completed()
    view = proposed(done)
    officer = on_duty(done.room.world.officer, "county_officer", COUNTY)
    with pytest.raises(NothingToRevoke):
        credit_bank.ask_recognition_revocation(actor=officer, recognition_uuid=view.uuid, now=done.now, **WHY)
