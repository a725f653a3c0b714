from datetime import date, timedelta

import pytest

from tests.domains.payments.paying import money_trace, owed, pay
from tests.worlds.small_county import (
    COUNTY,
    HEDE,
    acting,
    add_person,
    add_place,
    add_run,
    link_family,
    on_duty,
    small_county,
)
from xueqiao.domains.classes.models import ClassRun
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import seats as errors
from xueqiao.domains.enrolment.models import Place, SeatPool
from xueqiao.domains.people.errors import GuardianConsentMissing, MayNotActFor
from xueqiao.domains.people.models import FamilyLink
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import InvalidInput
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")


@pytest.fixture
def world():
    return small_county()


def hold(world, actor=None, *, run=None, person=None, key="k1", now=None, channel="web"):
    return enrolment.hold_seat(
        actor=actor or acting(world.rider),
        run_id=(run or world.run).pk,
        person_id=(person or world.rider).pk,
        request_key=key,
        channel=channel,
        now=now or world.now,
    )


def pool(run):
    row = SeatPool.objects.get(pk=run.pk)
    return row.held, row.taken


def refused(error, *args, **kwargs):
    """The hold is refused with `error` and nothing moved; return the refusal."""
    before = (
        list(Place.objects.within(ALL).order_by("pk").values("pk", "state", "hold_until")),
        list(SeatPool.objects.order_by("pk").values()),
        OutboxEvent.objects.count(),
        AuditEntry.objects.count(),
    )
    with pytest.raises(error) as caught:
        hold(*args, **kwargs)
    after = (
        list(Place.objects.within(ALL).order_by("pk").values("pk", "state", "hold_until")),
        list(SeatPool.objects.order_by("pk").values()),
        OutboxEvent.objects.count(),
        AuditEntry.objects.count(),
    )
    assert before == after
    return caught.value


def test_a_seat_is_kept_until_an_absolute_minute(world):
    place = hold(world, now=world.now + timedelta(seconds=20))
    assert place.state == "held"
    assert place.hold_until == world.now + timedelta(minutes=16)  # 18:10:20 + 15 min, rounded up to 18:26
    assert pool(world.run) == (1, 0)
    assert enrolment.seats_of(world.run.pk).left == 19
    assert OutboxEvent.objects.filter(name="enrolment.SeatHeld").count() == 1
    deed = AuditEntry.objects.get(verb="hold_seat")
    assert (deed.actor_person_id, deed.acting_for_id, deed.object_id) == (world.rider.pk, None, place.id)


def test_the_same_form_sent_twice_is_one_seat(world):
    assert hold(world).uuid == hold(world).uuid
    assert pool(world.run) == (1, 0)


def test_the_same_key_for_another_class_is_refused(world):
    hold(world)
    other, _, _ = add_run(world, hour=9)
    refused(errors.RequestKeyReused, world, run=other)


def test_a_new_form_leads_back_to_the_held_seat(world):
    first = hold(world)
    assert hold(world, key="another form").uuid == first.uuid
    assert pool(world.run) == (1, 0)


def test_a_full_class_says_full(world):
    run, _, _ = add_run(world, capacity=1)
    add_place(run, world.elder)
    refused(errors.ClassFull, world, run=run)


def test_a_hold_past_its_time_never_blocks(world):
    run, _, _ = add_run(world, capacity=1)
    first = hold(world, run=run)
    later = first.hold_until
    second = hold(world, acting(world.elder), run=run, person=world.elder, now=later)
    assert second.state == "held"
    assert Place.objects.within(ALL).get(pk=first.id).state == "expired"
    assert pool(run) == (1, 0)


def test_a_hold_blocks_until_its_last_moment(world):
    run, _, _ = add_run(world, capacity=1)
    first = hold(world, run=run)
    refused(
        errors.ClassFull,
        world,
        acting(world.elder),
        run=run,
        person=world.elder,
        now=first.hold_until - timedelta(microseconds=1),
    )


def test_after_the_own_hold_expired_one_may_hold_again(world):
    first = hold(world)
    again = hold(world, key="k2", now=first.hold_until)
    assert again.uuid != first.uuid
    assert pool(world.run) == (1, 0)


def test_a_pool_that_is_not_there_yet_is_opened(world):
    SeatPool.objects.filter(pk=world.run.pk).delete()
    hold(world)
    assert pool(world.run) == (1, 0)
    assert SeatPool.objects.get(pk=world.run.pk).capacity == 20


def test_enrolled_already(world):
    add_place(world.run, world.rider)
    refusal = refused(errors.AlreadyEnrolled, world)
    assert "王小骑" in refusal.message


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"state": "draft"}, errors.ClassNotOffered, "还在准备"),
        ({"state": "cancelled"}, errors.ClassNotOffered, "已经取消"),
        ({"admission": "draw"}, errors.AdmissionNotFirstCome, "参加抽签"),
        ({"admission": "interview"}, errors.AdmissionNotFirstCome, "先面试"),
        ({"age_min": 50}, errors.AgeOutside, "50 岁以上"),
        ({"age_max": 20}, errors.AgeOutside, "今年 27 岁"),
    ],
)
def test_classes_that_do_not_take_this_person(world, change, error, words):
    ClassRun.objects.filter(pk=world.run.pk).update(**change)
    assert words in refused(error, world).message


def test_before_the_window_and_after_it(world):
    run = world.run
    early = refused(errors.NotOpenYet, world, now=run.enrol_opens_at - timedelta(seconds=1))
    assert "2 月 12 日 周四 18:10" in early.message
    refused(errors.EnrolmentClosed, world, now=run.enrol_closes_at)
    assert hold(world, now=run.enrol_opens_at).state == "held"


def test_two_classes_at_one_time_clash(world):
    mine, _, _ = add_run(world, title="太极拳")
    add_place(mine, world.rider)
    refusal = refused(errors.TimeClash, world)
    assert refusal.message == "这个时间您已经有课：周三 19:00 太极拳。换一个班，或先退掉那一个。"


def test_classes_back_to_back_in_one_venue_do_not_clash(world):
    before, _, _ = add_run(world, hour=17, room=world.room, teacher=add_person("甲"))
    ClassRun.objects.filter(pk=before.pk).update(title="书法")
    before.sessions.all()
    for session in before.sessions.all():
        session.ends_at = session.starts_at + timedelta(hours=2)  # until 19:00 sharp
        session.save()
    add_place(before, world.rider)
    assert hold(world).state == "held"


def test_another_venue_needs_time_to_get_there(world):
    before, _, _ = add_run(world, hour=17, room=world.other_room, teacher=add_person("甲"))
    for session in before.sessions.all():
        session.ends_at = session.starts_at + timedelta(hours=1, minutes=31)  # 18:31, 29 minutes before
        session.save()
    add_place(before, world.rider)
    refused(errors.TimeClash, world)


def test_two_classes_a_term_at_one_school(world):
    for hour in (9, 11):
        run, _, _ = add_run(world, hour=hour)
        add_place(run, world.rider)
    assert "最多报 2 个班（同一所学校）" in refused(errors.TermLimitReached, world).message


def test_last_terms_classes_do_not_count(world):
    for hour in (9, 11):
        run, _, _ = add_run(world, hour=hour, first_day=date(2025, 9, 3))
        add_place(run, world.rider)
    assert hold(world).state == "held"


def test_a_daughter_holds_for_her_mother_and_the_audit_says_so(world):
    place = hold(world, acting(world.daughter, acts_for=(world.elder,)), person=world.elder)
    assert (place.person_id, place.enrolled_by_id) == (world.elder.pk, world.daughter.pk)
    deed = AuditEntry.objects.get(verb="hold_seat")
    assert (deed.acting_for_id, deed.detail["authority"]) == (world.elder.pk, "family")


def test_somebody_elses_family_member_is_refused(world):
    refused(MayNotActFor, world, acting(world.rider, acts_for=(world.elder,)), person=world.elder)


def test_an_ended_family_link_ends_the_authority(world):
    FamilyLink.objects.within(ALL).update(state="ended")
    refused(MayNotActFor, world, acting(world.daughter, acts_for=(world.elder,)), person=world.elder)


def test_the_familys_spending_cap_holds(world):
    FamilyLink.objects.within(ALL).update(spending_cap_fen=20000)
    dear, _, _ = add_run(world, price_fen=36000, subsidy_fen=12000)
    actor = acting(world.daughter, acts_for=(world.elder,))
    refusal = refused(errors.SpendingCapReached, world, actor, run=dear, person=world.elder)
    assert "要交 240 元" in refusal.message
    assert "还剩 200 元" in refusal.message


def test_the_spending_cap_counts_what_was_spent_this_term(world):
    FamilyLink.objects.within(ALL).update(spending_cap_fen=20000)
    actor = acting(world.daughter, acts_for=(world.elder,))
    first, _, _ = add_run(world, price_fen=12000, hour=9)
    second, _, _ = add_run(world, price_fen=8001, hour=11)
    hold(world, actor, run=first, person=world.elder)
    refusal = refused(errors.SpendingCapReached, world, actor, run=second, person=world.elder, key="k2")
    assert "还剩 80 元" in refusal.message


def test_a_child_under_fourteen_cannot_enrol_alone(world):
    child = add_person("小明", born=date(2015, 6, 1))
    refused(GuardianConsentMissing, world, acting(child), person=child)


def test_a_child_needs_the_guardians_consent(world):
    child = add_person("小明", born=date(2015, 6, 1), phone=None)
    link_family(agent=world.daughter, subject=child, relation="guardian")
    refused(GuardianConsentMissing, world, acting(world.daughter, acts_for=(child,)), person=child)


def test_a_clerk_needs_an_assisted_channel(world):
    clerk = on_duty(world.clerk, "centre_clerk", HEDE, channel="web")
    refused(MayNotActFor, world, clerk, person=world.elder)
    assert (
        hold(world, on_duty(world.clerk, "centre_clerk", HEDE, channel="counter"), person=world.elder).state == "held"
    )


def test_an_officer_of_the_county_is_no_clerk(world):
    refused(
        MayNotActFor, world, on_duty(world.officer, "county_officer", COUNTY, channel="counter"), person=world.elder
    )


@pytest.mark.parametrize("key", ["", "x" * 65])
def test_a_form_without_a_usable_key_is_refused(world, key):
    refused(InvalidInput, world, key=key)


def test_a_hold_paid_at_the_last_moment_is_given_back_when_pressed_again():
    """Paid in time, not confirmed yet, its time over: the same place comes back, not a crash on place_live_once."""
    case = owed()
    assert pay(case, now=case.place.hold_until) == "applied"
    before = money_trace()
    again = enrolment.hold_seat(
        actor=case.actor,
        run_id=case.run.pk,
        person_id=case.place.person_id,
        request_key="pressed again",
        channel="web",
        now=case.place.hold_until + timedelta(minutes=1),
    )
    assert (again.uuid, again.state) == (case.place.uuid, "held")
    assert money_trace() == before
