"""What the freeze reads: losses of the series, newcomers, homes, needs, learners who go on."""

from datetime import date, timedelta

import pytest

from tests.worlds.rounds import CLOSES, FIRST_DAY, SOURCE_DUE, drawn_classes, enter, open_a_round
from tests.worlds.small_county import (
    HEDE,
    add_person,
    add_place,
    add_run,
    on_duty,
    small_county,
)
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.draws.folder import pseudonym_of
from xueqiao.domains.enrolment.models import AdmissionRound, Entry, EntryMember, EntryResult
from xueqiao.domains.enrolment.queries import round_facts
from xueqiao.domains.enrolment.queries.round_facts import entry_rows
from xueqiao.domains.enrolment.queries.rounds import seats_to_draw
from xueqiao.domains.institutions.models import Venue
from xueqiao.domains.people import api as people
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")


@pytest.fixture
def world():
    return small_county()


@pytest.fixture
def runs(world):
    return list(drawn_classes(world))


def earlier_draw(world, number, outcomes, series="hede"):
    """A round drawn `number` weeks ago with the outcome of each person."""
    at = SOURCE_DUE - timedelta(weeks=10 + number)
    row = AdmissionRound.objects.create(
        code=f"OLD{number}{series}",
        title="上学期",
        institution=world.centre,
        region=HEDE,
        mode="draw",
        state="drawn",
        series=series,
        info_opens_at=at - timedelta(days=9),
        wishes_open_at=at - timedelta(days=5),
        wishes_close_at=at - timedelta(days=2),
        source_kind="dice",
        source_name="骰子",
        source_due_at=at,
        frozen_at=at - timedelta(days=1),
        list_hash=b"1" * 32,
        list_root=b"2" * 32,
        commitment=b"3" * 32,
        entry_count=len(outcomes),
        drawn_at=at,
        seed=b"4" * 32,
        result_hash=b"5" * 32,
        source_typed_by=world.clerk,
        source_typed_at=at,
        source_confirmed_by=world.officer,
    )
    run, _, _ = add_run(world, hour=7 + number, first_day=date(2025, 9, 3), admission="draw")
    enrolment_run = row.runs.create(run=run, seats=5)
    for person, outcome in outcomes.items():
        entry = Entry.objects.create(
            code=f"OLD{number}{series}{person.pk}",
            round=row,
            region=HEDE,
            leader=person,
            channel="web",
            request_key=f"old{number}{series}{person.pk}",
            entered_at=at,
            salt=b"s" * 16,
        )
        won = {"run": run, "rank": 1} if outcome == "won" else {}
        EntryResult.objects.create(entry=entry, round=row, position=entry.pk, **won)
        EntryMember.objects.create(entry=entry, round=row, person=person, state="agreed")
    return enrolment_run.run


def facts_by_person(opened):
    people_of = dict(EntryMember.objects.within(ALL).filter(round=opened.id).values_list("entry_id", "person_id"))
    return {people_of[each.entry_id]: each.party for each in entry_rows(opened.id)}


def test_losses_count_in_the_series_after_the_last_win(world, runs):
    opened = open_a_round(world, runs)
    unlucky, won_once, elsewhere, waited = (add_person(f"居民{n}") for n in range(4))
    earlier_draw(world, 5, {unlucky: "lost", won_once: "lost", waited: "lost"})
    earlier_draw(world, 4, {unlucky: "lost", won_once: "won"})
    run = earlier_draw(world, 3, {unlucky: "lost", won_once: "lost", waited: "lost"})
    earlier_draw(world, 2, {unlucky: "lost"})
    earlier_draw(world, 1, {elsewhere: "lost"}, series="another")
    add_place(run, waited)  # came in by the waiting list
    for person in (unlucky, won_once, elsewhere, waited):
        enter(person, opened, runs, now=world.now)
    found = facts_by_person(opened)
    assert {person: each.members[0].losses for person, each in found.items()} == {
        unlucky.pk: 4,
        won_once.pk: 1,
        elsewhere.pk: 0,
        waited.pk: 0,
    }
    assert [found[person.pk].weight for person in (unlucky, won_once, elsewhere, waited)] == [5, 3, 2, 1]


def test_newcomers_residents_and_learners_who_go_on(world):
    last_term, _, _ = add_run(world, hour=16, first_day=date(2025, 9, 3))
    runs = list(drawn_classes(world, admission="priority_draw"))
    plans = (
        enrolment.RoundRunPlan(runs[0].code, 20, continues=last_term.code, series_terms=3),
        enrolment.RoundRunPlan(runs[1].code, 20),
    )
    opened = open_a_round(world, runs, mode="priority_draw", run_plans=plans)
    old_hand, left_early = add_person("老学员"), add_person("没上成")
    add_place(last_term, old_hand)
    place = add_place(last_term, left_early, state="withdrawn")
    place.ended_at = world.now - timedelta(days=400)  # before it began
    place.save()
    for person in (old_hand, left_early, world.rider):
        enter(person, opened, runs, now=world.now)
    found = facts_by_person(opened)
    assert found[old_hand.pk].buckets == ("resident", "returning")
    assert found[left_early.pk].buckets == ("newcomer", "resident")
    assert found[world.rider.pk].buckets == ("newcomer",)  # lives in 临海镇


def test_a_registered_need_weighs_at_the_nearest_site_only(world, runs):
    away, _, _ = add_run(
        world, centre=world.other_centre, room=world.other_room, hour=15, first_day=FIRST_DAY, admission="draw"
    )
    Venue.objects.update(has_ramp=True)
    opened = open_a_round(world, [*runs, away])
    clerk = on_duty(world.clerk, "centre_clerk", HEDE, channel="counter")
    near, far, without = (add_person(f"居民{n}") for n in range(3))
    for person in (near, far):
        people.register_access_need(actor=clerk, person_id=person.pk, kind="walking", paper="残疾人证", now=world.now)
    enter(near, opened, [runs[0], away], now=world.now)
    enter(far, opened, [away, runs[0]], now=world.now)
    enter(without, opened, runs, now=world.now)
    found = facts_by_person(opened)
    assert [found[p.pk].weight for p in (near, far, without)] == [3, 2, 2]
    assert found[near.pk].buckets == ("newcomer", "resident", "access")
    assert found[without.pk].buckets == ("newcomer", "resident")


def test_a_group_is_read_as_one(world, runs):
    opened = open_a_round(world, runs)
    experienced = add_person("老学员")
    old, _, _ = add_run(world, hour=16, first_day=date(2025, 9, 3))
    add_place(old, experienced)
    entry = enter(experienced, opened, runs, now=world.now)
    from tests.worlds.small_county import acting

    enrolment.invite_to_entry(actor=acting(experienced), entry_uuid=entry.uuid, who=world.elder.code, now=world.now)
    enrolment.answer_invitation(
        actor=acting(world.elder), entry_uuid=entry.uuid, person_id=world.elder.pk, agrees=True, now=world.now
    )
    (row,) = entry_rows(opened.id)
    party = row.party
    assert [member.is_newcomer for member in party.members] == [False, True]
    assert (party.weight, party.buckets, row.wishes) == (1, ("resident",), " ".join(str(run.pk) for run in runs))


def test_the_database_makes_the_same_pseudonym_as_the_published_rule(world, runs):
    opened = open_a_round(world, runs)
    enter(world.rider, opened, runs, now=world.now)
    (row,) = entry_rows(opened.id)
    entry = Entry.objects.within(ALL).get(pk=row.entry_id)
    assert row.pseudonym == pseudonym_of(bytes(entry.salt), entry.code).hex()


def test_people_of_equal_facts_are_judged_once(world, runs, monkeypatch):
    opened = open_a_round(world, runs)
    for number in range(5):
        enter(add_person(f"居民{number}"), opened, runs, now=world.now)
    asked = []
    real = round_facts.entry_weight
    monkeypatch.setattr(round_facts, "entry_weight", lambda *each: asked.append(each) or real(*each))
    rows = list(entry_rows(opened.id))
    assert len(rows) == 5 and len(asked) == 1 and {row.party.number for row in rows} == {0}


def test_the_number_of_statements_does_not_grow_with_the_entries(world, runs, django_assert_max_num_queries):
    opened = open_a_round(world, runs)
    for number in range(12):
        enter(add_person(f"居民{number}"), opened, runs, now=world.now)
    with django_assert_max_num_queries(12):
        assert len(list(entry_rows(opened.id))) == 12
    assert world.now < CLOSES


def test_what_a_person_would_weigh_is_told_before_she_enters(world, runs):
    opened = open_a_round(world, runs)
    facts = enrolment.facts_of_person(opened.id, world.elder.pk, world.elder.region, [runs[0].pk])
    assert enrolment.member_weight(facts, opened.weights) == 2  # never served
    assert seats_to_draw(opened.id) == {runs[0].pk: 20, runs[1].pk: 20}
    add_place(runs[0], world.rider)
    assert seats_to_draw(opened.id)[runs[0].pk] == 19
