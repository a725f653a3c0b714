import pytest

from tests.domains.demand.ordering import demand_trace, names_of, ordering, people_named
from tests.domains.enrolment.listing import hold, lists
from tests.worlds.small_county import acting, add_person
from xueqiao.domains.demand import api as demand
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.lists import ListedHasSeat, NotOnTheList

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    case = ordering()
    case.learners = [add_person("绣花的人"), add_person("熨烫的人")]
    case.named = case.accepted()
    demand.name_learners(
        actor=case.member, order_uuid=case.named.uuid, lines=people_named(*case.learners), now=case.now
    )
    return case


def rows(case):
    return demand.access_named_learners(actor=case.member, order_uuid=case.named.uuid, now=case.now).learners


def take_off(case, learner_id, actor=None, now=None):
    demand.unname_learner(
        actor=actor or case.member, order_uuid=case.named.uuid, learner_id=learner_id, now=now or case.now
    )


def test_who_does_not_come_is_deleted_here_and_at_the_class(case):
    run, _, _ = case.run()
    case.give(case.named, run)
    first, second = rows(case)
    take_off(case, second.id)
    assert names_of(case.named) == [first.name]
    assert len(lists()[1]) == 1
    with pytest.raises(NotOnTheList):
        hold(case.world, run, case.learners[1])
    with pytest.raises(demand.NamedLearnerNotFound):
        take_off(case, second.id)


def test_who_has_a_seat_stays_until_she_gives_it_back(case):
    run, sessions, _ = case.run()
    case.give(case.named, run)
    place = hold(case.world, run, case.learners[0])
    before = demand_trace(), lists()
    with pytest.raises(ListedHasSeat):
        take_off(case, rows(case)[0].id)
    with pytest.raises(demand.LearnerListShut):
        take_off(case, rows(case)[1].id, now=sessions[0].starts_at)
    assert (demand_trace(), lists()) == before
    enrolment.release_hold(actor=acting(case.learners[0]), place_uuid=place.uuid, now=case.now)
    take_off(case, rows(case)[0].id)
    assert names_of(case.named) == ["熨烫的人"]


def test_another_firms_list_is_out_of_reach(case):
    other = case.accepted(request_key="form 2")
    before = demand_trace()
    with pytest.raises(demand.OrderNotFound):
        take_off(case, rows(case)[0].id, actor=acting(case.world.elder))
    with pytest.raises(demand.NamedLearnerNotFound):
        demand.unname_learner(actor=case.member, order_uuid=other.uuid, learner_id=rows(case)[0].id, now=case.now)
    assert demand_trace() == before
