from datetime import timedelta

import pytest

from tests.domains.credits.completed import EVERYTHING, completed
from tests.worlds.small_county import HEDE, LINHAI, acting, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.batches import BatchRunning, NothingToIssue
from xueqiao.domains.credits.models import Certificate, CertificateBatch
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def test_a_clerk_orders_what_her_centre_owes_once_at_a_time() -> None:
    done = completed(3)
    centre = done.room.world.centre
    clerk = on_duty(done.room.world.clerk, "centre_clerk", HEDE)
    order = {"institution_id": centre.pk, "now": done.now}
    for actor in (acting(done.person), on_duty(done.room.world.clerk, "centre_clerk", LINHAI)):
        with pytest.raises(NotAllowed):
            credit_bank.order_certificates(actor=actor, **order)
    assert not CertificateBatch.objects.within(EVERYTHING).exists()
    batch = credit_bank.order_certificates(actor=clerk, **order)
    assert (batch.total, batch.issued, batch.percent, batch.done_at) == (3, 0, 0, None)
    with pytest.raises(BatchRunning):
        credit_bank.order_certificates(actor=clerk, **order)
    finished = credit_bank.issue_ordered_certificates(batch_id=batch.id, now=done.now)
    assert (finished.issued, finished.failed, finished.percent, finished.done_at) == (3, 0, 100, done.now)
    with pytest.raises(NothingToIssue):
        credit_bank.order_certificates(actor=clerk, **(order | {"now": done.now + timedelta(days=1)}))
    assert Certificate.objects.within(EVERYTHING).count() == 3
