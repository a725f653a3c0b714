import json
from datetime import timedelta

import pytest

from tests.domains.credits.completed import SYSTEM
from tests.domains.credits.standing import issued
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import SigningKey
from xueqiao.domains.credits.signing import signers

pytestmark = pytest.mark.django_db


def test_five_rotations_one_of_them_after_a_theft() -> None:
    """Old good certificates stay valid; those signed after the theft fail."""
    first = issued(6)
    made, now = [], first.now
    for number in range(5):
        one = first.another() if number else first
        made.append(one)
        credit_bank.seal_certificates(now=now)
        if number == 2:
            stolen = SigningKey.objects.get(retired_at=None, stolen_at=None)
            late = first.another()  # the thief's, or one signed in the last minute: nobody can tell
            credit_bank.seal_certificates(now=now + timedelta(hours=2))
            credit_bank.report_stolen_key(
                actor=SYSTEM, key_id=stolen.pk, stolen_at=now + timedelta(hours=1), now=now + timedelta(hours=3)
            )
        else:
            credit_bank.rotate_signing_key(actor=SYSTEM, now=now)
    assert [one.state() for one in made] == ["valid"] * 5
    assert late.state() == "revoked"
    assert credit_bank.verify_certificate(code=late.view.code, now=late.now).revoke_reason == "key_stolen"
    keys = credit_bank.signing_keys()
    assert [key.state for key in keys] == ["active", "retired", "retired", "stolen", "retired", "retired"]
    offline = credit_bank.trust_from(credit_bank.published_keys(now=late.now))
    for one, expected in ((made[0], "valid"), (made[2], "valid"), (made[4], "valid"), (late, "invalid")):
        receipt = credit_bank.time_receipt(code=one.view.code)
        assert receipt is not None
        body = json.dumps(receipt.as_dict()).encode()
        verdict = credit_bank.verify_file(one.row.credential_text.encode(), trust=offline, receipt=body, now=one.now)
        assert verdict.state == expected


@pytest.mark.skipif(not signers.has_sm2(), reason="NO SM2 PROVIDER: pip install 'xueqiao[guomi]'")
def test_a_region_changes_to_sm2_and_back() -> None:
    old = issued(3)
    key = credit_bank.rotate_signing_key(actor=SYSTEM, now=old.now, algorithm="sm2")
    assert key.algorithm == "sm2"
    new = old.another()
    assert new.row.token_text == ""
    credit_bank.rotate_signing_key(actor=SYSTEM, now=old.now)
    for made in (old, new, old.another()):
        assert made.state() == "valid"
        text = made.row.credential_text.encode()
        assert credit_bank.verify_file(text, trusted_keys=credit_bank.trusted_keys()).state == "valid"
