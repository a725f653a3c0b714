import pytest

from tests.domains.credits.standing import WHY, issued, revoked
from tests.worlds.small_county import HEDE, acting, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.certificates import AlreadyRevoked, UnknownRevokeReason
from xueqiao.domains.credits.errors.standing import AlreadySuspended
from xueqiao.domains.credits.models import StatusChange, StatusList
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def test_one_officer_suspends_at_once_and_it_is_not_called_revoked() -> None:
    made = issued()
    suspend = {"certificate_uuid": made.view.uuid, "now": made.now}
    version = StatusList.objects.get().version
    view = credit_bank.suspend_certificate(actor=made.first, **suspend, **WHY)
    assert (view.suspended_at, view.revoked_at, made.state()) == (made.now, None, "suspended")
    assert StatusList.objects.get().version == version + 1
    assert [row.code for row in credit_bank.access_suspended(actor=made.second)] == [view.code]
    with pytest.raises(AlreadySuspended):
        credit_bank.suspend_certificate(actor=made.second, **suspend, **WHY)
    revoked(made)
    assert made.state() == "revoked"
    assert credit_bank.access_suspended(actor=made.second) == ()
    with pytest.raises(AlreadyRevoked):
        credit_bank.suspend_certificate(actor=made.second, **suspend, **WHY)


def test_nobody_else_suspends() -> None:
    made = issued()
    suspend = {"certificate_uuid": made.view.uuid, "now": made.now}
    for actor in (acting(made.done.person), on_duty(made.done.room.world.clerk, "centre_clerk", HEDE)):
        with pytest.raises(NotAllowed):
            credit_bank.suspend_certificate(actor=actor, **suspend, **WHY)
    with pytest.raises(UnknownRevokeReason):
        credit_bank.suspend_certificate(actor=made.first, **suspend, reason="x", words="y")
    assert made.state() == "valid"
    assert not StatusChange.objects.exists()
