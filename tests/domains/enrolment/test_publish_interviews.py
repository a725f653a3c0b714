from datetime import timedelta
from hashlib import sha256

import pytest

from tests.domains.enrolment.interviewing import AFTER_SLOT, PUBLISHED, Choir, entry_of, interview_of
from tests.domains.enrolment.seats_and_places import ALL
from tests.worlds import rounds
from tests.worlds.small_county import acting
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.draws import WishesStillOpen
from xueqiao.domains.enrolment.errors.interviews import InterviewsOpen
from xueqiao.domains.enrolment.errors.rounds import BadRoundPlan
from xueqiao.domains.enrolment.jobs import offer_round
from xueqiao.domains.enrolment.models import AdmissionRound, Offer, WaitingEntry
from xueqiao.domains.enrolment.queries.rounds import entry_view
from xueqiao.domains.enrolment.rules.interviews import interview_order
from xueqiao.domains.enrolment.values.interviews import InterviewResult
from xueqiao.domains.people.models import Notice

pytestmark = pytest.mark.django_db


def states(*entries):
    views = [entry_view(entry_of(each)) for each in entries]
    return [(view.state, view.end_reason) for view in views]


def test_the_best_have_the_seats_the_rest_waits_in_order_and_who_failed_reads_why():
    choir = Choir(seats=1)
    slots = choir.slots(count=6)
    made = [choir.booked(name, slots[n]) for n, name in enumerate(("一般", "最好", "不够", "没来", "也过"))]
    for (_person, _entry, interview), points in zip(made, ((20, 12), (30, 20), (5, 5), None, (24, 12)), strict=True):
        if points:
            choir.judged(interview, points)
    enrolment.miss_interview(actor=choir.clerk, interview_uuid=made[3][2].uuid, now=AFTER_SLOT + timedelta(hours=1))
    _lazy, unbooked = choir.enter("没约")
    view = choir.publish()
    assert view.state == "drawn"
    entries = [entry for _person, entry, _interview in made]
    assert states(*entries, unbooked) == [
        ("lost", ""),
        ("won", ""),
        ("excluded", "interview_failed"),
        ("excluded", "interview_missed"),
        ("lost", ""),
        ("excluded", "no_interview"),
    ]
    offer_round(now=PUBLISHED, round_id=view.id)
    offers = Offer.objects.within(ALL).filter(run=choir.runs[0])
    assert [(each.person.name, "打分排在前面" in each.rule) for each in offers] == [("最好", True)]
    line = WaitingEntry.objects.within(ALL).filter(run=choir.runs[0]).order_by("line_key")
    assert [each.draw_entry_id for each in line] == [entries[4].id, entries[0].id]
    told = Notice.objects.within(ALL).filter(template="interview_result")
    assert sorted(told.values_list("person__name", flat=True)) == sorted(["一般", "不够", "没来", "也过", "没约"])


def test_she_reads_both_sheets_once_the_results_are_public_and_not_before():
    choir = Choir()
    person, entry, interview = choir.booked("报名一", choir.slots()[0])
    choir.judged(interview, (5, 5), (6, 6))
    before = enrolment.find_interview_of(actor=acting(person), entry_uuid=entry.uuid)
    assert (before.total, before.sheets) == (None, ())
    choir.publish()
    after = enrolment.find_interview_of(actor=acting(person), entry_uuid=entry.uuid)
    assert (after.total, len(after.sheets)) == (22, 2)


def test_nothing_is_published_while_somebody_is_not_judged_or_wishes_are_open():
    choir = Choir()
    _person, entry, interview = choir.booked("报名一", choir.slots()[0])
    choir.judge(interview, (20, 10))
    with pytest.raises(InterviewsOpen):
        choir.publish()
    choir.judge(interview, (20, 10), actor=choir.second)
    with pytest.raises(WishesStillOpen):
        choir.publish(now=rounds.CLOSES - timedelta(seconds=1))
    assert states(entry) == [("entered", "")]
    assert choir.publish().state == "drawn"
    assert choir.publish().state == "drawn"  # again changes nothing


def test_the_pass_mark_is_the_round_s_own():
    choir = Choir()
    row = AdmissionRound.objects.get(code=choir.code)
    row.rules["interview_pass_percent"] = 80
    row.save()
    _person, entry, interview = choir.booked("差一点", choir.slots()[0])
    choir.judged(interview, (25, 14))
    choir.publish()
    assert states(entry) == [("excluded", "interview_failed")]
    assert interview_of(entry).total == 78


def test_equal_points_are_ordered_by_what_nobody_chose():
    results = [InterviewResult(n, f"Z{n}", 50) for n in range(20)]
    ordered = interview_order(results)
    assert ordered == interview_order(list(reversed(results)))
    digests = [sha256(each.code.encode()).hexdigest() for each in ordered]
    assert digests == sorted(digests)
    assert interview_order([*results, InterviewResult(99, "Z99", 51)])[0].entry_id == 99


@pytest.mark.parametrize("values", [{"wishes_max": 3}, {"group_size_max": 2}, {"source_kind": "dice"}])
def test_a_round_of_interviews_is_planned_as_one(values):
    choir = Choir(is_open=False)
    with pytest.raises(BadRoundPlan):
        enrolment.plan_round(actor=choir.planner, plan=choir.plan(1, **values), now=choir.earlier)
