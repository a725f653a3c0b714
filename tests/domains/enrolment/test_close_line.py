import pytest

from tests.domains.enrolment.lines import FullClass
from xueqiao.domains.enrolment.actions.close_line import close_line

pytestmark = pytest.mark.django_db


def test_nobody_waits_for_a_class_that_is_not_given():
    case = FullClass()
    offered, waiting = case.join(case.person("候补一")), case.join(case.person("候补二"))
    case.withdraw()
    case.walk()
    assert close_line(run_id=case.run.pk, reason="class_cancelled", now=case.now) == 2
    assert {case.entry(offered).state, case.entry(waiting).state} == {"closed"}
    assert [offer.state for offer in case.offers()] == ["cancelled"]
    assert case.pool() == (0, 1, 0, 0)
    assert close_line(run_id=case.run.pk, reason="class_cancelled", now=case.now) == 0
