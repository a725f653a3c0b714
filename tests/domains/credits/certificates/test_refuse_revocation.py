import pytest

from tests.domains.credits.standing import WHY, issued, revoked
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.standing import ChangeAlreadyDecided, SecondPersonNeeded
from xueqiao.domains.credits.models import StatusChange

pytestmark = pytest.mark.django_db


def test_a_refused_request_leaves_the_certificate_and_may_be_asked_again() -> None:
    made = issued()
    asked = credit_bank.ask_revocation(actor=made.first, certificate_uuid=made.view.uuid, now=made.now, **WHY)
    with pytest.raises(SecondPersonNeeded):
        credit_bank.refuse_revocation(actor=made.first, change_uuid=asked.uuid, now=made.now)
    kept = credit_bank.refuse_revocation(actor=made.second, change_uuid=asked.uuid, now=made.now)
    assert (kept.state, made.state()) == ("refused", "valid")
    with pytest.raises(ChangeAlreadyDecided):
        credit_bank.revoke_certificate(actor=made.second, change_uuid=asked.uuid, now=made.now)
    revoked(made)
    assert sorted(StatusChange.objects.values_list("state", flat=True)) == ["done", "refused"]
