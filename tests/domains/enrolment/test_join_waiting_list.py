from datetime import timedelta

import pytest

from tests.domains.enrolment.lines import FullClass
from tests.domains.enrolment.seats_and_places import ALL, trace
from tests.worlds.small_county import acting, add_run, link_family
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.seats import (
    AgeOutside,
    AlreadyEnrolled,
    ClassNotOffered,
    NotOpenYet,
    RequestKeyReused,
    TimeClash,
)
from xueqiao.domains.enrolment.errors.waiting import AlreadyWaiting, LineClosed, PartyTooBig, SeatsAreFree
from xueqiao.domains.enrolment.models import WaitingEntry
from xueqiao.domains.people.api import MayNotActFor
from xueqiao.foundation.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_wl_order_by_joined_at():
    case = FullClass(capacity=1)
    first, second = case.person("先到"), case.person("后到")
    view = case.join(first)
    assert (view.position, view.line_length, view.state) == (1, 1, "waiting")
    assert case.join(second, now=case.now + timedelta(seconds=1)).position == 2
    assert case.line() == ["先到", "后到"]
    case.withdraw()
    case.walk()
    assert case.offered() == ["先到"]
    assert case.line() == ["后到"]


def test_wl_stale_form_redirects():
    """A seat came free between the form and the press, and nobody waits: enrol instead of queueing."""
    case = FullClass(capacity=1)
    person = case.person("来晚了")
    case.withdraw()
    before = trace()
    with pytest.raises(SeatsAreFree):
        case.join(person)
    assert trace() == before
    assert not WaitingEntry.objects.within(ALL).exists()


def test_a_hold_past_its_time_counts_as_a_free_seat():
    case = FullClass(capacity=1)
    case.withdraw()
    held = enrolment.hold_seat(
        actor=acting(case.world.rider),
        run_id=case.run.pk,
        person_id=case.world.rider.pk,
        request_key="old",
        channel="web",
        now=case.now,
    )
    with pytest.raises(SeatsAreFree):
        case.join(case.person("后来"), now=held.hold_until)


def test_the_same_form_twice_is_one_place_in_line():
    case = FullClass(capacity=1)
    person = case.person("王阿姨")
    views = [
        enrolment.join_waiting_list(
            actor=acting(person),
            run_id=case.run.pk,
            person_ids=[person.pk],
            request_key="same",
            channel="web",
            now=case.now,
        )
        for _ in range(2)
    ]
    assert views[0].uuid == views[1].uuid
    assert case.pool()[3] == 1
    other = add_run(case.world, hour=9)[0]
    with pytest.raises(RequestKeyReused):
        enrolment.join_waiting_list(
            actor=acting(person),
            run_id=other.pk,
            person_ids=[person.pk],
            request_key="same",
            channel="web",
            now=case.now,
        )


def test_nobody_stands_twice_in_one_line():
    case = FullClass(capacity=1)
    person = case.person("王阿姨")
    case.join(person)
    before = trace()
    with pytest.raises(AlreadyWaiting, match="王阿姨"):
        case.join(person)
    assert trace() == before


def test_a_daughter_queues_with_her_mother_as_one():
    case = FullClass(capacity=1)
    world = case.world
    view = case.join(world.daughter, world.elder)
    assert view.person_ids == (world.daughter.pk, world.elder.pk)
    assert case.line() == ["李秀梅+张桂兰"]
    deed = AuditEntry.objects.get(verb="join_waiting_list")
    assert (deed.actor_person_id, deed.detail["people"]) == (world.daughter.pk, 2)


def test_a_party_has_its_limit():
    case = FullClass(capacity=1)
    others = [case.person(f"同伴{n}") for n in range(4)]
    for other in others:
        link_family(agent=case.world.daughter, subject=other)
    with pytest.raises(PartyTooBig):
        case.join(case.world.daughter, *others)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"age_min": 60}, AgeOutside),
        ({"state": "cancelled"}, ClassNotOffered),
        ({"enrol_opens_at": "later"}, NotOpenYet),
    ],
)
def test_who_could_not_enrol_cannot_queue(change, refusal):
    case = FullClass(capacity=1)
    person = case.person("年轻人")
    if "enrol_opens_at" in change:
        change = {"enrol_opens_at": case.now + timedelta(hours=1), "enrol_closes_at": case.now + timedelta(days=9)}
    ClassRun.objects.filter(pk=case.run.pk).update(**change)
    before = trace()
    with pytest.raises(refusal):
        case.join(person)
    assert trace() == before


def test_a_clash_is_refused_when_joining():
    case = FullClass(capacity=1)
    other, _, _ = add_run(case.world, first_day=case.run.starts_on)
    enrolment.hold_seat(
        actor=acting(case.world.rider),
        run_id=other.pk,
        person_id=case.world.rider.pk,
        request_key="other",
        channel="web",
        now=case.now,
    )
    with pytest.raises(TimeClash):
        case.join(case.world.rider)


def test_who_is_enrolled_cannot_queue():
    case = FullClass(capacity=1)
    with pytest.raises(AlreadyEnrolled):
        case.join(case.learners[0])


def test_a_stranger_cannot_be_put_in_line():
    case = FullClass(capacity=1)
    with pytest.raises(MayNotActFor):
        case.join(case.world.elder, by=case.world.rider)


def test_a_class_nearly_over_has_no_line_any_more():
    case = FullClass(capacity=1)
    with pytest.raises(LineClosed):
        case.join(case.person("来晚了"), now=case.sessions[-2].starts_at)
