from datetime import timedelta

import pytest

from tests.domains.demand.ordering import names_of, ordering, people_named
from tests.domains.enrolment.listing import lists
from tests.worlds.small_county import add_person
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.demand import api as demand
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.clock import at_local

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(deliver_due):
    case = ordering()
    case.deliver = deliver_due
    return case


def named(case, key):
    order, (run, sessions, _) = case.accepted(request_key=key), case.run()
    demand.name_learners(
        actor=case.member, order_uuid=order.uuid, lines=people_named(add_person("绣花的人")), now=case.now
    )
    case.give(order, run)
    return order, run, sessions


def test_the_last_meeting_deletes_the_names_and_leaves_the_others(case):
    order, run, sessions = named(case, "one")
    other, _, _ = named(case, "two")
    for session in sessions:
        assert names_of(order) == ["绣花的人"]
        classes.mark_session_held(actor=case.clerk, session_id=session.pk, now=session.ends_at)
        case.deliver(session.ends_at)
    assert case.fresh(order).state == "done"
    assert names_of(order) == []
    assert names_of(other) == ["绣花的人"]
    assert len(lists()[1]) == 1
    assert enrolment.host_of_class(run.pk) == case.firm.name
    assert AuditEntry.objects.get(verb="forget_list").detail == {"deleted": 1}


def test_the_job_finds_the_list_of_a_cancelled_class(case):
    order, run, _ = named(case, "one")
    other, _, _ = named(case, "two")
    assert demand.forget_named_learners(now=case.now) == 0
    ClassRun.objects.filter(pk=run.pk).update(state="cancelled")
    assert [demand.forget_named_learners(now=case.now) for _ in range(2)] == [1, 0]
    assert (names_of(order), names_of(other)) == ([], ["绣花的人"])
    assert len(lists()[1]) == 1


def test_the_names_of_an_order_that_never_got_a_class_go_after_its_time(case):
    order = case.accepted()
    demand.name_learners(
        actor=case.member, order_uuid=order.uuid, lines=people_named(add_person("绣花的人")), now=case.now
    )
    kept = order.wish_from + timedelta(days=180)
    assert demand.forget_named_learners(now=at_local(kept, 3)) == 0
    assert demand.forget_named_learners(now=at_local(kept + timedelta(days=1), 3)) == 1
    assert names_of(order) == []
