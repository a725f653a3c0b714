from datetime import date, timedelta

import pytest

from tests.domains.credits.completed import EVERYTHING
from tests.domains.credits.converting import a_story
from tests.domains.credits.expiring import a_certified_story, expiry
from tests.domains.credits.revoking import revoked
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.people.models import Notice
from xueqiao.foundation.clock import at_local

pytestmark = pytest.mark.django_db
FIRST_DAY = at_local(date(2026, 4, 3), 9)  # 90 days before 2 July


def test_ninety_days_before_the_first_day_it_may_be_gone_and_not_earlier() -> None:
    a_certified_story()
    assert credit_bank.announce_credit_expiry(now=FIRST_DAY - timedelta(days=1)) == 0
    assert credit_bank.announce_credit_expiry(now=FIRST_DAY) == 1
    assert (expiry().due_on, expiry().state) == (date(2026, 7, 2), "announced")
    told = Notice.objects.within(EVERYTHING).filter(template="credit_expiring")
    assert {"《电工证》认定的 3 学分" in notice.text for notice in told} == {True}
    assert told.count() == 2, "she and her daughter"


def test_each_once() -> None:
    a_certified_story()
    assert [credit_bank.announce_credit_expiry(now=FIRST_DAY) for _ in range(2)] == [1, 0]


def test_who_is_told_late_has_as_many_days_all_the_same() -> None:
    a_certified_story()
    credit_bank.announce_credit_expiry(now=at_local(date(2026, 6, 30), 9))
    assert expiry().due_on == date(2026, 9, 28)


def test_community_credit_has_no_end() -> None:
    a_story()
    assert credit_bank.announce_credit_expiry(now=FIRST_DAY.replace(year=2060)) == 0


def test_used_credit_is_not_announced_until_it_comes_back() -> None:
    story = a_certified_story()
    view = story.confirm(story.reserve())
    assert credit_bank.announce_credit_expiry(now=FIRST_DAY) == 0
    story.reverse(view)
    assert credit_bank.announce_credit_expiry(now=FIRST_DAY) == 1


def test_revoked_credit_is_not_announced() -> None:
    story = a_certified_story()
    revoked(story, "电工证")
    assert credit_bank.announce_credit_expiry(now=FIRST_DAY) == 0
