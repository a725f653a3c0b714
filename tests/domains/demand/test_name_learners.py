from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.domains.demand.ordering import demand_trace, names_of, ordering, people_named, row_of
from tests.domains.enrolment.listing import hold, lists
from tests.domains.payments.paying import ALL
from tests.worlds.small_county import LINHAI, acting, add_person, add_place, on_duty
from xueqiao.domains.demand import api as demand
from xueqiao.domains.demand.models import NamedLearner
from xueqiao.domains.demand.rules import judged_learners, learner_lines_of
from xueqiao.domains.demand.values import CheckedLearner, LearnerLine
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.lists import ListUnfit, NotOnTheList
from xueqiao.domains.people.models import Notice
from xueqiao.foundation.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return ordering()


def name(case, order, lines, actor=None, now=None):
    return demand.name_learners(actor=actor or case.member, order_uuid=order.uuid, lines=lines, now=now or case.now)


def test_a_named_person_enrols_once_the_order_has_its_class_and_a_stranger_does_not(case):
    order, (run, _, _) = case.accepted(), case.run()
    learner, later = add_person("绣花的人"), add_person("后来的人")
    assert name(case, order, people_named(learner)) == 1
    assert lists() == ([], []), "nothing leaves the firm's order before there is a class"
    case.give(order, run)
    assert hold(case.world, run, learner).state == "held"
    for person in (later, add_person("陌生人")):
        with pytest.raises(NotOnTheList) as refused:
            hold(case.world, run, person)
        assert case.firm.name in refused.value.message
    assert name(case, order, people_named(learner, later)) == 1
    assert hold(case.world, run, later).state == "held"
    told = Notice.objects.within(ALL).filter(template="class_listed")
    assert {each.person_id for each in told} == {learner.pk, later.pk}
    shown = demand.access_named_learners(actor=case.clerk, order_uuid=order.uuid, now=case.now)
    assert [(each.name, each.post, each.has_seat) for each in shown.learners] == [
        ("绣花的人", "绣花工", True),
        ("后来的人", "绣花工", True),
    ]
    deed = AuditEntry.objects.filter(verb="name_learners").latest("pk")
    assert (deed.actor_person_id, deed.detail) == (case.world.rider.pk, {"new": 1})


def test_who_is_named_but_has_no_seat_is_shown_as_such(case):
    order, (run, _, _) = case.accepted(), case.run()
    learner = add_person("绣花的人")
    case.give(order, run)
    name(case, order, people_named(learner, ("没账户", "13900000001")))
    add_place(run, learner)
    shown = demand.access_named_learners(actor=case.member, order_uuid=order.uuid, now=case.now)
    assert [each.has_seat for each in shown.learners] == [True, False]
    assert (shown.seated, shown.left, shown.shut_because) == (1, 22, "")


def test_all_lines_or_none_and_each_wrong_line_says_why(case):
    order = case.accepted()
    name(case, order, people_named(("王芳", "13900000001")))
    lines = people_named(
        ("李 强", "139-0000-0002"),
        ("王方", "13900000001"),
        ("张三", "13900000002"),
        ("赵六1", "13900000003"),
        ("钱七", "139"),
        ("王芳", "13900000001"),
    )
    before = demand_trace()
    with pytest.raises(demand.LearnersRefused) as refused:
        name(case, order, lines)
    assert "6 行里有 4 行" in refused.value.message
    assert "第 2 行" in refused.value.message
    checked = demand.access_checked_learners(actor=case.member, order_uuid=order.uuid, lines=lines, now=case.now)
    codes = [each.problem.code if each.problem else "" for each in checked]
    assert codes == ["", "named_phone_otherwise", "named_phone_twice", "name_invalid", "phone_invalid", ""]
    assert (checked[0].line.name, checked[0].line.phone, checked[5].is_known) == ("李强", "13900000002", True)
    with pytest.raises(demand.NoLearnerLines):
        name(case, order, [])
    assert demand_trace() == before
    assert name(case, order, people_named(("王芳", "13900000001"))) == 0
    assert demand_trace() == before


def test_no_more_people_than_were_ordered(case):
    order = case.accepted()
    lines = people_named(*((f"人{chr(0x4E00 + n)}", f"139000000{n:02d}") for n in range(25)))
    with pytest.raises(demand.LearnersRefused) as refused:
        name(case, order, lines)
    assert "只订了 24 人" in refused.value.message
    assert name(case, order, lines[:24]) == 24
    assert demand.access_named_learners(actor=case.member, order_uuid=order.uuid, now=case.now).left == 0


def test_not_before_the_quote_is_taken_and_not_once_the_class_has_begun(case):
    early, order, (run, sessions, _) = case.quoted(request_key="early"), case.accepted(), case.run()
    case.give(order, run)
    name(case, order, people_named(("王芳", "13900000001")))
    before = demand_trace()
    for shut, now in ((early, case.now), (order, sessions[0].starts_at)):
        with pytest.raises(demand.LearnerListShut):
            name(case, shut, people_named(("李强", "13900000002")), now=now)
        with pytest.raises(demand.LearnerListShut):
            demand.access_checked_learners(
                actor=case.member, order_uuid=shut.uuid, lines=people_named(("李强", "13900000002")), now=now
            )
    assert demand_trace() == before
    almost = sessions[0].starts_at - timedelta(minutes=1)
    assert name(case, order, people_named(("李强", "13900000002")), now=almost) == 1


def test_a_class_where_others_sit_is_not_given_to_a_firm(case):
    order, (run, _, _) = case.accepted(), case.run()
    add_place(run, add_person("先到的"))
    before = demand_trace()
    with pytest.raises(ListUnfit):
        case.give(order, run)
    assert demand_trace() == before
    assert enrolment.host_of_class(run.pk) == ""


def test_only_its_members_write_and_only_they_and_the_desk_read(case):
    order = case.accepted()
    lines = people_named(("王芳", "13900000001"))
    strangers = (acting(case.world.elder), on_duty(add_person("外人"), "centre_clerk", LINHAI))
    for actor in (*strangers, case.clerk):
        with pytest.raises(demand.OrderNotFound):
            name(case, order, lines, actor=actor)
        with pytest.raises(demand.OrderNotFound):
            demand.access_checked_learners(actor=actor, order_uuid=order.uuid, lines=lines, now=case.now)
    for actor in strangers:
        with pytest.raises(demand.OrderNotFound):
            demand.access_named_learners(actor=actor, order_uuid=order.uuid, now=case.now)
    assert names_of(order) == []


def test_the_schema_keeps_out_what_is_no_entry(case):
    order = row_of(case.accepted())
    good = {"name": "王芳", "phone": "13900000001", "named_by": case.world.rider, "named_at": case.now}
    NamedLearner.objects.create(order=order, **good)
    for wrong in ({"phone": "13900000001"}, {"phone": "139"}, {"phone": "13900000002", "name": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            NamedLearner.objects.create(order=order, **(good | wrong))


def test_pasted_lines_are_read_with_any_sign_between():
    text = "王芳 13900000001 绣花工\n\n李强，139 0000 0002，熨烫工\n欧阳 小明\t+8613900000003\n没有号码"
    assert learner_lines_of(text) == [
        LearnerLine(1, "王芳", "13900000001", "绣花工"),
        LearnerLine(3, "李强", "139 0000 0002", "熨烫工"),
        LearnerLine(4, "欧阳 小明", "+8613900000003", ""),
        LearnerLine(5, "没有号码", "", ""),
    ]


def test_a_wrong_line_takes_no_place():
    lines = [CheckedLearner(LearnerLine(n, "王芳", f"1390000000{n}")) for n in range(3)]
    judged = judged_learners([*lines, lines[0]], {}, most=3)
    assert [each.problem.code if each.problem else "" for each in judged] == ["", "", "", "named_phone_twice"]
