from datetime import date

import pytest

from tests.domains.credits.claiming import accepted, claimed, reviewer
from tests.worlds.small_county import HEDE, OTHER_COUNTY, acting, on_duty, small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.claims import (
    ClaimNotAtThisStep,
    ClaimUnknown,
    OwnClaim,
    OwnInstitution,
    SecondPersonNeeded,
)
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


def accept(actor: Actor, view: credit_bank.ClaimView, also: int | None, now: object, **more: object) -> object:
    values = {"method": "original_seen", "seen_also_by_id": also} | more
    return credit_bank.accept_claim(actor=actor, claim_uuid=view.uuid, now=now, **values)  # type: ignore[arg-type]


def test_two_staff_see_the_original_and_the_time_for_the_decision_begins() -> None:
    world = small_county()
    view = accepted(world)
    assert view.state == "accepted"
    assert view.due == date(2026, 4, 1), "twenty working days"
    assert [(each.method, each.strength) for each in view.evidence] == [("original_seen", 2)]


def test_one_person_alone_or_one_without_a_duty_does_not_see_an_original() -> None:
    world = small_county()
    view, clerk = claimed(world), on_duty(world.clerk, "centre_clerk", HEDE)
    for also in (None, world.clerk.pk, world.rider.pk, world.other_officer.pk):
        with pytest.raises(SecondPersonNeeded):
            accept(clerk, view, also, world.now)
    with pytest.raises(InvalidInput):
        accept(clerk, view, world.officer.pk, world.now, method="issuer_feed")
    with pytest.raises(InvalidInput):
        accept(clerk, view, world.officer.pk, world.now, checked_facts={"strength": 4})
    assert credit_bank.access_claim(actor=clerk, claim_uuid=view.uuid).state == "claimed"


def test_what_the_paper_says_replaces_what_was_written() -> None:
    world = small_county()
    view, clerk = claimed(world), on_duty(world.clerk, "centre_clerk", HEDE)
    accept(clerk, view, None, world.now, method="issuer_query", checked_facts={"hours": 16 * 60})
    with pytest.raises(ClaimNotAtThisStep):
        accept(clerk, view, world.officer.pk, world.now)


def test_nobody_accepts_what_the_own_institution_issued_or_the_own_family_claims() -> None:
    world = small_county()
    view = claimed(world, issuer_institution_id=world.centre.pk)
    with pytest.raises(OwnInstitution):
        accept(reviewer("本中心文员", world.centre), view, world.officer.pk, world.now)
    daughter = on_duty(world.daughter, "county_officer", 320924000000)
    with pytest.raises(OwnClaim):
        accept(daughter, view, world.officer.pk, world.now)
    with pytest.raises(ClaimUnknown):
        accept(on_duty(world.other_officer, "county_officer", OTHER_COUNTY), view, world.officer.pk, world.now)


def test_permission_is_asked_before_what_was_typed_is_read() -> None:
    """Who may not decide hears that, never how the form ought to be filled in."""
    world = small_county()
    view = claimed(world)
    daughter = on_duty(world.daughter, "county_officer", 320924000000)
    with pytest.raises(OwnClaim):
        accept(daughter, view, None, world.now, method="nonsense")
    with pytest.raises(ClaimUnknown):
        accept(on_duty(world.other_officer, "county_officer", OTHER_COUNTY), view, None, world.now)
    with pytest.raises(NotAllowed):
        accept(acting(world.rider), view, None, world.now, method="nonsense")
