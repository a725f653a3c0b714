"""A group of holds is what single holds would have been, one after the other."""

import os
import random
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.domains.enrolment.listing import by_list, entry
from tests.domains.enrolment.seats_and_places import pool, trace
from tests.worlds.small_county import acting, add_person, add_place, add_run, link_family, small_county
from xueqiao.domains.classes.models import ClassListing
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.actions import hold_seats as module
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.api import HoldRequest
from xueqiao.domains.enrolment.models import Place, SeatPool
from xueqiao.domains.enrolment.queries import groups
from xueqiao.domains.enrolment.rules.groups import in_waves
from xueqiao.domains.people.models import Consent
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")
WORLDS = int(os.environ.get("XUEQIAO_GROUP_WORLDS", "2"))  # long form: 200


def wish(agent, run, person=None, key="k"):
    return HoldRequest(agent.pk, (person or agent).pk, run.pk, key)


def code_of(answer):
    return answer.place.state if answer.place else answer.refusal.code


def test_as_many_as_there_are_seats_in_order_of_arrival():
    world = small_county()
    run, _, _ = add_run(world, capacity=3)
    people = [add_person(f"居民{n}") for n in range(5)]
    answers = enrolment.hold_seats(requests=[wish(p, run) for p in people], now=world.now)
    assert [code_of(each) for each in answers] == ["held", "held", "held", "class_full", "class_full"]
    assert pool(run) == (3, 0)
    stored = Place.objects.within(ALL).filter(run=run).order_by("pk")
    assert [p.person_id for p in stored] == [p.pk for p in people[:3]]
    assert [(p.uuid, p.code, p.hold_until) for p in stored] == [
        (a.place.uuid, a.place.code, a.place.hold_until) for a in answers[:3]
    ]


def test_each_place_has_its_fact_its_deed_and_its_number_on_the_list():
    world = small_county()
    ClassListing.objects.filter(run=world.run).update(seats_left_shown=20)
    people = [add_person(f"居民{n}") for n in range(3)]
    answers = enrolment.hold_seats(requests=[wish(p, world.run) for p in people], now=world.now)
    facts = OutboxEvent.objects.filter(name="enrolment.SeatHeld")
    assert {fact.payload["place_id"] for fact in facts} == {a.place.id for a in answers}
    deeds = AuditEntry.objects.filter(verb="hold_seat")
    assert [(d.object_id, d.actor_person_id, d.acting_for_id, d.channel) for d in deeds.order_by("object_id")] == [
        (a.place.id, p.pk, None, "web") for a, p in zip(answers, people, strict=True)
    ]
    assert deeds.first().detail == {"authority": "self", "run": world.run.code, "channel": "web", "left": 17}
    for shown in ClassListing.objects.filter(run=world.run):
        assert shown.seats_left_shown == 17


def test_a_form_sent_twice_is_one_place_within_a_group_and_between_groups():
    world = small_county()
    requests = [wish(world.rider, world.run), wish(world.rider, world.run)]
    first, second = enrolment.hold_seats(requests=requests, now=world.now)
    (third,) = enrolment.hold_seats(requests=requests[:1], now=world.now + timedelta(minutes=1))
    assert first.place.uuid == second.place.uuid == third.place.uuid
    assert pool(world.run) == (1, 0)


def test_who_may_not_act_is_refused_and_nobody_else_suffers():
    world = small_county()
    stranger, child = add_person("路人"), add_person("小童", born=date(2016, 1, 1))
    link_family(agent=world.daughter, subject=child, relation="parent")
    asked = [
        wish(stranger, world.run, world.elder),
        wish(world.daughter, world.run, child),
        wish(child, world.run),
        wish(world.daughter, world.run, world.elder),
        HoldRequest(world.rider.pk, world.rider.pk, world.run.pk, ""),
        HoldRequest(world.rider.pk, world.rider.pk, 0, "k"),
    ]
    answers = enrolment.hold_seats(requests=asked, now=world.now)
    assert [code_of(each) for each in answers] == [
        "may_not_act_for",
        "guardian_consent_missing",
        "guardian_consent_missing",
        "held",
        "invalid_input",
        "class_not_offered",
    ]
    assert pool(world.run) == (1, 0)


def test_holds_past_their_time_make_room():
    world = small_county()
    run, _, _ = add_run(world, capacity=2)
    early = [add_person(f"早到{n}") for n in range(2)]
    enrolment.hold_seats(requests=[wish(p, run) for p in early], now=world.now)
    later = world.now + timedelta(minutes=16)
    late = [add_person(f"后到{n}") for n in range(3)]
    answers = enrolment.hold_seats(requests=[wish(p, run, key="again") for p in [early[0], *late]], now=later)
    assert [code_of(each) for each in answers] == ["held", "held", "class_full", "class_full"]
    assert pool(run) == (2, 0)
    assert Place.objects.within(ALL).filter(run=run, state="expired").count() == 2


def test_a_refusal_leaves_nothing_behind():
    world = small_county()
    run, _, _ = add_run(world, capacity=1)
    add_place(run, add_person("先到"))
    people = [add_person(f"居民{n}") for n in range(4)]
    before = trace()
    answers = enrolment.hold_seats(requests=[wish(p, run) for p in people], now=world.now)
    assert {code_of(each) for each in answers} == {"class_full"}
    assert trace() == before


def test_a_class_without_a_pool_gets_one():
    world = small_county()
    SeatPool.objects.filter(run=world.run).delete()
    (answer,) = enrolment.hold_seats(requests=[wish(world.rider, world.run)], now=world.now)
    assert answer.place is not None
    assert pool(world.run) == (1, 0)


def test_a_group_has_a_size():
    world = small_county()
    with pytest.raises(ValueError, match="500"):
        enrolment.hold_seats(requests=[wish(world.rider, world.run)] * 501, now=world.now)
    assert enrolment.hold_seats(requests=[], now=world.now) == []


@pytest.mark.django_db(transaction=True)
def test_a_request_that_spoils_the_group_is_answered_alone(monkeypatch):
    world = small_county()
    people = [add_person(f"居民{n}") for n in range(3)]
    real = seats.admit_group

    def spoilt(columns):
        if "," in columns["person_ids"]:
            raise IntegrityError("somebody wrote the same form number for another person a moment ago")
        return real(columns)

    monkeypatch.setattr(module.seats, "admit_group", spoilt)
    answers = enrolment.hold_seats(requests=[wish(p, world.run) for p in people], now=world.now)
    assert [code_of(each) for each in answers] == ["held"] * 3
    assert pool(world.run) == (3, 0)


def test_waves_keep_persons_and_forms_apart():
    asked = [
        HoldRequest(1, 1, 10, "a"),
        HoldRequest(2, 2, 10, "a"),
        HoldRequest(1, 1, 11, "b"),
        HoldRequest(3, 1, 10, "c"),
        HoldRequest(2, 5, 10, "a"),
        HoldRequest(9, 9, 10, "a"),
    ]
    assert in_waves(asked) == [[0, 1, 5], [2, 4], [3]]


# -- the property: a group is some serial order of single holds ------------------------------------------------------


def crowd():
    """Classes and people among whom every rule has something to say."""
    world = small_county()
    cheap = {"price_fen": 30000, "subsidy_fen": 10000}
    runs = [
        world.run,
        add_run(world, capacity=2)[0],  # the same evening as world.run: clashes
        add_run(world, capacity=1, hour=9, first_day=world.run.starts_on + timedelta(days=1))[0],
        add_run(world, capacity=3, hour=14, first_day=world.run.starts_on + timedelta(days=2), **cheap)[0],
        add_run(world, hour=15, first_day=world.run.starts_on + timedelta(days=2), age_min=60)[0],
        add_run(world, hour=16, first_day=world.run.starts_on + timedelta(days=3), centre=world.other_centre)[0],
        add_run(world, hour=10, admission="draw")[0],
        add_run(world, hour=11, enrol_opens_at=world.now + timedelta(hours=1))[0],
        add_run(world, hour=8, state="cancelled")[0],
        add_run(world, hour=7)[0],  # by list, below
    ]
    by_list(world, runs[-1], entry(world.rider), entry(world.elder, phone=str(world.daughter.phone)))
    child = add_person("小童", born=date(2015, 5, 1))
    residents = [world.elder, world.daughter, world.rider, child, *(add_person(f"居民{n}") for n in range(4))]
    link = link_family(agent=world.daughter, subject=child, relation="parent")
    Consent.objects.create(
        subject=child, given_by=world.daughter, purpose="guardian", text_version="1", given_at=world.now
    )
    link.spending_cap_fen = 25000
    link.save()
    full = runs[2]
    stale = add_place(full, add_person("忘了办"), state="held", now=world.now - timedelta(hours=1))
    assert stale.hold_until <= world.now
    add_place(runs[3], residents[5])
    pairs = [(p, p) for p in residents] + [(world.daughter, world.elder), (world.daughter, child)] * 3
    pairs += [(world.rider, world.elder)]  # no link: refused
    return world, runs, pairs


def actor_for(agent, person):
    return acting(agent, acts_for=(person,))


def one_by_one(requests, order, people, now):
    answers = {}
    for position in order:
        request = requests[position]
        try:
            with transaction.atomic():
                answers[position] = enrolment.hold_seat(
                    actor=actor_for(people[request.agent_id], people[request.person_id]),
                    run_id=request.run_id,
                    person_id=request.person_id,
                    request_key=request.request_key,
                    channel="web",
                    now=now,
                )
        except Refused as refusal:
            answers[position] = refusal
    return [answers[position] for position in range(len(requests))]


def seen(answer):
    """What must be equal: the place but for its numbers, or the reason with its details."""
    if isinstance(answer, Refused):
        return answer.code, answer.message
    return (
        answer.run_id,
        answer.person_id,
        answer.enrolled_by_id,
        answer.state,
        answer.channel,
        answer.hold_until,
        answer.price_fen,
        answer.subsidy_fen,
        answer.to_pay_fen,
    )


def aftermath():
    """Everything stored, but for numbers handed out."""
    return (
        sorted(
            Place.objects.within(ALL).values_list(
                "run_id", "person_id", "enrolled_by_id", "request_key", "state", "hold_until", "to_pay_fen"
            ),
            key=str,
        ),
        sorted(SeatPool.objects.values_list("run_id", "held", "taken")),
        sorted(ClassListing.objects.values_list("run_id", "seats_left_shown")),
        Counter(OutboxEvent.objects.values_list("name", flat=True)),
        Counter(AuditEntry.objects.values_list("verb", "actor_person_id", "acting_for_id")),
    )


class _Undo(Exception):
    pass


def in_a_world_undone(deed):
    """Run the deed, look, and take everything back."""
    found = []
    try:
        with transaction.atomic():
            found.append((deed(), aftermath()))
            raise _Undo
    except _Undo:
        return found[0]


@pytest.mark.parametrize("seed", range(WORLDS))
def test_a_group_equals_single_holds_in_some_order(seed):
    chance = random.Random(seed)
    world, runs, pairs = crowd()
    people = {p.pk: p for pair in pairs for p in pair}
    met = Counter()
    for _ in range(6):
        requests = []
        for _ in range(chance.randint(1, 24)):
            agent, person = chance.choice(pairs)
            run = chance.choice(runs)
            requests.append(HoldRequest(agent.pk, person.pk, run.pk, chance.choice("abcdef")))
        now = world.now + timedelta(minutes=chance.choice([0, 5, 30]))
        group, after_group = in_a_world_undone(lambda r=requests, n=now: enrolment.hold_seats(requests=r, now=n))
        order = sorted(range(len(requests)), key=lambda position: group[position].turn)
        assert sorted(each.turn for each in group) == list(range(len(requests)))
        single, after_single = in_a_world_undone(lambda r=requests, o=order, n=now: one_by_one(r, o, people, n))
        got = [each.place or each.refusal for each in group]
        assert [seen(each) for each in got] == [seen(each) for each in single]
        assert after_group == after_single
        met.update("held" if each.place else each.refusal.code for each in group)
    assert met["held"] >= 10
    assert len(met) >= 6, met


def test_a_plan_that_is_kept_finds_places_by_person_and_by_form_however_few_there_are():
    """Planned on an empty table and kept, a scan of it halved the holds of a rush in `bench rush.holds`. So did, later
    in the evening, walking all places of a state by `place_run` and hashing every form there is."""

    def plan():
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {groups._OWN}", ["{1,2}", "{held}", "{1}", "{k}"])
            lines = cursor.fetchall()
            cursor.execute("SHOW enable_seqscan")
            return [*lines, cursor.fetchone()]

    *lines, seqscan = seats.with_patience(plan)
    scans = [line for (line,) in lines if " on enrolment_place" in line]
    for index, line in zip(("place_person", "place_request_once"), scans, strict=True):
        assert f"using {index}" in line
    assert "Hash" not in str(lines)
    assert seqscan == ("off",)
