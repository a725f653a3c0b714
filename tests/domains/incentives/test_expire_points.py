from datetime import date

import pytest

from tests.domains.incentives.pointing import ALL, balance, pointing, trace
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.people.models import Notice
from xueqiao.foundation.clock import at_local

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    made = pointing()
    made.give(150, year=2025)
    made.give(500)
    return made


def on(year, month, day):
    return incentives.expire_points(now=at_local(date(year, month, day), 9, 30))


def test_nothing_runs_out_without_notice_and_then_only_what_is_old(case):
    assert on(2026, 2, 28) == (0, 0)
    assert on(2026, 3, 1) == (1, 0)
    notice = Notice.objects.within(ALL).filter(template="points_expiring", recipient=case.elder).get()
    assert "2025" in notice.text
    assert "3 月 31 日" in notice.text
    assert on(2026, 3, 31) == (0, 0)
    assert on(2026, 4, 1) == (0, 1)
    assert [(each.year, each.available) for each in case.points().years] == [(2026, 500)]
    assert balance("expired:2025") == 150
    assert "expire" in [entry.deed for entry in case.points().history]


def test_a_late_notice_keeps_them_longer(case):
    assert on(2026, 5, 10) == (1, 0)
    assert on(2026, 6, 9) == (0, 0)
    assert on(2026, 6, 10) == (0, 1)


def test_run_twice_it_changes_nothing(case):
    on(2026, 3, 1)
    before = trace()
    assert on(2026, 3, 1) == (0, 0)
    assert trace() == before
    on(2026, 4, 1)
    before = trace()
    assert on(2026, 4, 1) == (0, 0)
    assert trace() == before


def test_what_is_set_aside_is_kept_and_runs_out_when_it_comes_back(case):
    slip = case.reserve(case.reward(price_hundredths=100))
    on(2026, 3, 1)
    assert on(2026, 4, 1) == (0, 1)
    assert balance("expired:2025") == 50
    incentives.take_back_reward(actor=case.me, redemption_uuid=slip.uuid, now=case.now)
    assert on(2026, 4, 2) == (0, 1)
    assert balance("expired:2025") == 150


def test_a_county_may_keep_them_longer(case):
    case.set("points_keep_months", 15)
    assert on(2026, 4, 1) == (0, 0)
    assert on(2027, 3, 1)[0] == 1
