from datetime import date, timedelta

import pytest

from tests.domains.credits.expiring import UNIT, a_certified_story, available, expiry
from tests.domains.credits.revoking import revoked
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.conversions import OutcomeNotUsable
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.ledger.api import balance_of, get_transfer

pytestmark = pytest.mark.django_db
ANNOUNCED, DUE = at_local(date(2026, 4, 3), 9), at_local(date(2026, 7, 2), 3)


def gone() -> int:
    return balance_of(UNIT, "expired").posted


def test_nothing_expires_that_was_not_announced() -> None:
    story = a_certified_story()
    assert credit_bank.expire_credits(now=DUE + timedelta(days=1000)) == 0
    assert (available(story), gone()) == (300, 0)


def test_what_was_announced_goes_on_its_day_as_an_entry_that_names_the_notice() -> None:
    story = a_certified_story()
    plan = story.part()
    credit_bank.announce_credit_expiry(now=ANNOUNCED)
    assert credit_bank.expire_credits(now=DUE - timedelta(days=1)) == 0
    assert credit_bank.expire_credits(now=DUE) == 1
    assert credit_bank.expire_credits(now=DUE) == 0
    assert (available(story), gone(), expiry().state) == (0, 300, "expired")
    assert get_transfer(expiry().transfer_id).memo["announced_at"] == expiry().announced_at.isoformat()
    assert AuditEntry.objects.filter(verb="expire_credits").count() == 1
    with pytest.raises(OutcomeNotUsable):
        story.reserve(plan=plan)


def test_what_a_conversion_uses_does_not_expire_and_goes_when_it_comes_back() -> None:
    story = a_certified_story()
    credit_bank.announce_credit_expiry(now=ANNOUNCED)
    view = story.reserve()
    assert credit_bank.expire_credits(now=DUE) == 0
    story.withdraw(view)
    assert credit_bank.expire_credits(now=DUE) == 1
    assert (available(story), gone()) == (0, 300)


def test_what_was_revoked_does_not_expire_and_what_expired_can_be_revoked() -> None:
    story = a_certified_story()
    credit_bank.announce_credit_expiry(now=ANNOUNCED)
    credit_bank.expire_credits(now=DUE)
    view = revoked(story, "电工证")
    assert (view.expired_hundredths, view.available_hundredths, view.deficit_hundredths) == (300, 0, 0)
    assert (gone(), balance_of(UNIT, "issuer:outside:granted").posted) == (0, 0)


def test_revoked_before_its_day_it_is_gone_already() -> None:
    story = a_certified_story()
    credit_bank.announce_credit_expiry(now=ANNOUNCED)
    revoked(story, "电工证")
    assert credit_bank.expire_credits(now=DUE) == 0
    assert (available(story), gone()) == (0, 0)
