import pytest

from tests.domains.classes.planning import clerk_of, officer_of, open_class
from xueqiao.domains.classes.api import NotInThisState, ReasonNeeded, publish_class_run, return_class_run
from xueqiao.domains.classes.models import ClassRun
from xueqiao.foundation.audit.models import AuditEntry


def test_a_returned_class_is_a_draft_again_with_the_reason_on_record(world):
    draft = open_class(world)
    publish_class_run(actor=clerk_of(world), code=draft.code, now=world.now)
    shown = return_class_run(actor=officer_of(world), code=draft.code, reason="价格请再核一次", now=world.now)
    assert shown.state == "draft" and shown.submitted_by_id is None
    assert AuditEntry.objects.get(verb="return_class_run").detail["reason"] == "价格请再核一次"


def test_a_reason_is_needed(world):
    draft = open_class(world)
    publish_class_run(actor=clerk_of(world), code=draft.code, now=world.now)
    with pytest.raises(ReasonNeeded):
        return_class_run(actor=officer_of(world), code=draft.code, reason=" ", now=world.now)
    assert ClassRun.objects.get(id=draft.run_id).state == "awaiting"


def test_a_draft_cannot_be_returned(world):
    draft = open_class(world)
    with pytest.raises(NotInThisState):
        return_class_run(actor=officer_of(world), code=draft.code, reason="价格请再核一次", now=world.now)
