from datetime import timedelta
from uuid import uuid4

import pytest

from tests.domains.credits.completed import EVERYTHING, SYSTEM, completed
from tests.worlds.small_county import COUNTY, HEDE, OTHER_COUNTY, acting, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.certificates import AlreadyRevoked, CertificateUnknown, UnknownRevokeReason
from xueqiao.domains.credits.models import Certificate, SigningKey
from xueqiao.foundation.reasons import Refused

pytestmark = pytest.mark.django_db


def test_an_officer_of_the_place_revokes_once_with_a_reason() -> None:
    done = completed()
    view = credit_bank.issue_certificate(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)
    officer = on_duty(done.room.world.officer, "county_officer", COUNTY)
    revoke = {"actor": officer, "certificate_uuid": view.uuid, "now": done.now + timedelta(days=1)}
    assert credit_bank.verify_certificate(code=view.code, now=done.now).state == "valid"
    with pytest.raises(UnknownRevokeReason):
        credit_bank.revoke_certificate(**revoke, reason="because")
    credit_bank.revoke_certificate(**revoke, reason="fraud")
    verdict = credit_bank.verify_certificate(code=view.code, name="张桂兰", now=done.now)
    assert (verdict.state, verdict.revoke_reason, verdict.name_matches) == ("revoked", "fraud", True)
    with pytest.raises(AlreadyRevoked):
        credit_bank.revoke_certificate(**revoke, reason="record_error")
    with pytest.raises(CertificateUnknown):
        credit_bank.revoke_certificate(**(revoke | {"certificate_uuid": uuid4()}), reason="fraud")


def test_nobody_else_revokes_and_it_stays_valid() -> None:
    done = completed()
    world = done.room.world
    view = credit_bank.issue_certificate(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)
    for actor in (
        acting(done.person),
        on_duty(world.clerk, "centre_clerk", HEDE),
        on_duty(world.other_officer, "county_officer", OTHER_COUNTY),
    ):
        with pytest.raises(Refused):
            credit_bank.revoke_certificate(actor=actor, certificate_uuid=view.uuid, reason="fraud", now=done.now)
    assert Certificate.objects.within(EVERYTHING).get().revoked_at is None


def test_what_a_stolen_key_signed_before_the_theft_stays_valid_and_after_it_does_not() -> None:
    done = completed()
    view = credit_bank.issue_certificate(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)
    SigningKey.objects.update(stolen_at=done.now + timedelta(seconds=1))
    assert credit_bank.verify_certificate(code=view.code, now=done.now).state == "valid"
    SigningKey.objects.update(stolen_at=done.now)
    verdict = credit_bank.verify_certificate(code=view.code, now=done.now)
    assert (verdict.state, verdict.revoke_reason) == ("revoked", "key_stolen")
    assert credit_bank.trusted_keys() == ()
