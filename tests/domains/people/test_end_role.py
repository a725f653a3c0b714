import pytest

from tests.domains.people.conftest import as_actor, deeds
from tests.signing_in import signed_in
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import end_role
from xueqiao.domains.people.models import StaffRole
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import NotAllowed, NotFound


def test_an_ended_duty_counts_no_more_and_its_sessions_are_over(world):
    row = StaffRole.objects.get(person=world.clerk)
    client = signed_in(world.clerk)
    with clock.frozen(NOW):
        assert client.get("/me/").status_code == 200
        for _ in range(2):
            end_role(actor=as_actor(world.officer), role_id=row.id, now=NOW)
        assert client.get("/me/").status_code == 302
    assert as_actor(world.clerk).roles == frozenset() and len(deeds("end_role")) == 1


@pytest.mark.parametrize("who", ["clerk", "teacher", "other_officer", "elder"])
def test_nobody_else_ends_it(world, who):
    row = StaffRole.objects.get(person=world.clerk)
    with pytest.raises(NotAllowed):
        end_role(actor=as_actor(getattr(world, who)), role_id=row.id, now=NOW)
    with pytest.raises(NotFound):
        end_role(actor=as_actor(world.officer), role_id=0, now=NOW)
    row.refresh_from_db()
    assert row.valid_to is None
