import pytest

from tests.domains.enrolment.merging import ALL, PRICE, merging
from tests.domains.payments.paying import books
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import GroupDecision
from xueqiao.domains.people.models import Notice

pytestmark = pytest.mark.django_db


def test_who_has_not_answered_in_time_gets_everything_back(deliver_due):
    case = merging(deliver_due)
    case.ask()
    case.answer(case.world.elder, agrees=True)
    assert enrolment.finish_mergers(now=case.world.now) == 0
    assert enrolment.finish_mergers(now=case.until) == 1
    deliver_due(case.until)
    assert ClassRun.objects.get(pk=case.run.pk).state == "cancelled"
    assert (case.place_of(case.world.rider).state, case.paid.fresh().refunded_fen, books()) == ("removed", PRICE, {})
    assert (case.place_of(case.world.elder).state, case.pools()) == ("confirmed", [(0, 0, 0), (10, 0, 1)])
    notice = Notice.objects.within(ALL).get(recipient=case.world.rider, template="class_cancelled")
    assert "300 元原路退回" in notice.text and "古筝乙班" in notice.text
    assert case.asked(case.world.rider).state == "lapsed"
    assert enrolment.finish_mergers(now=case.until) == 0


def test_when_all_have_answered_the_class_ends_at_once(deliver_due):
    case = merging(deliver_due)
    case.ask()
    case.answer(case.world.elder, agrees=True)
    case.answer(case.world.rider, agrees=False)
    assert enrolment.finish_mergers(now=case.world.now) == 1
    deliver_due(case.world.now)
    assert ClassRun.objects.get(pk=case.run.pk).state == "cancelled"
    assert GroupDecision.objects.get(run=case.run).finished_at == case.world.now
    assert case.paid.fresh().refunded_fen == PRICE


def test_the_sweep_of_holds_and_the_end_of_the_merger_may_come_in_any_order(deliver_due):
    case = merging(deliver_due)
    case.ask()
    assert enrolment.expire_holds(now=case.until) == 2
    enrolment.finish_mergers(now=case.until)
    deliver_due(case.until)
    assert case.pools() == [(0, 0, 0), (10, 0, 0)]
