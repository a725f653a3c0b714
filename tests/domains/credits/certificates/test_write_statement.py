import json

import pytest

from tests.domains.credits.standing import issued, revoked
from tests.worlds.small_county import acting
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.deposits import NotYours
from xueqiao.domains.credits.errors.signing import NothingToState
from xueqiao.domains.credits.signing.proof import require_proofs
from xueqiao.foundation.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_the_statement_holds_every_certificate_in_force_as_it_was_signed() -> None:
    made = issued()
    mine = acting(made.done.person)
    text = credit_bank.write_statement(actor=mine, person_id=made.done.person.pk, now=made.now)
    document = json.loads(text)
    inside = document["credentialSubject"]["verifiableCredential"]
    assert inside == [json.loads(made.row.credential_text)]
    method = require_proofs(document)
    assert method.partition("#")[0] == document["issuer"]["id"] == credit_bank.trusted_keys()[0]
    with pytest.raises(NotYours):
        credit_bank.write_statement(
            actor=acting(made.done.room.world.rider), person_id=made.done.person.pk, now=made.now
        )
    revoked(made)
    with pytest.raises(NothingToState):
        credit_bank.write_statement(actor=mine, person_id=made.done.person.pk, now=made.now)
    assert AuditEntry.objects.filter(verb="write_statement").count() == 1
