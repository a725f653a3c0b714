import pytest

from tests.domains.classes.planning import clerk_of, officer_of, open_class
from tests.worlds.small_county import COUNTY, OTHER_COUNTY, on_duty
from xueqiao.domains.classes.api import ApprovalNeedsAnother, NotInThisState, approve_class_run, publish_class_run
from xueqiao.domains.classes.models import ClassListing, ClassRun
from xueqiao.foundation.reasons import NotAllowed


@pytest.fixture
def waiting(world):
    draft = open_class(world)
    return publish_class_run(actor=clerk_of(world), code=draft.code, now=world.now)


def test_the_county_officer_approves_and_the_class_is_public(world, waiting):
    shown = approve_class_run(actor=officer_of(world), code=waiting.code, now=world.now)
    assert shown.state == "published"
    run = ClassRun.objects.get(id=waiting.run_id)
    assert (run.submitted_by_id, run.approved_by_id) == (world.clerk.id, world.officer.id)
    assert ClassListing.objects.get(run=run).to_pay_fen == 24_000


@pytest.mark.parametrize("who", ["clerk", "other_county"])
def test_others_may_not(world, waiting, who):
    actor = clerk_of(world) if who == "clerk" else on_duty(world.other_officer, "county_officer", OTHER_COUNTY)
    with pytest.raises(NotAllowed):
        approve_class_run(actor=actor, code=waiting.code, now=world.now)
    assert ClassRun.objects.get(id=waiting.run_id).state == "awaiting"


def test_nobody_approves_what_he_handed_in(world):
    draft = open_class(world)
    publish_class_run(actor=officer_of(world), code=draft.code, now=world.now)
    with pytest.raises(ApprovalNeedsAnother):
        approve_class_run(actor=officer_of(world), code=draft.code, now=world.now)
    assert ClassRun.objects.get(id=draft.run_id).state == "awaiting"
    other = on_duty(world.other_officer, "county_officer", COUNTY)
    assert approve_class_run(actor=other, code=draft.code, now=world.now).state == "published"


def test_a_draft_that_was_not_handed_in_is_refused(world):
    draft = open_class(world)
    with pytest.raises(NotInThisState):
        approve_class_run(actor=officer_of(world), code=draft.code, now=world.now)
