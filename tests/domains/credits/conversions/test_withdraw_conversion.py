from dataclasses import replace
from uuid import uuid4

import pytest

from tests.domains.credits.converting import a_story
from tests.worlds.small_county import acting
from xueqiao.domains.credits.errors.conversions import ConversionNotAtThisStep, ConversionUnknown
from xueqiao.domains.credits.errors.deposits import NotYours
from xueqiao.domains.credits.models import ConversionHold
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.ledger.api import get_transfer

pytestmark = pytest.mark.django_db


def test_what_is_withdrawn_is_free_at_once_and_the_hold_stays_in_the_history() -> None:
    story = a_story()
    view = story.reserve()
    assert story.withdraw(view).state == "withdrawn"
    assert (story.held.available, story.held.held_out, story.used(view)) == (550, 0, 0)
    assert get_transfer(ConversionHold.objects.get().transfer_id).state == "voided"


def test_twice_is_once() -> None:
    story = a_story()
    view = story.reserve()
    assert story.withdraw(view) == story.withdraw(view)
    assert AuditEntry.objects.filter(verb="withdraw_conversion").count() == 1


def test_after_the_school_has_answered_it_is_too_late() -> None:
    story = a_story()
    view = story.confirm(story.reserve())
    with pytest.raises(ConversionNotAtThisStep):
        story.withdraw(view)
    assert (story.held.posted, story.used(view)) == (0, 550)


def test_nobody_else_withdraws() -> None:
    story = a_story()
    view = story.reserve()
    with pytest.raises(NotYours):
        story.withdraw(view, acting(story.world.rider))
    with pytest.raises(NotYours):
        story.withdraw(view, story.clerk)
    with pytest.raises(ConversionUnknown):
        story.withdraw(replace(view, uuid=uuid4()))
    assert story.held.held_out == 550
