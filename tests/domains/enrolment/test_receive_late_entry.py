from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.domains.enrolment.rounds_and_entries import ALL, refused
from tests.worlds.rounds import CLOSES, OPENS, drawn_classes, open_a_round
from tests.worlds.small_county import COUNTY, HEDE, acting, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.rounds import BadWishes, RoundNotTaking, StampTooLate
from xueqiao.domains.enrolment.models import AdmissionRound, Entry, LateEntry
from xueqiao.domains.people.api import MayNotActFor
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db
AFTER = CLOSES + timedelta(hours=3)


@pytest.fixture
def world():
    return small_county()


@pytest.fixture
def opened(world):
    return open_a_round(world, list(drawn_classes(world)))


def receive(world, opened, *, actor=None, person=None, key="late-1", now=AFTER, **values):
    return enrolment.receive_late_entry(
        actor=actor or on_duty(world.clerk, "centre_clerk", HEDE, channel="paper"),
        round_code=opened.code,
        person_id=(person or world.elder).pk,
        run_ids=values.get("run_ids", [opened.runs[0].run_id]),
        stamped_at=values.get("stamped_at", CLOSES - timedelta(hours=1)),
        why=values.get("why", "村里的表，路上耽搁"),
        source="paper",
        request_key=key,
        now=now,
    )


def test_a_stamped_form_waits_and_enters_nobody_by_itself(world, opened):
    first = receive(world, opened)
    assert receive(world, opened) == first
    assert (first.state, first.person_name, first.entry_id) == ("waiting", "张桂兰", None)
    assert not Entry.objects.within(ALL).exists()


def test_what_does_not_count(world, opened):
    cases = [
        (StampTooLate, {"stamped_at": CLOSES}),
        (StampTooLate, {"stamped_at": OPENS - timedelta(minutes=1)}),
        (InvalidInput, {"why": " "}),
        (BadWishes, {"run_ids": []}),
        (MayNotActFor, {"person": world.rider}),
        (NotAllowed, {"actor": acting(world.elder)}),
        (NotAllowed, {"actor": on_duty(world.officer, "county_officer", COUNTY)}),
    ]
    for reason, values in cases:
        refused(reason, receive, world, opened, **values)
    assert not LateEntry.objects.within(ALL).exists()


def test_after_the_freeze_nothing_is_received(world, opened):
    AdmissionRound.objects.filter(pk=opened.id).update(
        state="frozen", frozen_at=AFTER, list_hash=b"1" * 32, list_root=b"2" * 32, commitment=b"3" * 32, entry_count=0
    )
    refused(RoundNotTaking, receive, world, opened)


def test_the_schema_asks_for_two_people(world, opened):
    late = receive(world, opened)
    row = LateEntry.objects.within(ALL).get(uuid=late.uuid)
    row.state, row.decided_by_id, row.decided_at = "refused", row.received_by_id, AFTER
    with pytest.raises(IntegrityError, match="late_decided_by_another"), transaction.atomic():
        row.save()
