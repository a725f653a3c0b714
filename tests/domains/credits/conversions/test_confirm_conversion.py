from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from tests.domains.credits.claiming import reviewer
from tests.domains.credits.converting import a_story, clerk_of, conversion_in
from tests.worlds.small_county import COUNTY, OTHER_COUNTY, acting, add_person, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.conversions import (
    ConversionNotAtThisStep,
    ConversionUnknown,
    OwnConversion,
    ReservationOver,
)
from xueqiao.domains.credits.models import Conversion
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db


def test_what_is_confirmed_is_used_at_the_school_and_the_fact_names_no_person() -> None:
    story = a_story()
    view = story.confirm(story.reserve())
    assert (view.state, story.used(view)) == ("converted", 550)
    assert (story.held.posted, story.held.held_out) == (0, 0)
    (fact,) = OutboxEvent.objects.filter(name="credits.ConversionConfirmed")
    assert fact.payload == {
        "conversion_uuid": str(view.uuid),
        "givers": [[0, 400]],
        "receiver_id": story.world.college.pk,
        "rules_code": "open-university",
        "programme": "management-associate",
        "unit": "CREDIT.degree",
        "amount_hundredths": 400,
        "agreement_code": "",
    }


def test_twice_is_once() -> None:
    story = a_story()
    view = story.reserve()
    assert story.confirm(view) == story.confirm(view)
    assert OutboxEvent.objects.filter(name="credits.ConversionConfirmed").count() == 1
    assert AuditEntry.objects.filter(verb="confirm_conversion").count() == 1


def test_who_may_not_confirm() -> None:
    story = a_story()
    view, world = story.reserve(), story.world
    for actor, reason in (
        (reviewer("合德文员", world.centre), ConversionUnknown),
        (on_duty(world.other_officer, "county_officer", OTHER_COUNTY), ConversionUnknown),
        (on_duty(world.clerk, "centre_clerk", COUNTY), ConversionUnknown),
        (acting(world.elder), NotAllowed),
        (clerk_of(world, world.elder), OwnConversion),
        (clerk_of(world, world.daughter), OwnConversion),
    ):
        with pytest.raises(reason):
            story.confirm(view, actor)
    assert story.held.held_out == 550
    officer = on_duty(world.officer, "county_officer", COUNTY)
    assert story.confirm(view, officer).state == "converted"


def test_what_is_over_is_not_confirmed() -> None:
    story = a_story()
    withdrawn = story.withdraw(story.reserve("面点"))
    with pytest.raises(ConversionNotAtThisStep):
        story.confirm(withdrawn)
    late = story.reserve("茶艺")
    story.now = late.expires_at
    with pytest.raises(ReservationOver):
        story.confirm(late)
    story.now = late.expires_at - timedelta(seconds=1)
    assert story.confirm(late).state == "converted"


def test_the_desk_shows_a_clerk_what_waits_for_her_school_until_it_is_decided() -> None:
    story = a_story()
    view = story.reserve()

    def desk(actor: object = story.clerk) -> list[object]:
        return [each.uuid for each in credit_bank.access_conversions_waiting(actor=actor, now=story.now)]  # type: ignore[arg-type]

    assert desk() == [view.uuid]
    assert desk(reviewer("合德文员", story.world.centre)) == []
    assert desk(replace(story.clerk, duties=())) == []
    story.confirm(view)
    assert desk() == []


def test_what_other_schools_confirmed_does_not_push_it_off_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xueqiao.domains.credits.queries.conversions.LATELY_MAX", 1)
    monkeypatch.setattr("xueqiao.domains.credits.queries.conversions.DESK_MAX", 1)
    story = a_story()
    mine = story.confirm(story.reserve("面点"))
    waiting = story.reserve("茶艺")
    centre, neighbour = story.world.centre, add_person("邻校学员", born=date(1980, 1, 1))
    other = conversion_in(centre.region, neighbour, centre)["conversion_uuid"]
    Conversion.objects.within(Scope.everything("test")).filter(uuid=other).update(
        expires_at=story.now + timedelta(minutes=1)
    )

    def seen(read: Callable[..., Sequence[credit_bank.ConversionView]], **more: object) -> list[UUID]:
        return [each.uuid for each in read(actor=story.clerk, **more)]

    assert seen(credit_bank.access_conversions_waiting, now=story.now) == [waiting.uuid]
    Conversion.objects.within(Scope.everything("test")).filter(uuid=other).update(
        state="converted", decided_at=story.now + timedelta(minutes=1), decided_by=story.person
    )
    assert seen(credit_bank.access_conversions_confirmed) == [mine.uuid]
