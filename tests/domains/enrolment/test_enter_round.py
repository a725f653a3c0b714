from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.domains.enrolment.rounds_and_entries import ALL, refused
from tests.worlds.rounds import CLOSES, OPENS, drawn_classes, enter, open_a_round
from tests.worlds.small_county import (
    HEDE,
    LINHAI_VILLAGE,
    acting,
    add_course,
    add_person,
    add_place,
    add_run,
    link_family,
    on_duty,
    small_county,
)
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import rounds as errors
from xueqiao.domains.enrolment.errors.seats import (
    AgeOutside,
    AlreadyEnrolled,
    RequestKeyReused,
    TermLimitReached,
    TimeClash,
)
from xueqiao.domains.enrolment.models import AdmissionRound, Entry, EntryMember
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import InvalidInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_county()


@pytest.fixture
def runs(world):
    return list(drawn_classes(world))


@pytest.fixture
def opened(world, runs):
    return open_a_round(world, runs)


def test_an_entry_holds_ranked_wishes_and_no_seat(world, runs, opened):
    drum, zither = runs
    entry = enter(world.rider, opened, [zither, drum], now=world.now)
    assert (entry.state, entry.kind, entry.size, entry.channel) == ("entered", "single", 1, "web")
    assert [(wish.rank, wish.title) for wish in entry.wishes] == [(1, "古筝入门"), (2, "腰鼓入门")]
    assert [(member.name, member.state) for member in entry.members] == [("王小骑", "agreed")]
    assert entry.code.startswith("Z")
    assert enrolment.seats_of(drum.pk).left == 20
    row = Entry.objects.within(ALL).get(pk=entry.id)
    assert len(row.salt) == 16
    assert (entry.position, entry.awarded_id) == (None, None)
    assert OutboxEvent.objects.get(name="enrolment.RoundEntered").payload["channel"] == "web"
    assert AuditEntry.objects.get(verb="enter_round").object_id == entry.id


def test_the_same_form_sent_twice_is_one_ticket(world, runs, opened):
    first = enter(world.rider, opened, runs, now=world.now, key="k")
    assert enter(world.rider, opened, runs, now=world.now + timedelta(minutes=1), key="k") == first
    assert refused(RequestKeyReused, enter, world.rider, opened, runs[:1], now=world.now, key="k")
    assert refused(InvalidInput, enter, world.rider, opened, runs, now=world.now, key="")


def test_one_human_being_has_one_ticket(world, runs, opened):
    enter(world.rider, opened, runs, now=world.now)
    refusal = refused(errors.AlreadyEntered, enter, world.rider, opened, runs[:1], now=world.now)
    assert refusal.message.startswith("王小骑在这一轮已经有一份志愿了")
    entry = enter(world.elder, opened, runs, now=world.now)
    with pytest.raises(IntegrityError, match="member_one_ticket_a_round"), transaction.atomic():
        EntryMember.objects.create(entry_id=entry.id, round_id=opened.id, person=world.rider, state="agreed")


def test_the_window_has_an_open_and_a_shut_end(world, runs, opened):
    refusal = refused(errors.WishesNotOpenYet, enter, world.rider, opened, runs, now=OPENS - timedelta(seconds=1))
    assert "3 月 2 日 周一 08:00 开始" in refusal.message
    refused(errors.WishesClosed, enter, world.rider, opened, runs, now=CLOSES)
    assert enter(world.rider, opened, runs, now=CLOSES - timedelta(seconds=1)).state == "entered"
    assert enter(world.elder, opened, runs, now=OPENS).state == "entered"


def test_a_frozen_list_takes_nobody(world, runs, opened):
    AdmissionRound.objects.filter(pk=opened.id).update(
        state="frozen", frozen_at=CLOSES, list_hash=b"1" * 32, list_root=b"2" * 32, commitment=b"3" * 32, entry_count=0
    )
    refusal = refused(errors.RoundNotTaking, enter, world.rider, opened, runs, now=world.now)
    assert "名单已经封好" in refusal.message


def test_wishes_are_classes_of_the_round_each_once_at_most_three(world, runs, opened):
    other, _, _ = add_run(world, hour=8)
    for wanted, words in (
        ([], "还没有选班"),
        ([runs[0]] * 2, "选了两次"),
        ([*runs, other], "不在这一轮"),
        ([*runs, *runs], "选多了"),
    ):
        assert words in refused(errors.BadWishes, enter, world.rider, opened, wanted, now=world.now).message


def test_a_daughter_enters_her_mother_and_a_clerk_anybody_of_her_town(world, runs, opened):
    daughter = acting(world.daughter, acts_for=(world.elder,))
    for_mother = enter(world.elder, opened, runs, actor=daughter, now=world.now)
    assert (for_mother.leader_id, for_mother.entered_by_id) == (world.elder.pk, world.daughter.pk)
    clerk = on_duty(world.clerk, "centre_clerk", HEDE, channel="paper")
    neighbour = add_person("孙秀英", born=date(1955, 2, 3))
    on_paper = enter(neighbour, opened, runs, actor=clerk, channel="paper", now=world.now)
    assert on_paper.channel == "paper"
    assert enrolment.entries_by_channel(opened.id) == {"paper": 1, "web": 1}
    refused(people.MayNotActFor, enter, world.rider, opened, runs, actor=daughter, now=world.now)


def test_a_child_below_14_needs_a_guardian_with_consent(world, runs, opened):
    child = add_person("小明", born=date(2014, 5, 1))
    refused(people.GuardianConsentMissing, enter, child, opened, runs, now=world.now)
    link = link_family(agent=world.daughter, subject=child, relation="guardian")
    mother = acting(world.daughter, acts_for=(child,))
    refused(people.GuardianConsentMissing, enter, child, opened, runs, actor=mother, now=world.now)
    people.give_guardian_consent(actor=mother, link_uuid=link.uuid, has_consented=True, now=world.now)
    assert enter(child, opened, runs, actor=mother, now=world.now).leader_id == child.pk


def test_age_limits_count_on_the_first_day(world):
    runs = list(drawn_classes(world, age_min=50))
    opened = open_a_round(world, runs)
    assert "50 岁以上" in refused(AgeOutside, enter, world.rider, opened, runs, now=world.now).message
    assert enter(world.elder, opened, runs, now=world.now).state == "entered"


def test_a_round_may_be_for_one_towns_residents(world, runs):
    opened = open_a_round(world, runs, open_to=HEDE)
    assert world.rider.region == LINHAI_VILLAGE
    refusal = refused(errors.HomeOutside, enter, world.rider, opened, runs, now=world.now)
    assert "合德镇" in refusal.message
    assert enter(world.elder, opened, runs, now=world.now).state == "entered"


def test_who_is_eighty_brings_a_signature(world, runs, opened):
    old = add_person("吴老太", born=date(1946, 3, 16))  # eighty on the first day
    link_family(agent=world.daughter, subject=old)
    refusal = refused(errors.SignatureMissing, enter, old, opened, runs, now=world.now)
    assert "已满 80 岁" in refusal.message
    refused(
        errors.SignerNotRelative,
        enrolment.give_declaration,
        actor=acting(old),
        person_id=old.pk,
        kind="over80",
        now=world.now,
    )
    daughter = acting(world.daughter, acts_for=(old,))
    enrolment.give_declaration(actor=daughter, person_id=old.pk, kind="over80", now=world.now)
    assert enter(old, opened, runs, now=world.now).state == "entered"


def test_a_class_that_moves_the_body_asks_for_a_health_paper(world):
    course = add_course("C777", "健身气功", has_physical_risk=True)
    runs = list(drawn_classes(world, course=course))
    opened = open_a_round(world, runs)
    assert "健康声明" in refused(errors.HealthPaperMissing, enter, world.rider, opened, runs, now=world.now).message
    long_ago = world.now - timedelta(days=366)
    enrolment.give_declaration(actor=acting(world.rider), person_id=world.rider.pk, kind="health", now=long_ago)
    refused(errors.HealthPaperMissing, enter, world.rider, opened, runs, now=world.now)
    enrolment.give_declaration(actor=acting(world.rider), person_id=world.rider.pk, kind="health", now=world.now)
    assert enter(world.rider, opened, runs, now=world.now).state == "entered"


def test_a_third_term_of_the_same_course_is_refused(world, runs, opened):
    for first in (date(2025, 3, 5), date(2025, 9, 3)):
        run, _, _ = add_run(world, first_day=first, hour=9)
        add_place(run, world.rider)
    refusal = refused(errors.TooManyRepeats, enter, world.rider, opened, runs, now=world.now)
    assert "2 个学期" in refusal.message


def test_places_held_already_count_for_limits_and_clashes(world):
    runs = list(drawn_classes(world, course=add_course("C778", "民乐")))
    opened = open_a_round(world, runs)
    drum = runs[0]
    same_time, _, _ = add_run(world, title="书法", hour=9, first_day=drum.starts_on)
    add_place(same_time, world.rider)
    refusal = refused(TimeClash, enter, world.rider, opened, runs, now=world.now)
    assert "书法" in refusal.message
    assert enter(world.rider, opened, runs[1:], now=world.now).state == "entered"
    add_place(drum, world.elder)
    refused(AlreadyEnrolled, enter, world.elder, opened, runs, now=world.now)
    second, _, _ = add_run(world, hour=20, first_day=drum.starts_on + timedelta(days=1))
    third, _, _ = add_run(world, hour=20, first_day=drum.starts_on + timedelta(days=2))
    for run in (second, third):
        add_place(run, world.daughter)
    refused(TermLimitReached, enter, world.daughter, opened, runs, now=world.now)


def test_demand_is_told_in_words_only(world):
    runs = list(drawn_classes(world, capacity=20))
    opened = open_a_round(world, runs, run_plans=tuple(enrolment.RoundRunPlan(run.code, 2) for run in runs))
    assert {each.demand for each in enrolment.get_round(opened.code, now=world.now).runs} == {"还没有人填"}
    for number in range(5):
        enter(add_person(f"居民{number}"), opened, runs, now=world.now)
    assert [each.demand for each in enrolment.get_round(opened.code, now=world.now).runs] == [
        "人比座位多得多",
        "还没有人填",
    ]
