from datetime import timedelta

import pytest

from tests.conformance.samples import OTHER
from tests.domains.credits.completed import EVERYTHING, SYSTEM
from tests.domains.credits.standing import WHY, issued, revoked
from tests.worlds.small_county import acting
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.certificates import CertificateUnknown
from xueqiao.domains.credits.errors.deposits import NotYours
from xueqiao.domains.credits.errors.signing import HolderKeyUnreadable, NothingToShow, SignerMissing
from xueqiao.domains.credits.errors.standing import NotInForce
from xueqiao.domains.credits.models import Certificate
from xueqiao.domains.credits.signing import signers
from xueqiao.domains.credits.signing.did_key import key_in_method
from xueqiao.domains.credits.signing.jose import encoded
from xueqiao.domains.credits.signing.sd_jwt import bound
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.identifiers import uuid7
from xueqiao.foundation.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db


def test_completed_at_least_sixty_hours_and_no_name_birth_or_number() -> None:
    made = issued()
    Certificate.objects.within(EVERYTHING).filter(pk=made.view.id).update(minutes=3700)
    mine = acting(made.done.person)
    wanted = {"actor": mine, "certificate_uuid": made.view.uuid, "now": made.now}
    text = credit_bank.prove_completion(shows=["hours_at_least_60"], **wanted)
    verdict = credit_bank.verify_file(text.encode(), trusted_keys=credit_bank.trusted_keys(), now=made.now)
    assert verdict.state == "valid"
    assert verdict.shown == (("completed", "True"), ("hours_at_least_60", "True"))
    assert (verdict.masked_name, verdict.code, verdict.title) == ("", "", "")
    again = credit_bank.prove_completion(shows=["hours_at_least_60"], **wanted)
    assert set(text.split("~")[1:-1]).isdisjoint(again.split("~")[1:-1])
    later = credit_bank.verify_file(text.encode(), trusted_keys=credit_bank.trusted_keys(), now=made.now + timedelta(8))
    assert later.state == "invalid"


def test_nothing_on_our_side_says_what_was_shown_or_to_whom() -> None:
    made = issued()
    events = OutboxEvent.objects.count()
    credit_bank.prove_completion(
        actor=acting(made.done.person), certificate_uuid=made.view.uuid, shows=["title"], now=made.now
    )
    entry = AuditEntry.objects.get(verb="prove_completion")
    assert entry.detail == {}
    assert OutboxEvent.objects.count() == events


def test_only_what_is_true_in_force_and_ones_own_is_proven() -> None:
    made = issued()
    wanted = {"certificate_uuid": made.view.uuid, "now": made.now}
    mine = acting(made.done.person)
    for shows in (["hours_at_least_60"], ["birth_date"], ["hours_at_least_16"]):
        with pytest.raises(NothingToShow):
            credit_bank.prove_completion(actor=mine, shows=shows, **wanted)
    with pytest.raises(NotYours):
        credit_bank.prove_completion(actor=acting(made.done.room.world.rider), shows=[], **wanted)
    with pytest.raises(CertificateUnknown):
        credit_bank.prove_completion(actor=mine, shows=[], certificate_uuid=uuid7(), now=made.now)
    with pytest.raises(HolderKeyUnreadable):
        credit_bank.prove_completion(actor=mine, shows=[], holder_key={"kty": "RSA"}, **wanted)
    credit_bank.suspend_certificate(actor=made.first, certificate_uuid=made.view.uuid, now=made.now, **WHY)
    with pytest.raises(NotInForce):
        credit_bank.prove_completion(actor=mine, shows=[], **wanted)
    revoked(made)
    with pytest.raises(NotInForce):
        credit_bank.prove_completion(actor=mine, shows=[], **wanted)
    assert not AuditEntry.objects.filter(verb="prove_completion").exists()


def test_a_proof_for_a_holders_key_is_shown_by_that_key_only_and_to_one_verifier() -> None:
    made = issued()
    key = {"kty": "OKP", "crv": "Ed25519", "x": encoded(key_in_method(OTHER.method))}
    text = credit_bank.prove_completion(
        actor=acting(made.done.person), certificate_uuid=made.view.uuid, shows=[], holder_key=key, now=made.now
    )
    asked = {"audience": "https://employer.example", "nonce": "n1"}
    shown = bound(text, signer=OTHER, now=made.now, **asked)
    trusted = credit_bank.trusted_keys()

    def state(content: str, **verifier: str) -> str:
        return credit_bank.verify_file(content.encode(), trusted_keys=trusted, now=made.now, **verifier).state

    assert state(shown, **asked) == "valid"
    assert state(shown, audience="https://employer.example", nonce="n2") == "invalid"
    assert state(shown, audience="https://other.example", nonce="n1") == "invalid"
    assert state(text, **asked) == "invalid"


@pytest.mark.skipif(not signers.has_sm2(), reason="NO SM2 PROVIDER: pip install 'xueqiao[guomi]'")
def test_an_sm2_key_makes_no_proofs_and_says_so() -> None:
    made = issued()
    credit_bank.rotate_signing_key(actor=SYSTEM, now=made.now, algorithm="sm2")
    with pytest.raises(SignerMissing):
        credit_bank.prove_completion(
            actor=acting(made.done.person), certificate_uuid=made.view.uuid, shows=[], now=made.now
        )
