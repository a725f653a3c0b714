"""One signature moves five units by one person; whatever arrives twice or in disorder ends at the same figures."""

from datetime import date, timedelta

import pytest

from tests.domains.learning.classroom import Classroom, classroom
from tests.worlds.small_county import (
    CITY,
    COUNTY,
    HEDE,
    HEDE_VILLAGE,
    LINHAI,
    LINHAI_VILLAGE,
    PROVINCE,
    acting,
    add_person,
    add_place,
)
from xueqiao.domains.indicators.api import ELDERLY_PARTICIPATION, compute_figures, count_participation, figure_of
from xueqiao.domains.indicators.models import Denominator, Figure, Participant
from xueqiao.domains.learning import api as learning
from xueqiao.domains.people.models import Person
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db

JOB = Actor.system("tests")
LINEAGE = (PROVINCE, CITY, COUNTY, HEDE, HEDE_VILLAGE)


@pytest.fixture
def room() -> Classroom:
    room = classroom(2)
    Person.objects.within(Scope.everything("tests")).filter(pk=room.learners[1].pk).update(birth_date=date(1990, 1, 1))
    for unit, value in zip(LINEAGE, (20_000_000, 1_700_000, 200_000, 30_000, 400), strict=True):
        Denominator.objects.create(
            kind="residents_60_plus",
            region=unit,
            as_of=date(2020, 11, 1),
            value=value,
            status="estimated",
            source="普查",
        )
    compute_figures(actor=JOB, year=2026, now=room.world.now)
    return room


def numerators() -> list[int]:
    return [
        figure_of(indicator=ELDERLY_PARTICIPATION, region=RegionCode(unit), year=2026).numerator for unit in LINEAGE
    ]


def sign(room: Classroom, deliver_due, number: int = 1, marks: dict[int, str] | None = None) -> None:  # type: ignore[no-untyped-def]
    now = room.during(number)
    learning.record_roll(actor=room.teacher, session_id=room.sessions[number - 1].pk, marks=marks or {}, now=now)
    deliver_due(now)


def test_one_signature_moves_every_unit_of_the_lineage_by_one_person(room, deliver_due) -> None:  # type: ignore[no-untyped-def]
    assert numerators() == [0, 0, 0, 0, 0]
    sign(room, deliver_due)
    assert numerators() == [1, 1, 1, 1, 1]


def test_somebody_under_sixty_does_not_move_the_figure(room, deliver_due) -> None:  # type: ignore[no-untyped-def]
    sign(room, deliver_due, marks={room.learners[0].pk: "absent"})
    assert numerators() == [0, 0, 0, 0, 0]


def test_a_second_signature_of_the_year_counts_nobody_twice(room, deliver_due) -> None:  # type: ignore[no-untyped-def]
    sign(room, deliver_due, 1)
    sign(room, deliver_due, 2)
    assert numerators() == [1, 1, 1, 1, 1]
    assert Participant.objects.count() == 1


def test_a_repeated_event_changes_nothing(room, deliver_due) -> None:  # type: ignore[no-untyped-def]
    sign(room, deliver_due)
    for _ in range(3):
        count_participation(actor=JOB, person_id=room.learners[0].pk, year=2026, now=room.world.now)
    assert numerators() == [1, 1, 1, 1, 1]


def test_a_corrected_signature_takes_the_person_back(room, deliver_due) -> None:  # type: ignore[no-untyped-def]
    sign(room, deliver_due)
    learning.record_roll(
        actor=room.teacher,
        session_id=room.first.pk,
        marks={room.learners[0].pk: "absent"},
        reason="看错了人",
        now=room.during(1, 30),
    )
    deliver_due(room.during(1, 31))
    assert numerators() == [0, 0, 0, 0, 0]
    assert Participant.objects.count() == 0


def test_moving_within_the_county_counts_in_both_towns_and_once_above(room, deliver_due) -> None:  # type: ignore[no-untyped-def]
    sign(room, deliver_due, 1)
    Person.objects.within(Scope.everything("tests")).filter(pk=room.learners[0].pk).update(region=LINHAI_VILLAGE)
    sign(room, deliver_due, 2)
    assert numerators() == [1, 1, 1, 1, 1]
    linhai = figure_of(indicator=ELDERLY_PARTICIPATION, region=RegionCode(LINHAI), year=2026)
    assert linhai.numerator == 1
    assert {p.region for p in Participant.objects.all()} == {HEDE_VILLAGE, LINHAI_VILLAGE}


def test_a_recount_finds_the_running_figures_without_drift(room, deliver_due) -> None:  # type: ignore[no-untyped-def]
    for number in range(1, 4):
        sign(room, deliver_due, number)
    recounts = compute_figures(actor=JOB, year=2026, now=room.world.now + timedelta(days=30))
    assert [r.drifted for r in recounts if r.indicator == ELDERLY_PARTICIPATION] == [0]
    assert numerators() == [1, 1, 1, 1, 1]


def test_a_recount_names_a_drift_and_mends_it(room, deliver_due) -> None:  # type: ignore[no-untyped-def]
    sign(room, deliver_due)
    Figure.objects.filter(indicator=ELDERLY_PARTICIPATION, region=COUNTY).update(numerator=7)
    recounts = compute_figures(actor=JOB, year=2026, now=room.world.now)
    assert [r.drifted for r in recounts if r.indicator == ELDERLY_PARTICIPATION] == [1]
    assert numerators() == [1, 1, 1, 1, 1]


def test_without_its_guard_against_repetition_the_figure_would_run_away(room, deliver_due, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """The mutant: pretend every event is news. The repeated-event test above must then be red."""
    from xueqiao.domains.indicators.actions import count_participation as action

    sign(room, deliver_due)
    monkeypatch.setattr(
        action, "units_gained_and_lost", lambda _before, after: (set(RegionCode(next(iter(after))).lineage), set())
    )
    count_participation(actor=JOB, person_id=room.learners[0].pk, year=2026, now=room.world.now)
    assert numerators() == [2, 2, 2, 2, 2]


def test_nobody_but_the_platform_moves_a_figure(room) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NotAllowed):
        count_participation(
            actor=acting(room.world.daughter), person_id=room.learners[0].pk, year=2026, now=room.world.now
        )
    assert numerators() == [0, 0, 0, 0, 0]


def test_a_new_learner_of_another_village_leaves_this_village_alone(room, deliver_due) -> None:  # type: ignore[no-untyped-def]
    newcomer = add_person("吴大妈", born=date(1950, 1, 1), region=LINHAI_VILLAGE)
    add_place(room.run, newcomer)
    sign(room, deliver_due)
    assert numerators() == [2, 2, 2, 1, 1]
