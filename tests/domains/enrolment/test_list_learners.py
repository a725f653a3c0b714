"""A class by list takes who is on it, by every way in, and nobody else."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.domains.enrolment.listing import HOST, by_list, entry, hold, lists
from tests.domains.enrolment.seats_and_places import ALL, pool, trace
from tests.worlds.small_county import (
    HEDE,
    LINHAI,
    acting,
    add_person,
    add_place,
    add_run,
    link_family,
    on_duty,
    small_county,
)
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.actions import hold_seat as single
from xueqiao.domains.enrolment.actions import hold_seats as group
from xueqiao.domains.enrolment.errors.lists import ListedHasSeat, ListUnfit, NotOnTheList, TargetIsByList
from xueqiao.domains.enrolment.models import ClassList, ListedPerson, PassedOver
from xueqiao.domains.enrolment.queries import waiting
from xueqiao.domains.enrolment.rules import seats as rules
from xueqiao.domains.enrolment.rules.lists import is_on_list
from xueqiao.domains.people.models import Consent, Notice
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_county()


def refuses_a_stranger_everywhere(world, run):
    """True when a stranger gets no seat by any way in, and the refusal names the firm."""
    stranger = add_person("陌生人")
    ways = {
        "web": lambda: hold(world, run, stranger),
        "counter": lambda: enrolment.enrol_at_counter(
            actor=on_duty(world.clerk, "centre_clerk", HEDE, channel="counter"),
            run_id=run.pk,
            person_id=stranger.pk,
            request_key="desk",
            channel="counter",
            cash_fen=None,
            now=world.now,
        ),
    }
    for way in ways.values():
        try:
            with transaction.atomic():
                way()
        except NotOnTheList as refused:
            assert HOST in refused.message
            continue
        return False
    (answer,) = enrolment.hold_seats(
        requests=[enrolment.HoldRequest(stranger.pk, stranger.pk, run.pk, "group")], now=world.now
    )
    return answer.place is None and answer.refusal.code == "not_on_the_list"


def test_only_who_is_on_the_list_gets_a_seat_by_every_way_in(world):
    by_list(world, world.run, entry(world.rider))
    before = trace()
    assert refuses_a_stranger_everywhere(world, world.run)
    assert trace() == before
    assert hold(world, world.run, world.rider).state == "held"
    assert pool(world.run) == (1, 0)


def test_a_list_left_out_anywhere_is_found(world, monkeypatch, mutants):
    by_list(world, world.run, entry(world.rider))
    for name, place, attribute, wrong in (
        ("the rule of the list is left out", rules, "require_on_list", lambda *_, **__: None),
        ("a single hold takes everybody for listed", single, "listed_among", lambda pairs, now: set(pairs)),
        ("a group takes everybody for listed", group, "listed_among", lambda pairs, now: set(pairs)),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(place, attribute, wrong)
            mutants.tell("classes by list", name, caught=not refuses_a_stranger_everywhere(world, world.run))


def test_name_and_phone_must_both_be_hers_or_of_who_acts_for_her(world):
    child = add_person("小童", born=date(2016, 1, 1), phone="10099999991", with_account=False)
    link_family(agent=world.daughter, subject=child, relation="parent")
    Consent.objects.create(
        subject=child, given_by=world.daughter, purpose="guardian", text_version="1", given_at=world.now
    )
    desk = add_person("柜台来的", with_account=False)
    by_list(
        world,
        world.run,
        (world.rider.name, str(world.teacher.phone)),  # another's number
        ("别人", str(world.rider.phone)),  # another's name
        (child.name, str(child.phone)),  # a number her guardian typed, nobody proved it
        entry(world.elder, phone=str(world.daughter.phone)),  # her daughter's number
        ("柜台 来的", str(desk.phone)),
    )
    for person, agent in ((world.rider, None), (child, world.daughter)):
        with pytest.raises(NotOnTheList):
            hold(world, world.run, person, agent=agent)
    assert hold(world, world.run, world.elder, agent=world.daughter).state == "held"
    assert hold(world, world.run, desk).state == "held"
    by_list(world, add_run(world)[0], entry(child, phone=str(world.daughter.phone)))


def test_an_ended_link_reaches_nobody(world):
    link_family(agent=world.rider, subject=world.teacher, state="ended")
    by_list(world, world.run, entry(world.teacher, phone=str(world.rider.phone)))
    with pytest.raises(NotOnTheList):
        hold(world, world.run, world.teacher)


def join(world, run, person):
    return enrolment.join_waiting_list(
        actor=acting(person), run_id=run.pk, person_ids=[person.pk], request_key="w", channel="web", now=world.now
    )


def test_the_line_is_for_the_list_too(world, monkeypatch, mutants):
    run, _, _ = add_run(world, capacity=1)
    by_list(world, run, entry(world.rider), entry(world.teacher))
    hold(world, run, world.rider)
    stranger = add_person("陌生人")
    with pytest.raises(NotOnTheList):
        join(world, run, stranger)
    assert join(world, run, world.teacher).position == 1
    with monkeypatch.context() as patch:
        patch.setattr(waiting, "require_on_list", lambda *_, **__: None)
        mutants.tell(
            "classes by list", "a stranger stands in the line", caught=join(world, run, stranger).position == 2
        )


def test_who_left_the_list_while_waiting_is_passed_over(world):
    run, _, _ = add_run(world, capacity=1)
    left, stays = world.teacher, add_person("等着的人")
    by_list(world, run, entry(world.rider), entry(left), entry(stays))
    ClassList.objects.filter(pk=run.pk).update(host="射" * 80)
    place = hold(world, run, world.rider)
    for person in (left, stays):
        join(world, run, person)
    by_list(world, run, entry(world.rider), entry(stays))
    enrolment.release_hold(actor=acting(world.rider), place_uuid=place.uuid, now=world.now)
    enrolment.offer_freed_seats(run_id=run.pk, now=world.now)
    states = [enrolment.waiting_of(actor=acting(person), person_ids=[person.pk])[0].state for person in (left, stays)]
    assert states == ["waiting", "offered"]
    assert PassedOver.objects.within(ALL).get().code == "not_on_the_list"


def test_a_class_without_a_list_costs_a_group_not_one_statement_more(world):
    people = [add_person(f"居民{n}") for n in range(6)]

    def statements(run):
        wishes = [enrolment.HoldRequest(p.pk, p.pk, run.pk, f"{run.pk}") for p in people]
        with CaptureQueriesContext(connection) as seen:
            answers = enrolment.hold_seats(requests=wishes, now=world.now)
        assert all(answer.place for answer in answers)
        return [each["sql"] for each in seen if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]

    plain = statements(world.run)
    assert len(plain) + 1 == 14, "with the commit: admission/README.md counts them"
    assert not any("listedperson" in each or "people_account own" in each for each in plain)
    run, _, _ = add_run(world, hour=9)
    by_list(world, run, *(entry(each) for each in people))
    listed = statements(run)
    assert sum("enrolment_listedperson" in each for each in listed) == 1
    assert sum("people_account own" in each for each in listed) == 1


def test_a_list_replaces_the_one_before_and_keeps_who_has_a_seat(world):
    by_list(world, world.run, entry(world.rider), entry(world.teacher))
    hold(world, world.run, world.rider)
    before = lists(), AuditEntry.objects.count()
    by_list(world, world.run, entry(world.teacher), entry(world.rider))
    assert (lists(), AuditEntry.objects.count()) == before, "the same list again changes nothing"
    with pytest.raises(ListedHasSeat) as refused:
        by_list(world, world.run, entry(world.teacher))
    assert world.rider.name in refused.value.message
    assert lists() == before[0]
    by_list(world, world.run, entry(world.rider), entry(world.elder))
    names = ListedPerson.objects.within(ALL).values_list("name", flat=True)
    assert set(names) == {world.rider.name, world.elder.name}
    deed = AuditEntry.objects.filter(verb="list_learners").latest("pk")
    assert deed.detail == {"code": world.run.code, "listed": 2, "new": 1, "gone": 1}
    assert str(world.rider.phone) not in str(deed.detail)


def test_no_list_for_a_class_that_is_drawn_or_where_others_sit(world):
    taken, drawn = add_run(world)[0], add_run(world, admission="draw")[0]
    add_place(taken, world.teacher)
    before = lists()
    for run, words in ((taken, "1 位"), (drawn, "抽签")):
        with pytest.raises(ListUnfit) as refused:
            by_list(world, run, entry(world.rider))
        assert words in refused.value.message
    assert lists() == before
    by_list(world, taken, entry(world.teacher))
    assert enrolment.access_listed_seats(
        actor=on_duty(world.clerk, "centre_clerk", HEDE), run_id=taken.pk, now=world.now
    ) == {entry(world.teacher)}


def test_only_the_desk_of_the_class_writes_and_reads_a_list(world):
    for actor in (acting(world.rider), on_duty(world.clerk, "centre_clerk", LINHAI)):
        with pytest.raises(NotAllowed):
            by_list(world, world.run, entry(world.rider), actor=actor)
    assert not ClassList.objects.exists()
    by_list(world, world.run, entry(world.rider), actor=on_duty(world.clerk, "centre_clerk", HEDE))
    assert enrolment.host_of_class(world.run.pk) == HOST
    with pytest.raises(NotAllowed):
        enrolment.access_listed_seats(actor=acting(world.rider), run_id=world.run.pk, now=world.now)


def test_the_schema_keeps_out_what_is_no_entry(world):
    by_list(world, world.run)
    kept = ClassList.objects.get()
    for wrong in (
        {"name": "", "phone": "13900000000"},
        {"name": "王芳", "phone": "139"},
        {"name": "王芳", "phone": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ListedPerson.objects.create(class_list=kept, **wrong)
    ListedPerson.objects.create(class_list=kept, name="王芳", phone="13900000000")
    with pytest.raises(IntegrityError, match="listed_once"), transaction.atomic():
        ListedPerson.objects.create(class_list=kept, name="王方", phone="13900000000")
    with pytest.raises(IntegrityError, match="class_list_host"), transaction.atomic():
        ClassList.objects.create(run=add_run(world)[0], host="", since=world.now)


def test_nobody_is_moved_into_a_class_by_list(world):
    target, _, _ = add_run(world, hour=9)
    by_list(world, target, entry(world.rider))
    clerk = on_duty(world.clerk, "centre_clerk", HEDE)
    before = trace()
    with pytest.raises(TargetIsByList):
        enrolment.ask_merge(actor=clerk, code=world.run.code, target_code=target.code, until=world.now, now=world.now)
    assert trace() == before
    targets = enrolment.merge_targets(actor=clerk, code=world.run.code, now=world.now)
    assert target.code not in {each.code for each in targets}


def test_who_we_know_is_told_once_and_nobody_else(world):
    by_list(world, world.run, entry(world.rider), ("没账户的人", "13900000001"))
    by_list(world, world.run, entry(world.rider), ("没账户的人", "13900000001"), entry(world.teacher))
    told = Notice.objects.within(ALL).filter(template="class_listed").order_by("pk")
    assert [(each.person_id, each.path) for each in told] == [
        (world.rider.pk, f"/classes/{world.run.code}/"),
        (world.teacher.pk, f"/classes/{world.run.code}/"),
    ]
    assert HOST in told[0].text


def test_spaces_in_a_name_do_not_count():
    assert is_on_list(name="王芳", phones={"1"}, listed=[("王 芳", "1")])
    assert not is_on_list(name="王芳", phones={"1"}, listed=[("王芳", "2"), ("王方", "1")])
    assert not is_on_list(name="王芳", phones=(), listed=[("王芳", "")])
