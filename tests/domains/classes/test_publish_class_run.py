from datetime import timedelta

import pytest

from tests.domains.classes.planning import clerk_of, open_class
from tests.worlds.small_county import acting
from xueqiao.domains.classes.api import BadClassPlan, ClassFilter, NotInThisState, find_classes, publish_class_run
from xueqiao.domains.classes.models import ClassListing, ClassRun
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import NotAllowed


def test_a_free_class_is_public_at_once(world):
    draft = open_class(world, price_fen=0)
    shown = publish_class_run(actor=clerk_of(world), code=draft.code, now=world.now)
    assert shown.state == "published"
    found = find_classes(ClassFilter(text="手机支付"), now=world.now)
    assert [card.code for card in found.cards] == [draft.code]
    assert OutboxEvent.objects.filter(name="classes.ClassRunPublished").count() == 1


def test_a_class_with_a_price_waits_for_approval(world):
    draft = open_class(world)
    shown = publish_class_run(actor=clerk_of(world), code=draft.code, now=world.now)
    assert shown.state == "awaiting" and shown.submitted_by_id == world.clerk.id
    assert not ClassListing.objects.filter(run_id=draft.run_id).exists()
    assert not OutboxEvent.objects.filter(name="classes.ClassRunPublished").exists()


def test_twice_is_refused(world):
    draft = open_class(world, price_fen=0)
    publish_class_run(actor=clerk_of(world), code=draft.code, now=world.now)
    with pytest.raises(NotInThisState) as refused:
        publish_class_run(actor=clerk_of(world), code=draft.code, now=world.now)
    assert "已发布" in refused.value.message


def test_a_resident_may_not(world):
    draft = open_class(world, price_fen=0)
    with pytest.raises(NotAllowed):
        publish_class_run(actor=acting(world.elder), code=draft.code, now=world.now)
    assert ClassRun.objects.get(id=draft.run_id).state == "draft"


def test_too_late_to_enrol_is_refused(world):
    draft = open_class(world, price_fen=0)
    with pytest.raises(BadClassPlan):
        publish_class_run(actor=clerk_of(world), code=draft.code, now=world.now + timedelta(days=30))
    assert ClassRun.objects.get(id=draft.run_id).state == "draft"
