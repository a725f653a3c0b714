"""Enter new certificates in the log that says when they were signed."""

from datetime import datetime

from django.db import transaction

from xueqiao.domains.credits.models import Certificate, SealedCertificate, TimeSeal
from xueqiao.domains.credits.signing.time_log import FIRST_HEAD, head_of, leaf_of, tree_root
from xueqiao.domains.credits.values.standing import HeadView
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.scope import Scope

GROUP_MAX = 10_000
_LOG = -1  # the key of the log in the space of certificates; completions count from 1, the signing key is 0


def seal_certificates(*, now: datetime) -> HeadView | None:
    """Put certificates that stand in no group yet, up to 10,000, under a new head; None when there are none.

    One sealer at a time. Which group a certificate belongs to is written on its own row, so one whose transaction
    commits late is in the next group and never left out. A clock set back does not make an earlier head: the moment is
    never before that of the head before.
    """
    with transaction.atomic():
        lock(LockSpace.CERTIFICATE, [_LOG])
        everything = Scope.everything("the log covers every certificate")
        rows = list(
            Certificate.objects.within(everything)
            .filter(sealed=None)
            .order_by("pk")
            .only("pk", "credential_text")[:GROUP_MAX]
        )
        if not rows:
            return None
        last = TimeSeal.objects.order_by("-number").only("number", "head", "sealed_at").first()
        number, previous = (last.number + 1, bytes(last.head)) if last else (1, FIRST_HEAD)
        sealed_at = max(now, last.sealed_at) if last else now
        leaves = [leaf_of(row.credential_text) for row in rows]
        head = head_of(number=number, previous=previous, root=tree_root(leaves), count=len(leaves), sealed_at=sealed_at)
        seal = TimeSeal.objects.create(
            number=number, previous=previous, leaves=b"".join(leaves), head=head, sealed_at=sealed_at
        )
        SealedCertificate.objects.bulk_create(
            SealedCertificate(certificate=row, seal=seal, position=position) for position, row in enumerate(rows)
        )
    return HeadView(number, head.hex(), previous.hex(), len(leaves), sealed_at)
