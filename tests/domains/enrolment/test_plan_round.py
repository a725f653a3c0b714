from datetime import timedelta

import pytest

from tests.domains.enrolment.rounds_and_entries import refused
from tests.worlds.rounds import OPENS, SOURCE_DUE, a_plan, drawn_classes
from tests.worlds.small_county import COUNTY, HEDE, LINHAI, OTHER_COUNTY, add_place, add_run, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.rounds import BadRoundPlan, RoundNotFound
from xueqiao.domains.enrolment.models import AdmissionRound, RoundRun, SeatQuota
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db
EARLIER = OPENS - timedelta(days=9)
Run, Quota = enrolment.RoundRunPlan, enrolment.QuotaPlan


@pytest.fixture
def world():
    return small_county()


@pytest.fixture
def runs(world):
    return list(drawn_classes(world))


def plan(world, runs, *, actor=None, now=EARLIER, **values):
    clerk = actor or on_duty(world.clerk, "centre_clerk", HEDE)
    return enrolment.plan_round(actor=clerk, plan=a_plan(world, runs, **values), now=now)


def test_a_clerk_writes_down_a_round_that_nobody_sees_yet(world, runs):
    drum, zither = runs
    quotas = (Quota("newcomer", 8), Quota("resident", 6))
    planned = plan(
        world, runs, run_plans=(Run(drum.code, 20, is_beginner=True, quotas=quotas), Run(zither.code, 12)), wishes_max=2
    )
    assert (planned.state, planned.mode, planned.wishes_max) == ("planned", "draw", 2)
    assert [(each.title, each.seats) for each in planned.runs] == [("腰鼓入门", 20), ("古筝入门", 12)]
    assert planned.runs[0].quotas == quotas
    assert planned.code.startswith("L")
    assert AuditEntry.objects.get(verb="plan_round").object_id == planned.id
    with pytest.raises(RoundNotFound):
        enrolment.get_round(planned.code, now=world.now)
    assert enrolment.public_rounds(region=COUNTY, now=world.now) == []
    assert enrolment.find_round_of_run(drum.pk, now=world.now) is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"wishes_close_at": OPENS + timedelta(days=2)}, "至少要 3 天"),
        ({"info_opens_at": OPENS - timedelta(days=6)}, "至少要公布 7 天"),
        ({"wishes_close_at": OPENS - timedelta(days=1)}, "先后"),
        ({"source_due_at": OPENS + timedelta(days=1)}, "先后"),
        ({"priority_opens_at": OPENS - timedelta(days=4)}, "优先期"),
        ({"mode": "priority_draw", "priority_opens_at": OPENS - timedelta(days=2)}, "至少要 3 天"),
        ({"offer_hours": 12}, "24 小时"),
        ({"leftovers_open_at": SOURCE_DUE + timedelta(hours=71)}, "确认期"),
        ({"wishes_max": 4}, "最多 3 个"),
        ({"group_size_max": 5}, "最多 4 位"),
        ({"source_name": " "}, "公开的随机数"),
        ({"source_kind": "hat"}, "公开的随机数"),
        ({"mode": "interview"}, "志愿数和一起报的人数都写 1"),
    ],
)
def test_windows_and_sources_out_of_order_are_refused(world, runs, values, words):
    if values.get("mode") == "priority_draw":
        runs = list(drawn_classes(world, admission="priority_draw"))
    assert words in refused(BadRoundPlan, plan, world, runs, **values).message


def test_a_window_that_is_over_is_refused(world, runs):
    assert "已经过了" in refused(BadRoundPlan, plan, world, runs, now=SOURCE_DUE).message


def test_classes_must_fit_the_round(world, runs):
    drum, _zither = runs
    first_come, _, _ = add_run(world, hour=11)
    too_soon, _, _ = add_run(world, hour=8, first_day=SOURCE_DUE.date(), admission="draw")
    cases = [
        ((), "至少选一个班"),
        ((Run(drum.code, 20), Run(drum.code, 10)), "只写一次"),
        ((Run("NO-SUCH", 20),), "没有找到"),
        ((Run(first_come.code, 20),), "招生方式"),
        ((Run(too_soon.code, 20),), "就开课了"),
        ((Run(drum.code, 21),), "20 个"),
        ((Run(drum.code, 20, quotas=(Quota("newcomer", 12), Quota("resident", 9))),), "比座位多"),
        ((Run(drum.code, 20, quotas=(Quota("friends", 2),)),), "名额"),
        ((Run(drum.code, 20, is_beginner=True, quotas=(Quota("newcomer", 7),)),), "至少留 8 个"),
        ((Run(drum.code, 20, quotas=(Quota("returning", 4),)),), "先照顾再抽签"),
        ((Run(drum.code, 20, continues=first_come.code, series_terms=2),), "先照顾再抽签"),
    ]
    for run_plans, words in cases:
        refusal = refused(
            BadRoundPlan,
            enrolment.plan_round,
            actor=on_duty(world.clerk, "centre_clerk", HEDE),
            plan=enrolment.RoundPlan(**(vars(a_plan(world, runs)) | {"runs": run_plans})),
            now=EARLIER,
        )
        assert words in refusal.message


def test_seats_somebody_has_are_not_given_away_again(world, runs):
    add_place(runs[0], world.elder)
    assert "19 个" in refused(BadRoundPlan, plan, world, runs).message


def test_a_class_is_in_one_living_round(world, runs):
    plan(world, runs)
    assert "另一轮" in refused(BadRoundPlan, plan, world, runs[:1]).message
    assert RoundRun.objects.count() == 2


def test_only_staff_of_the_unit_plan(world, runs):
    for role, person, region in (
        ("centre_clerk", world.clerk, LINHAI),
        ("county_officer", world.other_officer, OTHER_COUNTY),
        ("teacher", world.teacher, HEDE),
    ):
        refused(NotAllowed, plan, world, runs, actor=on_duty(person, role, region))
    assert (AdmissionRound.objects.count(), SeatQuota.objects.count()) == (0, 0)


def test_a_centre_cannot_give_away_another_centres_seats(world, runs):
    away, _, _ = add_run(world, centre=world.other_centre, hour=15, first_day=runs[0].starts_on, admission="draw")
    refused(NotAllowed, plan, world, [runs[0], away])
    officer = on_duty(world.officer, "county_officer", COUNTY)
    assert len(plan(world, [runs[0], away], actor=officer).runs) == 2  # several schools' group, held by one
