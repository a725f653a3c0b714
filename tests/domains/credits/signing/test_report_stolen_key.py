from datetime import timedelta

import pytest

from tests.domains.credits.completed import SYSTEM
from tests.domains.credits.standing import issued
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.standing import KeyUnknown, TheftAlreadyNoted, TheftInTheFuture
from xueqiao.domains.credits.models import SigningKey

pytestmark = pytest.mark.django_db


def test_what_is_proven_to_be_older_than_the_theft_stays_valid_and_nothing_else() -> None:
    made = issued(2)
    key = SigningKey.objects.get()
    credit_bank.seal_certificates(now=made.now)
    unsealed = made.another()
    report = {"actor": SYSTEM, "key_id": key.pk, "now": made.now + timedelta(days=1)}
    credit_bank.report_stolen_key(stolen_at=made.now + timedelta(hours=1), **report)
    assert (made.state(), unsealed.state()) == ("valid", "revoked")
    credit_bank.report_stolen_key(stolen_at=made.now, **report)
    assert made.state() == "revoked"
    assert credit_bank.verify_certificate(code=made.view.code, now=made.now).revoke_reason == "key_stolen"
    assert key.key_id.partition("#")[0] not in credit_bank.trusted_keys()


def test_a_theft_is_never_moved_to_a_later_moment() -> None:
    made = issued()
    key = SigningKey.objects.get()
    report = {"actor": SYSTEM, "now": made.now}
    with pytest.raises(TheftInTheFuture):
        credit_bank.report_stolen_key(key_id=key.pk, stolen_at=made.now + timedelta(seconds=1), **report)
    with pytest.raises(KeyUnknown):
        credit_bank.report_stolen_key(key_id=key.pk + 1, stolen_at=made.now, **report)
    key.refresh_from_db()
    assert key.stolen_at is None
    credit_bank.report_stolen_key(key_id=key.pk, stolen_at=made.now - timedelta(days=1), **report)
    with pytest.raises(TheftAlreadyNoted):
        credit_bank.report_stolen_key(key_id=key.pk, stolen_at=made.now, **report)
    assert SigningKey.objects.filter(stolen_at=None, retired_at=None).count() == 1
