from uuid import uuid4

import pytest

from tests.domains.credits.standing import issued
from tests.worlds.small_county import acting
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.batches import ShareUnknown
from xueqiao.domains.credits.errors.deposits import NotYours
from xueqiao.foundation.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_an_ended_link_opens_nothing() -> None:
    made = issued()
    mine = acting(made.done.person)
    token = credit_bank.share_certificates(
        actor=mine,
        person_id=made.done.person.pk,
        certificate_uuids=[made.view.uuid],
        scope="full",
        days=30,
        now=made.now,
    )
    (share,) = credit_bank.access_shares(actor=mine, person_id=made.done.person.pk, now=made.now)
    assert share.titles == (made.view.title,)
    with pytest.raises(NotYours):
        credit_bank.end_share(actor=acting(made.done.room.world.rider), share_uuid=share.uuid, now=made.now)
    with pytest.raises(ShareUnknown):
        credit_bank.end_share(actor=mine, share_uuid=uuid4(), now=made.now)
    assert credit_bank.shared_certificates(token=token, now=made.now).certificates
    for _ in range(2):
        credit_bank.end_share(actor=mine, share_uuid=share.uuid, now=made.now)
    with pytest.raises(ShareUnknown):
        credit_bank.shared_certificates(token=token, now=made.now)
    assert credit_bank.access_shares(actor=mine, person_id=made.done.person.pk, now=made.now) == ()
    assert AuditEntry.objects.filter(verb="end_share").count() == 1
