from datetime import timedelta
from uuid import uuid4

import pytest

from tests.domains.credits.accounts.test_expire_credits import ANNOUNCED, DUE, gone
from tests.domains.credits.expiring import a_certified_story, available, expiry
from tests.domains.credits.revoking import first_officer, revoked
from tests.worlds.small_county import COUNTY, OTHER_COUNTY, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.conversions import ReasonNeeded
from xueqiao.domains.credits.errors.corrections import ExpiryUnknown, OwnCredit
from xueqiao.foundation.ledger.api import get_transfer
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def test_what_expired_comes_back_by_a_new_transfer_and_never_expires_again() -> None:
    story = a_certified_story()
    credit_bank.announce_credit_expiry(now=ANNOUNCED)
    credit_bank.expire_credits(now=DUE)
    restore = {"actor": first_officer(story), "expiry_uuid": expiry().uuid, "words": "证书已经续期", "now": DUE}
    for _ in range(2):
        view = credit_bank.restore_expired_credit(**restore)
    assert (view.state, available(story), gone()) == ("restored", 300, 0)
    assert get_transfer(expiry().restore_transfer_id).memo["of_transfer"] == expiry().transfer_id
    later = DUE + timedelta(days=400)
    assert (credit_bank.announce_credit_expiry(now=later), credit_bank.expire_credits(now=later)) == (0, 0)


def test_what_was_only_announced_can_be_kept() -> None:
    story = a_certified_story()
    credit_bank.announce_credit_expiry(now=ANNOUNCED)
    credit_bank.restore_expired_credit(
        actor=first_officer(story), expiry_uuid=expiry().uuid, words="证书已经续期", now=ANNOUNCED
    )
    assert (credit_bank.expire_credits(now=DUE), available(story)) == (0, 300)


def test_what_was_revoked_after_it_expired_stays_with_its_issuer() -> None:
    story = a_certified_story()
    credit_bank.announce_credit_expiry(now=ANNOUNCED)
    credit_bank.expire_credits(now=DUE)
    revoked(story, "电工证")
    credit_bank.restore_expired_credit(
        actor=first_officer(story), expiry_uuid=expiry().uuid, words="证书已经续期", now=DUE
    )
    assert (available(story), gone()) == (0, 0)


def test_who_may_not_restore() -> None:
    story = a_certified_story()
    credit_bank.announce_credit_expiry(now=ANNOUNCED)
    world = story.world
    for actor, uuid, words, reason in (
        (story.learner, expiry().uuid, "理由", NotAllowed),
        (on_duty(world.other_officer, "county_officer", OTHER_COUNTY), expiry().uuid, "理由", NotAllowed),
        (on_duty(world.elder, "county_officer", COUNTY), expiry().uuid, "理由", OwnCredit),
        (first_officer(story), expiry().uuid, " ", ReasonNeeded),
        (first_officer(story), uuid4(), "理由", ExpiryUnknown),
    ):
        with pytest.raises(reason):
            credit_bank.restore_expired_credit(actor=actor, expiry_uuid=uuid, words=words, now=ANNOUNCED)
    assert expiry().state == "announced"
