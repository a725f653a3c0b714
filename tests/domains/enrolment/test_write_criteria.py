import pytest

from tests.domains.enrolment.interviewing import CRITERIA, Choir
from tests.worlds import rounds
from tests.worlds.small_county import COUNTY, acting, on_duty
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.interviews import BadCriteria, CriteriaFixed, CriteriaMissing, NotAnInterview
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def write(choir, criteria=CRITERIA, actor=None):
    return enrolment.write_criteria(actor=actor or choir.planner, code=choir.code, criteria=criteria, now=choir.earlier)


def test_criteria_are_written_before_the_round_opens_and_public_with_it():
    choir = Choir(is_open=False, with_criteria=False)
    assert [(each.number, each.name, each.points_max) for each in write(choir)] == [(1, "音准", 30), (2, "合作", 20)]
    write(choir, CRITERIA[:1])
    opened = choir.open()
    assert [each.name for each in enrolment.criteria_of(opened.id)] == ["音准"]
    assert opened.rules["interview_pass_percent"] == 60
    assert "enrolment.interview_pass_percent" in opened.rules["sources"]


def test_without_criteria_the_round_does_not_open():
    choir = Choir(is_open=False, with_criteria=False)
    with pytest.raises(CriteriaMissing):
        choir.open()
    write(choir)
    assert choir.open().state == "open"


def test_from_the_opening_on_they_are_fixed():
    choir = Choir()
    with pytest.raises(CriteriaFixed):
        write(choir, CRITERIA[:1])
    assert len(enrolment.criteria_of(enrolment.get_round(choir.code, now=choir.now).id)) == 2


@pytest.mark.parametrize(
    "criteria",
    [
        [],
        [enrolment.CriterionPlan("音准", "好", 30)],
        [enrolment.CriterionPlan("音准", "音准、节奏都很稳", 0)],
        [CRITERIA[0], CRITERIA[0]],
        [enrolment.CriterionPlan(f"第{n}", "音准、节奏都很稳", 5) for n in range(9)],
    ],
)
def test_what_is_not_written_out_is_refused(criteria):
    choir = Choir(is_open=False)
    with pytest.raises(BadCriteria):
        write(choir, criteria)
    assert (
        len(enrolment.criteria_of(enrolment.access_round(actor=choir.planner, code=choir.code, now=choir.now).id)) == 2
    )


def test_only_for_interviews_and_only_by_staff():
    choir = Choir(is_open=False)
    with pytest.raises(NotAllowed):
        write(choir, actor=acting(choir.world.rider))
    drawn = list(rounds.drawn_classes(choir.world))
    planned = enrolment.plan_round(
        actor=on_duty(choir.world.officer, "county_officer", COUNTY),
        plan=rounds.a_plan(choir.world, drawn),
        now=choir.earlier,
    )
    with pytest.raises(NotAnInterview):
        enrolment.write_criteria(actor=choir.planner, code=planned.code, criteria=CRITERIA, now=choir.earlier)
