from datetime import timedelta

import pytest

from tests.domains.credits.completed import EVERYTHING
from tests.domains.credits.standing import issued, revoked
from tests.worlds.small_county import acting
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.batches import NothingToShare, ShareTooLong, ShareUnknown
from xueqiao.domains.credits.errors.deposits import NotYours
from xueqiao.domains.credits.models import CertificateShare
from xueqiao.foundation.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_a_link_shows_what_was_chosen_until_its_end_and_leaves_no_trace_of_the_reader() -> None:
    made = issued()
    share = {"actor": acting(made.done.person), "person_id": made.done.person.pk, "now": made.now}
    token = credit_bank.share_certificates(certificate_uuids=[made.view.uuid], scope="summary", days=7, **share)
    rows = AuditEntry.objects.count()
    found = credit_bank.shared_certificates(token=token, now=made.now)
    assert (found.scope, found.person_name) == ("summary", "")
    assert [(one.title, one.person_name, one.code) for one in found.certificates] == [(made.view.title, "", "")]
    assert AuditEntry.objects.count() == rows
    full = credit_bank.share_certificates(certificate_uuids=[made.view.uuid], scope="full", days=1, **share)
    assert credit_bank.shared_certificates(token=full, now=made.now).person_name == "张桂兰"
    for gone, later in ((full, 1), (token, 7)):
        with pytest.raises(ShareUnknown):
            credit_bank.shared_certificates(token=gone, now=made.now + timedelta(days=later))
    assert token.encode() not in bytes(CertificateShare.objects.within(EVERYTHING).first().token_hash)
    revoked(made)
    assert credit_bank.shared_certificates(token=token, now=made.now).certificates == ()


def test_nobody_shares_what_is_not_hers_or_for_ever() -> None:
    made = issued()
    wanted = {"person_id": made.done.person.pk, "certificate_uuids": [made.view.uuid], "now": made.now}
    mine = acting(made.done.person)
    with pytest.raises(NotYours):
        credit_bank.share_certificates(actor=acting(made.done.room.world.rider), scope="full", days=7, **wanted)
    for days in (0, 91):
        with pytest.raises(ShareTooLong):
            credit_bank.share_certificates(actor=mine, scope="full", days=days, **wanted)
    rider = made.done.room.world.rider
    for change in ({"scope": "all"}, {"certificate_uuids": []}, {"person_id": rider.pk, "actor": acting(rider)}):
        with pytest.raises(NothingToShare):
            credit_bank.share_certificates(**({"actor": mine, "scope": "full", "days": 7} | wanted | change))
    assert not CertificateShare.objects.within(EVERYTHING).exists()
