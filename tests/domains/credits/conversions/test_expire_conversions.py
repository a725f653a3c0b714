from datetime import timedelta

import pytest

from tests.domains.credits.completed import EVERYTHING
from tests.domains.credits.converting import a_story
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import Conversion
from xueqiao.foundation.ledger.api import expire_held
from xueqiao.foundation.parameters.models import Parameter

pytestmark = pytest.mark.django_db


def states() -> list[str]:
    return list(Conversion.objects.within(EVERYTHING).order_by("pk").values_list("state", flat=True))


def test_what_no_school_answered_goes_back_on_the_last_moment_and_not_before() -> None:
    story = a_story()
    view = story.reserve()
    assert credit_bank.expire_conversions(now=view.expires_at - timedelta(seconds=1)) == 0
    assert credit_bank.expire_conversions(now=view.expires_at) == 1
    assert (states(), story.held.available) == (["expired"], 550)
    assert credit_bank.expire_conversions(now=view.expires_at) == 0


def test_a_hold_that_the_ledgers_own_sweep_gave_back_ends_its_conversion_too() -> None:
    story = a_story()
    view = story.reserve()
    assert len(expire_held(now=view.expires_at)) == 1
    assert credit_bank.expire_conversions(now=view.expires_at) == 1
    assert (states(), story.held.available) == (["expired"], 550)


def test_what_was_answered_is_left_alone() -> None:
    story = a_story()
    confirmed = story.confirm(story.reserve("面点"))
    story.withdraw(story.reserve("茶艺"))
    assert credit_bank.expire_conversions(now=confirmed.expires_at) == 0
    assert states() == ["converted", "withdrawn"]


def test_the_days_are_a_parameter_of_the_place() -> None:
    story = a_story()
    Parameter.objects.create(
        name="credits.conversion_hold_days",
        region=320924000000,
        value=5,
        valid_from=story.now.date(),
        source="县文件",
        recorded_at=story.now,
    )
    assert story.reserve().expires_at == story.now + timedelta(days=5)
