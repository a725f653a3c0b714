from datetime import timedelta

import pytest

from tests.domains.enrolment.openings_and_arrivals import arrivals, enter, opening_soon, people
from xueqiao.domains.enrolment import api as enrolment

pytestmark = pytest.mark.django_db


def test_presence_only_moves_forward_and_changes_nothing_else():
    world, run = opening_soon()
    enter(run, people(2), world.now)
    ids = list(arrivals(run).values_list("pk", flat=True))
    later = world.now + timedelta(minutes=1)
    enrolment.mark_present(arrival_ids=ids[:1], now=later)
    enrolment.mark_present(arrival_ids=ids[:1], now=world.now)
    seen = dict(arrivals(run).values_list("pk", "seen_at"))
    assert seen == {ids[0]: later, ids[1]: world.now}
    assert set(arrivals(run).values_list("changed_at", flat=True)) == {world.now}
